"""Taking a reorganization back on the day it was done, row by row from its journal."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Final

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from zhibu.accounts.models import RoleAssignment
from zhibu.audit.actions import Deed, deed, record_many
from zhibu.certificates.models import NumberCounter, StockEntry
from zhibu.core.access import Refused, Scope
from zhibu.core.rows import AnyModel, Columns, insert_rows, plain, update_rows
from zhibu.core.text import gettext_noop
from zhibu.dues.actions.reorganizing import follow_return
from zhibu.members.models import Member, MembershipEvent
from zhibu.organizations.models import Organization, OrganizationName, OrganizationParent, RetiredSegment
from zhibu.reorganizations.actions.doing import lock_tree, role_deed
from zhibu.reorganizations.actions.planning import require_county
from zhibu.reorganizations.models import Reorganization, ReorganizationChange

# What a refusal calls the rows of a table.
LABELS: Final = {
    "organizations.organization": gettext_noop("组织"),
    "organizations.organizationname": gettext_noop("组织名称"),
    "organizations.organizationparent": gettext_noop("组织隶属"),
    "organizations.termofoffice": gettext_noop("届次"),
    "organizations.clusterplace": gettext_noop("片区"),
    "organizations.support": gettext_noop("帮扶"),
    "organizations.retiredsegment": gettext_noop("停用的编号段"),
    "accounts.roleassignment": gettext_noop("账号角色"),
    "members.member": gettext_noop("党员"),
    "members.postholding": gettext_noop("任职"),
    "members.membershipevent": gettext_noop("党籍和组织处置"),
    "dues.due": gettext_noop("应交党费"),
    "dues.quarterdecision": gettext_noop("按季交党费"),
    "mobility.transfer": gettext_noop("组织关系转接"),
    "mobility.floating": gettext_noop("流动登记"),
    "certificates.printbatch": gettext_noop("打印批次"),
    "certificates.printer": gettext_noop("打印机"),
    "certificates.stocktransfer": gettext_noop("空白证本下发"),
    "certificates.stockentry": gettext_noop("空白证本"),
}
# Numbers given under a new unit stay in force wherever the member belongs.
_MAY_STAY: Final = (OrganizationName, OrganizationParent, RetiredSegment, NumberCounter)
Journal = dict[AnyModel, list[ReorganizationChange]]


@transaction.atomic
def undo_reorganization(*, by: Scope, deed: Reorganization, on: date) -> Reorganization:
    """Put every row back as it was. Calling it again returns the deed that is undone.

    Refused after the day it was done, and when a row was touched since: the sentence names what. Segments
    given by the deed stay retired; units it opened stay as closed ones, their code free again; events of
    the members stay, reversed.
    """
    county = require_county(by)
    row = Reorganization.objects.select_for_update().get(pk=deed.pk)
    if row.state == "undone":
        return row
    if row.state != "done" or row.done_at is None:
        raise Refused(gettext_noop("这份建制调整还没有执行，不用撤销。"))
    if timezone.localdate(row.done_at) != on:
        raise Refused(
            gettext_noop("只能在执行的当天（{day}）撤销。现在要改回去，请另做一份建制调整。"),
            day=timezone.localdate(row.done_at),
        )
    lock_tree()
    journal: Journal = defaultdict(list)
    for change in ReorganizationChange.objects.filter(deed=row).order_by("pk"):
        journal[apps.get_model(change.table)].append(change)
    _check_untouched(journal)
    opened = [change.row for change in journal.get(Organization, []) if not change.before]
    _check_nothing_came(journal, opened)
    _check_paths(journal)
    roles = _role_deeds(row, journal)
    retired = _restore(journal, row, opened, by=by, on=on)
    follow_return(moves=_returns(journal), effective_on=row.effective_on, on=on)
    row.state, row.undone_by, row.undone_at = "undone", by.name, timezone.now()
    row.save(update_fields=["state", "undone_by", "undone_at"])
    record_many([*_deeds(row, county, journal, retired), *roles], by=by)
    return row


def _check_untouched(journal: Journal) -> None:
    """Every row still reads as the deed left it. One query a table."""
    for model, changes in journal.items():
        names = sorted({name for change in changes for name in change.after})
        rows = {
            values["pk"]: values
            for values in model._default_manager.filter(pk__in=[c.row for c in changes]).values("pk", *names)
        }
        touched = sum(1 for change in changes if not _is_as_left(change, rows.get(change.row)))
        if touched:
            raise Refused(
                gettext_noop("执行以后又有{count}条“{what}”变动过，不能整体撤销，什么都没有改。"),
                count=touched,
                what=LABELS.get(model._meta.label_lower, model._meta.label_lower),
                next_step=gettext_noop("请先把后来的变动改回，或者另做一份建制调整。"),
            )


def _is_as_left(change: ReorganizationChange, values: Mapping[str, object] | None) -> bool:
    if not change.after:  # the deed deleted it
        return values is None
    return values is not None and all(plain(values[name]) == value for name, value in change.after.items())


def _check_nothing_came(journal: Journal, opened: list[int]) -> None:
    """Nothing that the deed did not bring hangs on a unit it opened. One query a reference to units."""
    if not opened:
        return
    for model in apps.get_models():
        if model in _MAY_STAY or not model.__module__.startswith("zhibu."):
            continue
        known = [change.row for change in journal.get(model, [])]
        for each in model._meta.concrete_fields:
            if each.related_model is not Organization:
                continue
            came = model._default_manager.filter(**{f"{each.name}__in": opened}).exclude(pk__in=known).count()
            if came:
                raise Refused(
                    gettext_noop(
                        "执行以后，新设的组织又登记了{count}条“{what}”，不能整体撤销，什么都没有改。"
                    ),
                    count=came,
                    what=LABELS.get(model._meta.label_lower, model._meta.label_lower),
                    next_step=gettext_noop("请先把后来的变动改回，或者另做一份建制调整。"),
                )


def _check_paths(journal: Journal) -> None:
    """No unit hangs, since the deed, below one that goes back: its place would go wrong. One query."""
    before = {change.row: change.before for change in journal.get(Organization, [])}
    rows = {
        pk: (
            before.get(pk, {}).get("merged_into_id", heir) or before.get(pk, {}).get("parent_id", parent),
            before.get(pk, {}).get("path", path),
        )
        for pk, parent, heir, path in Organization.objects.values_list(
            "pk", "parent_id", "merged_into_id", "path"
        )
    }
    for pk, (parent, path) in rows.items():
        above = rows[parent][1] if parent is not None else ""
        if path != f"{above}{pk}.":
            raise Refused(
                gettext_noop("执行以后，调整过的组织下面又设立了组织，不能整体撤销，什么都没有改。"),
                next_step=gettext_noop("请先撤销后来设立的组织，或者另做一份建制调整。"),
            )


def _restore(
    journal: Journal, row: Reorganization, opened: list[int], *, by: Scope, on: date
) -> list[RetiredSegment]:
    retired = _retired(journal, on=on)
    for model, changes in journal.items():
        inserted = [change.row for change in changes if not change.before]
        updated = {change.row: change.before for change in changes if change.before and change.after}
        deleted = [change.before for change in changes if not change.after]
        _take_back(model, inserted, row, opened, by=by, on=on)
        update_rows(model, updated)
        insert_rows(model(**columns) for columns in deleted)
    insert_rows(retired)
    return retired


def _returns(journal: Journal) -> dict[int, tuple[int, int]]:
    """By member who goes back: the branch left again and the one returned to."""
    return {
        change.row: (int(change.after["branch_id"]), int(change.before["branch_id"]))
        for change in journal.get(Member, [])
        if "branch_id" in change.after
    }


def _retired(journal: Journal, *, on: date) -> list[RetiredSegment]:
    """The segments that existing units carried between the deed and now. One query."""
    renumbered = [
        change.row
        for change in journal.get(Organization, [])
        if change.before and {"segment", "numbering_root_id"} & change.after.keys()
    ]
    return [
        RetiredSegment(root_id=root, segment=segment, organization_id=pk, retired_on=on)
        for pk, root, segment in Organization.objects.filter(pk__in=renumbered)
        .order_by("pk")
        .exclude(numbering_root=None)
        .values_list("pk", "numbering_root_id", "segment")
    ]


def _take_back(
    model: AnyModel,
    inserted: list[int],
    row: Reorganization,
    opened: list[int],
    *,
    by: Scope,
    on: date,
) -> None:
    """Rows that the deed inserted go, except those that a history must keep."""
    if not inserted:
        return
    rows = model._default_manager.filter(pk__in=inserted)
    if model is MembershipEvent:
        rows.update(state="reversed")
    elif model is Organization:
        _close_again(opened, row, on=on)
    elif model is StockEntry:  # a ledger is never shortened
        insert_rows(
            StockEntry(
                organization_id=entry.organization_id,
                kind=entry.kind,
                quantity=-entry.quantity,
                on=on,
                reverses=entry,
                note=entry.note,
                by=by.name,
                at=timezone.now(),
            )
            for entry in StockEntry.objects.filter(pk__in=inserted).order_by("pk")
        )
    elif model in (OrganizationName, OrganizationParent):
        rows.filter(organization__in=opened).update(until=row.effective_on)
        rows.exclude(organization__in=opened).delete()
    else:
        rows.delete()


def _close_again(opened: list[int], row: Reorganization, *, on: date) -> None:
    """Units the deed opened: they were never needed. The code is free for the next attempt, the segment is not."""
    changes: dict[int, Columns] = {}
    for unit in Organization.objects.filter(pk__in=opened).order_by("pk"):
        ending = f"-x{unit.pk}"
        changes[unit.pk] = {
            "closed_on": row.effective_on.isoformat(),
            "code": f"{unit.code[: 30 - len(ending)]}{ending}",
        }
    update_rows(Organization, changes)


def _deeds(
    row: Reorganization, county: Organization, journal: Journal, retired: list[RetiredSegment]
) -> list[Deed]:
    segments = {each.organization_id: each.segment for each in retired}
    units = sorted({change.row for change in journal.get(Organization, [])} - {county.pk})
    paths = dict(Organization.objects.filter(pk__in=units).values_list("pk", "path"))
    found = [deed("reorganizations.reorganization.undone", on=row, chain=county.pk, path=county.path)]
    found += [
        Deed(
            "reorganizations.reorganization.unit_restored",
            pk,
            paths[pk],
            "organizations.organization",
            str(pk),
            {"deed": row.pk} | ({"segment": segments[pk]} if pk in segments else {}),
        )
        for pk in units
    ]
    return found


def _role_deeds(row: Reorganization, journal: Journal) -> list[Deed]:
    """Roles given by the deed go, those it ended hold again. Two queries."""
    changes = {change.row: change for change in journal.get(RoleAssignment, [])}
    rows = list(RoleAssignment.objects.filter(pk__in=changes).order_by("pk"))
    units = {assignment.organization_id for assignment in rows}
    paths = dict(Organization.objects.filter(pk__in=units).values_list("pk", "path"))
    return [
        role_deed(
            "accounts.role.granted" if (before := changes[assignment.pk].before) else "accounts.role.revoked",
            row,
            assignment,
            paths,
            until=before.get("until"),
        )
        for assignment in rows
    ]
