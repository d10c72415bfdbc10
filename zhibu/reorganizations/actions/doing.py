"""Carrying a planned reorganization out: one transaction, a fixed number of statements, a journal of every row."""

from collections.abc import Mapping
from datetime import date

from django.db import models, transaction
from django.utils import timezone

from zhibu.accounts.models import RoleAssignment
from zhibu.audit.actions import Deed, deed, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.rows import Changes, Columns, columns_of, give_ids, insert_rows, plain, update_rows
from zhibu.core.text import gettext_noop
from zhibu.dues.actions.locks import hold_branches
from zhibu.organizations.actions.moving import NewPlace, open_units, path_with
from zhibu.organizations.models import Organization, OrganizationName, OrganizationParent
from zhibu.reorganizations.actions.planning import check_planned, impact_now, require_county
from zhibu.reorganizations.models import Reorganization, ReorganizationChange
from zhibu.reorganizations.rules.steps import load, units_named
from zhibu.reorganizations.rules.terms import check_deed, check_two_persons
from zhibu.reorganizations.rules.tree import number_of
from zhibu.reorganizations.summaries.impact import Impact
from zhibu.reorganizations.summaries.preview import counts_of


@transaction.atomic
def do_reorganization(*, by: Scope, deed: Reorganization, on: date) -> Reorganization:
    """Carry the plan out. Calling it again returns the deed that is done.

    Refused, with nothing changed: when the planner would do it, when the county changed since the preview,
    when something has to be settled before. Locks the tree, so that two deeds wait for each other.
    """
    county = require_county(by)
    row = Reorganization.objects.select_for_update().get(pk=deed.pk)
    if row.state == "done":
        return row
    check_planned(row)
    if not row.steps:
        raise Refused(gettext_noop("计划里还没有步骤，请先添加。"))
    check_two_persons((row.planned_user_id, row.planned_by), (by.user_id, by.name))
    check_deed(row.title, row.document, row.effective_on, on=on)
    lock_tree()
    hold_branches(units_named(load(row.steps)))
    impact = impact_now(by=by, deed=row, on=on)
    _check_fresh(row, impact)
    for obstacle in impact.obstacles:
        raise obstacle
    ids = open_units(_places(impact), opened_on=row.effective_on)
    changes = _with_ids(impact.changes, ids)
    journal = _write(changes)
    journal += _journal_of_new(ids)
    insert_rows(
        ReorganizationChange(deed=row, table=table, row=pk, before=before, after=after)
        for table, pk, before, after in journal
    )
    row.state, row.done_by, row.done_at = "done", by.name, timezone.now()
    row.counts = {**counts_of(impact), "digest": impact.digest, "units": _lines_for_history(impact, ids)}
    row.save()
    record_many([*_deeds(row, county, impact, ids), *_role_deeds(row, impact, changes, ids)], by=by)
    return row


