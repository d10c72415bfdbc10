"""A deed as the county reads it before it is done: units before and after, people, open work, warnings."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from zhibu.accounts.models import RoleAssignment
from zhibu.accounts.vocabulary import vocabulary
from zhibu.certificates.models import BookletRequest, Custody, Disposition, PrintBatch, Withdrawal
from zhibu.conduct.models import Appeal
from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop
from zhibu.members.models import MembershipEvent, MergeProposal, PostHolding
from zhibu.mobility.models import Floating, LostContact, Transfer
from zhibu.organizations.rules import BRANCH_KINDS, COMMITTEE_KINDS
from zhibu.reorganizations.rules.tree import Unit, number_of
from zhibu.reorganizations.summaries.impact import Impact

LARGE_BRANCH = 50
FULL_MEMBERS_NEEDED = 3


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit before and after. ``fate``: opened, closed, dissolved, moved, renamed, renumbered, grown, shrunk."""

    id: int
    kind: str
    name: str
    fate: str
    name_before: str
    name_after: str
    place_before: str
    place_after: str
    number_before: str
    number_after: str
    members_before: int
    members_after: int


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role of a person: where it is held now, and where afterwards ("" when it ends)."""

    person: str
    role: str
    before: str
    after: str


@dataclass(slots=True)
class Preview:
    """What the page shows. ``work``: (what, how many) of matters under way that go along."""

    lines: list[UnitLine]
    roles: list[RoleLine]
    work: list[tuple[str, int]]
    warnings: list[Refused]
    obstacles: list[Refused]
    counts: dict[str, int]


def preview_of(impact: Impact, *, on: date) -> Preview:
    """Fourteen further queries, whatever the number of units and members."""
    before, after = _members_after(impact, impact.enrolled, is_full=False)
    _, full_after = _members_after(impact, impact.full, is_full=True)
    total_before = _totals(impact.tree, before)
    total_after = _totals(impact.outcome.units, after)
    lines = [
        _line(impact, pk, total_before, total_after)
        for pk in sorted(
            {*impact.outcome.touched, *(pk for pk in after if after[pk] != before.get(pk, 0))},
            key=impact.outcome.order,
        )
    ]
    names = {pk: unit.short_name for pk, unit in impact.outcome.units.items()}
    labels = {name: role.label for name, role in vocabulary().roles.items()}
    roles = [
        RoleLine(row.user.name, labels.get(row.role, row.role), row.organization.short_name, names[target])
        for row, target in impact.roles.follow
    ]
    roles += [
        RoleLine(row.user.name, labels.get(row.role, row.role), row.organization.short_name, "")
        for row in impact.roles.end
    ]
    return Preview(
        lines,
        roles,
        _work_under_way(impact),
        _warnings(impact, before, after, full_after, on=on),
        impact.obstacles,
        counts_of(impact),
    )


def counts_of(impact: Impact) -> dict[str, int]:
    """How much the deed changes, for the line of the list."""
    outcome, changes = impact.outcome, impact.changes
    return {
        "opened": len(outcome.opened),
        "closed": len(outcome.closed),
        "moved": len(outcome.moved),
        "renamed": len(outcome.renamed),
        "renumbered": sum(1 for pk in outcome.renumbered if pk > 0),
        "members": len(impact.movement.members),
        "posts": len(changes.updates.get(PostHolding, {})),
        "roles": len(impact.roles.follow) + len(impact.roles.end),
    }


def _members_after(
    impact: Impact, counted: Mapping[int, int], *, is_full: bool
) -> tuple[dict[int, int], dict[int, int]]:
    """Members by branch before and after, only of branches the deed touches."""
    outcome = impact.outcome
    after: dict[int, int] = defaultdict(int)
    for pk, count in counted.items():
        target = outcome.successor(pk)
        if target is not None:
            after[target] += count
    for member, branch in outcome.members.items():
        each = impact.chosen[member]
        if each.is_full or not is_full:
            old, new = outcome.successor(each.branch), outcome.successor(branch)
            if old is not None and new is not None:
                after[old] -= 1
                after[new] += 1
    return dict(counted), dict(after)


def _totals(units: Mapping[int, Unit], members: Mapping[int, int]) -> dict[int, int]:
    """Members of each unit with all below it."""
    totals: dict[int, int] = defaultdict(int)
    for pk, count in members.items():
        at: int | None = pk
        while at is not None:
            totals[at] += count
            at = units[at].parent
    return totals


def _line(impact: Impact, pk: int, before: Mapping[int, int], after: Mapping[int, int]) -> UnitLine:
    outcome = impact.outcome
    new, old = outcome.units[pk], impact.tree.get(pk)
    successor = outcome.successor(pk)
    fate = outcome.fate(pk)
    if fate == "kept":
        fate = "grown" if after.get(pk, 0) > before.get(pk, 0) else "shrunk"
    goes_to = outcome.units[successor].short_name if successor is not None else ""
    return UnitLine(
        pk,
        new.kind,
        old.short_name if old else new.short_name,
        fate,
        old.short_name if old else "",
        "" if fate == "dissolved" else goes_to if fate == "closed" else new.short_name,
        _name(impact.tree, old.parent) if old else "",
        "" if pk in outcome.closed else _name(outcome.units, new.parent),
        number_of(impact.tree, old) if old else "",
        "" if pk in outcome.closed else number_of(outcome.units, new),
        before.get(pk, 0) if old else 0,
        0 if pk in outcome.closed else after.get(pk, 0),
    )


def _name(units: Mapping[int, Unit], pk: int | None) -> str:
    return units[pk].short_name if pk is not None else ""


def _work_under_way(impact: Impact) -> list[tuple[str, int]]:
    """Open matters of the members and units concerned. They go along; nothing is lost."""
    branches = impact.branches_concerned()
    member = {"member__branch__in": branches}
    certificate = {"certificate__member__branch__in": branches}
    found = [
        (
            gettext_noop("党籍和组织处置等待批准"),
            MembershipEvent.objects.open().filter(**member).count(),
        ),
        (
            gettext_noop("组织关系转接在办"),
            Transfer.objects.filter(**member, state__in=("requested", "agreed", "issued")).count(),
        ),
        (gettext_noop("流动党员登记"), Floating.objects.filter(branch__in=branches, until=None).count()),
        (gettext_noop("查找失联党员"), LostContact.objects.filter(**member, closed_on=None).count()),
        (
            gettext_noop("党员证等待处置"),
            Disposition.objects.filter(**certificate, state="proposed").count(),
        ),
        (
            gettext_noop("收回党员证在办"),
            Withdrawal.objects.filter(**certificate).exclude(state__in=("returned", "closed")).count(),
        ),
        (
            gettext_noop("代管的证本"),
            Custody.objects.filter(booklet__certificate__member__branch__in=branches, until=None).count(),
        ),
        (
            gettext_noop("补发换发申请"),
            BookletRequest.objects.filter(**certificate, state__in=("reported", "confirmed")).count(),
        ),
        (gettext_noop("申诉在办"), Appeal.objects.filter(**member, state__in=("filed", "assigned")).count()),
        (
            gettext_noop("疑似重复等待合并"),
            MergeProposal.objects.open().filter(kept__branch__in=branches).count(),
        ),
        (gettext_noop("打印批次待发放"), len(impact.changes.updates.get(PrintBatch, {}))),
    ]
    return [(what, count) for what, count in found if count]


def _warnings(
    impact: Impact,
    before: Mapping[int, int],
    after: Mapping[int, int],
    full_after: Mapping[int, int],
    *,
    on: date,
) -> list[Refused]:
    outcome = impact.outcome
    changed = [
        pk
        for pk in sorted({*after, *outcome.opened}, key=outcome.order)
        if outcome.units[pk].kind in BRANCH_KINDS
        and pk not in outcome.closed
        and after.get(pk, 0) != before.get(pk, 0)
    ]
    found = []
    for pk in changed:
        name, count, full = outcome.units[pk].short_name, after.get(pk, 0), full_after.get(pk, 0)
        if count > LARGE_BRANCH:
            found.append(
                Refused(
                    gettext_noop(
                        "“{name}”调整后有{count}名党员，超过{most}人的支部一般应设党总支或分设支部（《中国共产党支部工作条例》）。"
                    ),
                    name=name,
                    count=count,
                    most=LARGE_BRANCH,
                )
            )
        if count and full < FULL_MEMBERS_NEEDED:
            found.append(
                Refused(
                    gettext_noop(
                        "“{name}”调整后只有{count}名正式党员，不足{least}人不能单独设支部（《中国共产党支部工作条例》）。"
                    ),
                    name=name,
                    count=full,
                    least=FULL_MEMBERS_NEEDED,
                )
            )
    return [*found, *_secretaries(impact, changed), *_organizers(impact, on=on)]


def _secretaries(impact: Impact, changed: list[int]) -> list[Refused]:
    """Branches with two secretaries before, or none afterwards."""
    outcome = impact.outcome
    holders = dict(
        PostHolding.objects.filter(
            organization__in=[*outcome.closed, *(pk for pk in changed if pk > 0)],
            post="secretary",
            until=None,
        )
        .values_list("organization_id")
        .annotate(n=Count("pk"))
        .order_by("organization_id")
    )
    ending: dict[int, int] = defaultdict(int)
    for pk in outcome.closed:
        target = outcome.successor(pk)
        if target is not None:
            ending[target] += holders.get(pk, 0)
    found = []
    for pk in changed:
        name = outcome.units[pk].short_name
        stays = holders.get(pk, 0)
        if stays and ending[pk]:
            found.append(
                Refused(
                    gettext_noop(
                        "“{name}”和并入的支部都有书记：并入支部的书记职务到生效日结束，原书记留任。"
                    ),
                    name=name,
                )
            )
        elif ending[pk] or pk in outcome.opened:
            found.append(
                Refused(gettext_noop("“{name}”调整后还没有书记，请尽快选举或任命并登记。"), name=name)
            )
    return found


def _organizers(impact: Impact, *, on: date) -> list[Refused]:
    """Committees concerned that nobody works for afterwards."""
    outcome = impact.outcome
    committees = [
        pk
        for pk in sorted({*outcome.opened, *(outcome.units[pk].parent or 0 for pk in outcome.moved)})
        if pk in outcome.units and outcome.units[pk].kind in COMMITTEE_KINDS
    ]
    held = set(
        RoleAssignment.objects.in_force(on=on)
        .filter(role="committee_organizer", organization__in=[pk for pk in committees if pk > 0])
        .values_list("organization_id", flat=True)
    )
    held |= {target for row, target in impact.roles.follow if row.role == "committee_organizer"}
    return [
        Refused(
            gettext_noop("“{name}”调整后没有组织干事的账号，请安全管理员授予角色。"),
            name=outcome.units[pk].short_name,
        )
        for pk in committees
        if pk not in held
    ]
