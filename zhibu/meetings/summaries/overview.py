"""What branches should hold and what is missing: one branch's duties, and a quarter by unit."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, Sum

from zhibu.core.access import Scope
from zhibu.meetings.models import Attendance, Meeting
from zhibu.meetings.policies import MEETINGS
from zhibu.meetings.rules.attendance import CAME
from zhibu.meetings.rules.duties import EVERY, Branch, Duty, Every, duties, period_of
from zhibu.meetings.rules.kinds import Kind
from zhibu.members.models import Member, PostHolding
from zhibu.members.rules.stages import COMMITTEE_POSTS, Standing
from zhibu.members.summaries.history import once_in, with_then
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS
from zhibu.rulebook.policies import values_in_force

_YEARLY = frozenset(kind for kind, every in EVERY.items() if every == Every.YEAR)
Held = Mapping[tuple[Kind, int], int]


def branch_facts(opened: Mapping[int, date], *, days: Collection[date]) -> dict[date, dict[int, Branch]]:
    """Whether branches had members, a committee, groups on each of these days. A query, and one a day.

    ``opened``: since when each branch is there, by id; pass up to a few hundred.
    """
    first, last = min(days), max(days)
    posts = list(
        PostHolding.objects.filter(
            organization__in=list(opened), from_date__lte=last, post__in=COMMITTEE_POSTS
        )
        .exclude(until__lte=first)
        .values_list("organization", "from_date", "until")
    )
    found = {}
    for day in days:
        members = _members_by_branch(list(opened), day)
        committees = {pk for pk, since, until in posts if since <= day and (until is None or day < until)}
        found[day] = {
            pk: Branch(
                has_committee=pk in committees,
                groups=members.get(pk, (0, 0))[1],
                has_members=bool(members.get(pk, (0, 0))[0]),
                opened_on=since,
            )
            for pk, since in opened.items()
        }
    return found


def _members_by_branch(branch_ids: list[int], day: date) -> dict[int, tuple[int, int]]:
    """Members and groups of each branch that had members on the day. One query."""
    there = with_then(Member.objects.filter(once_in(branch_ids, day), merged_into=None), on=day)
    rows = (
        there.exclude(standing_then=Standing.ENDED)
        .filter(Q(arrived_on=None) | Q(arrived_on__lte=day), join_date__lte=day, branch_then__in=branch_ids)
        .order_by()
        .values("branch_then")
        .annotate(n=Count("pk"), groups=Count("group", distinct=True, filter=~Q(group="")))
    )
    return {row["branch_then"]: (row["n"], row["groups"]) for row in rows}


def facts_of_branch(branch: Organization, *, on: date) -> Branch:
    """What decides a branch's duties on a day. Two queries."""
    return branch_facts({branch.pk: branch.opened_on}, days=[on])[on][branch.pk]