def lock_tree() -> None:
    """All units, in the order of ids: no other deed changes the tree until this one ends."""
    list(Organization.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def _check_fresh(row: Reorganization, impact: Impact) -> None:
    if impact.digest == row.counts.get("digest"):
        return
    now, then = counts_of(impact), row.counts
    if now["members"] != then.get("members"):
        raise Refused(
            gettext_noop("编制计划以后情况有变化：涉及党员由{then}人变为{now}人，没有执行。"),
            then=then.get("members", 0),
            now=now["members"],
            next_step=gettext_noop("请点“重新核对”，看过新的预览，再由另一个人执行。"),
        )
    raise Refused(
        gettext_noop("编制计划以后，有关的组织、党员、职务或在办事项有变化，没有执行。"),
        next_step=gettext_noop("请点“重新核对”，看过新的预览，再由另一个人执行。"),
    )


def _places(impact: Impact) -> list[NewPlace]:
    outcome = impact.outcome
    return [
        NewPlace(
            pk,
            unit.parent or 0,
            unit.root,
            unit.segment,
            outcome.path(pk),
            unit.kind,
            unit.category,
            unit.code,
            unit.name,
            unit.short_name,
        )
        for pk in outcome.opened
        for unit in [outcome.units[pk]]
    ]


def _with_ids(changes: Changes, ids: Mapping[int, int]) -> Changes:
    """The changes with the real ids of the units just opened."""
    changes.make_alike()
    for rows in changes.updates.values():
        for _, after in rows.values():
            for name, value in after.items():
                if name == "path":
                    after[name] = path_with(str(value), ids)
                elif name.endswith("_id") and isinstance(value, int):
                    after[name] = ids.get(value, value)
    for inserted in changes.inserts.values():
        for row in inserted:
            for each in row._meta.concrete_fields:
                value = getattr(row, each.attname)
                if each.is_relation and isinstance(value, int) and value in ids:
                    setattr(row, each.attname, ids[value])
            if isinstance(getattr(row, "after", None), dict) and row.after.get("branch") in ids:  # type: ignore[attr-defined]
                row.after["branch"] = ids[row.after["branch"]]  # type: ignore[attr-defined]
    return changes


JournalRow = tuple[str, int, Columns, Columns]


def _write(changes: Changes) -> list[JournalRow]:
    """Deletes, then updates, then inserts, so that no unique constraint sees two rows at once; with the journal."""
    journal: list[JournalRow] = []
    for model, gone in changes.deletes.items():
        table = model._meta.label_lower
        journal += [(table, row.pk, columns_of(row), {}) for row in gone]
        model._default_manager.filter(pk__in=[row.pk for row in gone]).delete()
    for model, rows in changes.updates.items():
        table = model._meta.label_lower
        update_rows(model, {pk: after for pk, (_, after) in rows.items()})
        journal += [(table, pk, before, after) for pk, (before, after) in rows.items()]
    for model, inserted in changes.inserts.items():
        table = model._meta.label_lower
        give_ids(inserted)
        insert_rows(inserted)
        journal += [(table, row.pk, {}, _kept(row)) for row in inserted]
    return journal


_CODES = frozenset({"state", "kind", "segment", "quantity"})


def _kept(row: models.Model) -> Columns:
    """What the journal keeps of a new row: ids, days, codes; no names of people, no sealed text."""
    return {
        each.attname: plain(getattr(row, each.attname))
        for each in row._meta.concrete_fields
        if not each.primary_key
        and (
            each.is_relation
            or each.attname in _CODES
            or (isinstance(each, models.DateField) and not isinstance(each, models.DateTimeField))
        )
    }


def _journal_of_new(ids: Mapping[int, int]) -> list[JournalRow]:
    """The units just opened, with their names and parents as they were written."""
    if not ids:
        return []
    new = list(ids.values())
    found: list[JournalRow] = []
    rows: list[models.Model] = [
        *Organization.objects.filter(pk__in=new).order_by("pk"),
        *OrganizationName.objects.filter(organization__in=new).order_by("pk"),
        *OrganizationParent.objects.filter(organization__in=new).order_by("pk"),
    ]
    for row in rows:
        found.append((row._meta.label_lower, row.pk, {}, _kept(row)))
    return found


def _lines_for_history(impact: Impact, ids: Mapping[int, int]) -> list[dict[str, object]]:
    """What the page of a done deed shows of each unit: ids and numbers, names are read when shown."""
    outcome = impact.outcome
    came: dict[int, int] = {}
    for _, target in impact.movement.members.values():
        came[target] = came.get(target, 0) + 1
    left: dict[int, int] = {}
    for source, _ in impact.movement.members.values():
        left[source] = left.get(source, 0) + 1
    found = []
    for pk in sorted({*outcome.touched, *came, *left}, key=outcome.order):
        old, new = impact.tree.get(pk), outcome.units[pk]
        successor = outcome.successor(pk)
        found.append(
            {
                "unit": ids.get(pk, pk),
                "fate": outcome.fate(pk),
                "successor": ids.get(successor, successor) if successor is not None else None,
                "parent_before": old.parent if old else None,
                "parent": ids.get(new.parent, new.parent) if new.parent is not None else None,
                "name_before": old.short_name if old else "",
                "name": new.short_name,
                "segment_before": number_of(impact.tree, old) if old else "",
                "segment": number_of(outcome.units, new),
                "came": came.get(pk, 0),
                "left": left.get(pk, 0),
            }
        )
    return found


_EVENTS = {
    "opened": "organizations.organization.opened",
    "closed": "organizations.organization.closed",
    "dissolved": "organizations.organization.closed",
    "moved": "organizations.organization.moved",
    "renamed": "organizations.organization.renamed",
    "renumbered": "organizations.organization.renumbered",
    "kept": "reorganizations.reorganization.members_moved",
}


def _deeds(row: Reorganization, county: Organization, impact: Impact, ids: Mapping[int, int]) -> list[Deed]:
    """One record on the county's chain, and one on the chain of each unit concerned."""
    outcome = impact.outcome
    day = row.effective_on.isoformat()
    found = [
        deed(
            "reorganizations.reorganization.done",
            on=row,
            chain=county.pk,
            path=county.path,
            data={"from": day, "count": len(outcome.touched), "members": len(impact.movement.members)},
        )
    ]
    left: dict[int, list[int]] = {}
    concerned = set(outcome.touched)
    for member, (source, target) in impact.movement.members.items():
        left.setdefault(source, []).append(member)
        concerned |= {source, target}
    for pk in sorted(concerned):
        unit = outcome.units[pk]
        data: dict[str, object] = {"deed": row.pk, "from": day}
        successor = outcome.successor(pk)
        if pk in outcome.closed and successor is not None:
            data["organization"] = ids.get(successor, successor)
        if pk in outcome.renumbered:
            data["segment"] = unit.segment
        if left.get(pk):
            data["members"] = left[pk]
        found.append(
            Deed(
                _EVENTS[outcome.fate(pk)],
                ids.get(pk, pk),
                path_with(outcome.path(pk), ids),
                "organizations.organization",
                str(ids.get(pk, pk)),
                data,
            )
        )
    return found


def _role_deeds(row: Reorganization, impact: Impact, changes: Changes, ids: Mapping[int, int]) -> list[Deed]:
    """Roles that ended at a closed unit and began at its successor: rights never change without a record."""
    paths = {ids.get(pk, pk): path_with(impact.outcome.path(pk), ids) for pk in impact.outcome.units}
    moved = {assignment.pk: assignment for assignment, _ in impact.roles.follow}
    moved |= {assignment.pk: assignment for assignment in impact.roles.end}
    found = [
        role_deed("accounts.role.revoked", row, assignment, paths, until=after["until"])
        for pk, (_, after) in changes.updates.get(RoleAssignment, {}).items()
        for assignment in [moved[pk]]
    ]
    found += [
        role_deed("accounts.role.granted", row, assignment, paths, until=plain(assignment.until))
        for assignment in changes.inserts.get(RoleAssignment, [])
        if isinstance(assignment, RoleAssignment)
    ]
    return found


def role_deed(
    event: str, row: Reorganization, assignment: RoleAssignment, paths: Mapping[int, str], *, until: object
) -> Deed:
    """A record about one role, on the chain of the unit it is held on."""
    return deed(
        event,
        on=assignment,
        chain=assignment.organization_id,
        path=paths[assignment.organization_id],
        data={
            "user": assignment.user_id,
            "role": assignment.role,
            "from_date": assignment.from_date.isoformat(),
            "until": until,
            "deed": row.pk,
        },
    )