def held_by_kind(branch_ids: Iterable[int], first: int, last: int) -> dict[int, dict[tuple[Kind, int], int]]:
    """Meetings held from month to month by branch, kind and month; yearly kinds from January on. One query."""
    rows = (
        Meeting.objects.filter(branch__in=list(branch_ids), state="held")
        .filter(
            Q(month__gte=first, month__lte=last)
            | Q(kind__in=_YEARLY, month__gte=last // 100 * 100 + 1, month__lte=last)
        )
        .order_by()
        .values("branch", "kind", "month")
        .annotate(n=Count("pk"))
    )
    found: dict[int, dict[tuple[Kind, int], int]] = {}
    for row in rows:
        found.setdefault(row["branch"], {})[Kind(row["kind"]), row["month"]] = row["n"]
    return found


def duties_of(branch: Organization, month: int, *, on: date) -> list[Duty]:
    """What the branch should hold in the month and in the quarter and year around it, as the branch was at the
    end of the month. Four queries."""
    first = period_of(Every.QUARTER, month).first
    last = month // 100 * 100 + 12
    facts = facts_of_branch(branch, on=min(period_of(Every.MONTH, month).ends_on, on))
    held = held_by_kind([branch.pk], first, last).get(branch.pk, {})
    return duties(facts, held, needed=values_in_force(MEETINGS, on=on).needed(), month=month)


@dataclass(slots=True)
class UnitLine:
    """A unit in a quarter. ``missing``: how often a kind is missing in periods that are over."""

    unit: Organization
    is_branch: bool
    branches: int = 0
    meetings: int = 0
    should: int = 0
    came: int = 0
    lacking: int = 0
    missing: dict[Kind, int] = field(default_factory=dict)

    @property
    def missing_total(self) -> int:
        """All that is missing."""
        return sum(self.missing.values())


@dataclass(frozen=True, slots=True)
class Overview:
    """A quarter by unit, and the whole."""

    lines: list[UnitLine]
    total: UnitLine | None


def quarter_overview(
    scope: Scope, permission: str, organization: Organization, month: int, *, on: date
) -> Overview:
    """The quarter around the month, by the units right below the organization. Eight queries, whatever their number."""
    quarter = period_of(Every.QUARTER, month)
    visible = Organization.objects.visible_to(scope, permission).existing()
    units = list(visible.filter(parent=organization).in_order())
    below = visible.under(organization.path).branches().in_order()
    branches = list(below.values_list("pk", "path", "opened_on"))
    ids = [pk for pk, _path, _opened in branches]
    needed = values_in_force(MEETINGS, on=on).needed()
    day = min(quarter.ends_on, on)
    facts = branch_facts({pk: opened for pk, _path, opened in branches}, days=[day])[day]
    held = held_by_kind(ids, quarter.first, quarter.last)
    figures = _figures(ids, quarter.first, quarter.last)
    total = UnitLine(organization, is_branch=False)
    lines = [UnitLine(unit, is_branch=unit.kind in BRANCH_KINDS) for unit in units]
    by_path = {line.unit.path: line for line in lines}
    depth = organization.path.count(".") + 1
    for pk, path, _opened in branches:
        above = ".".join(path.split(".")[:depth]) + "."
        missing = _missing(facts[pk], held.get(pk, {}), quarter.months, needed, on=on)
        for line in (total, by_path.get(above)):
            if line is not None:
                _add(line, figures.get(pk, (0, 0, 0)), missing)
    return Overview(lines, total if lines else None)


def _missing(
    branch: Branch, held: Held, months: Iterable[int], needed: Mapping[Kind, int], *, on: date
) -> dict[Kind, int]:
    """What is missing in the quarter's periods that are over."""
    found: dict[Kind, int] = {}
    listed = list(months)
    every = [(Every.MONTH, month) for month in listed] + [(Every.QUARTER, listed[-1])]
    if listed[-1] % 100 == 12:
        every.append((Every.YEAR, listed[-1]))
    for length, month in every:
        for duty in duties(branch, held, needed=needed, month=month, every=[length]):
            if duty.missing and on > duty.period.ends_on:
                found[duty.kind] = found.get(duty.kind, 0) + duty.missing
    return found


def _figures(branch_ids: Sequence[int], first: int, last: int) -> dict[int, tuple[int, int, int]]:
    """Meetings held, who should have come, who came, by branch. Two queries."""
    meetings = {
        row["branch"]: (row["n"], row["should"] or 0)
        for row in Meeting.objects.filter(
            branch__in=branch_ids, state="held", month__gte=first, month__lte=last
        )
        .order_by()
        .values("branch")
        .annotate(n=Count("pk"), should=Sum("should_attend"))
    }
    came = {
        row["meeting__branch"]: row["n"]
        for row in Attendance.objects.filter(
            meeting__branch__in=branch_ids,
            meeting__state="held",
            meeting__month__gte=first,
            meeting__month__lte=last,
            status__in=CAME,
        )
        .order_by()
        .values("meeting__branch")
        .annotate(n=Count("pk"))
    }
    return {pk: (n, should, came.get(pk, 0)) for pk, (n, should) in meetings.items()}


def _add(line: UnitLine, figures: tuple[int, int, int], missing: Mapping[Kind, int]) -> None:
    line.branches += 1
    line.meetings += figures[0]
    line.should += figures[1]
    line.came += figures[2]
    line.lacking += bool(missing)
    for kind, times in missing.items():
        line.missing[kind] = line.missing.get(kind, 0) + times
