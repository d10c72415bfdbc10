"""The state of the month on the home page: by unit for a county, by branch for a township, what to do for a branch."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, Q, Sum

from zhibu.core.access import Scope
from zhibu.core.months import month_of, shift_month
from zhibu.dues.models import Due, Payment
from zhibu.dues.summaries.arrears import arrears
from zhibu.inspections.models import Finding
from zhibu.inspections.rules.items import TO_MEND
from zhibu.members.models import Member
from zhibu.months.models import BranchMonth
from zhibu.months.rules.months import MonthState, due_day
from zhibu.months.summaries.lists import READ, SUBMIT, BranchYear, UnitLine, branch_years, unit_lines
from zhibu.organizations.models import Organization

TABLE_LONGEST: Final = 60
"""Branches a table of the home page holds; above it the month is shown by unit."""
BRANCHES_AS_CARDS: Final = 3
LATE_SHOWN: Final = 5
LOW_PERCENT: Final = 80
PRESSING_DAYS: Final = 7
_MISSING = (MonthState.OPEN, MonthState.RETURNED)


def month_shown(on: date, submit_day: int) -> int:
    """The month people work on: the last one until the day it is due, then the running one."""
    now = month_of(on)
    return shift_month(now, -1) if on.day <= submit_day else now


@dataclass(frozen=True, slots=True)
class UnitMonth:
    """A unit's branches in the month: handed in of opened. ``is_pressing``: the day it is due is near or past."""

    unit: Organization
    opened: int
    handed_in: int
    is_pressing: bool

    @property
    def percent(self) -> int:
        """Whole percent handed in, rounded down."""
        return self.handed_in * 100 // self.opened if self.opened else 0

    @property
    def is_low(self) -> bool:
        """True for a share to look at, shortly before the day it is due and after."""
        return self.is_pressing and self.percent < LOW_PERCENT


@dataclass(frozen=True, slots=True)
class Late:
    """A record past its day: how many days."""

    row: BranchMonth
    days: int


@dataclass(frozen=True, slots=True)
class MonthOfAll:
    """A month of all branches of the scope. ``sealed``, ``waiting``, ``open``, ``returned`` of ``opened`` records.

    ``late``: records of any month past their day, ``latest`` the oldest of them. Money in fen.
    """

    month: int
    due: date
    days_left: int
    opened: int
    sealed: int
    waiting: int
    open: int
    late: int
    latest: Sequence[Late]
    assessed: int | None
    paid: int | None
    payers: int
    units: Sequence[UnitMonth]

    @property
    def handed_in(self) -> int:
        """Handed in or sealed."""
        return self.sealed + self.waiting

    @property
    def is_pressing(self) -> bool:
        """True when the day it is due is near or past: low shares are marked from then on."""
        return self.days_left <= PRESSING_DAYS


def month_state(scope: Scope, *, on: date, submit_day: int) -> MonthOfAll:
    """At most six queries, whatever the size of the county."""
    month = month_shown(on, submit_day)
    lines = unit_lines(scope, month, on=on, submit_day=submit_day)
    total, late = _late(scope, on=on, submit_day=submit_day)
    assessed = paid = None
    payers = 0
    if scope.has("dues.read"):
        assessed, paid, payers = _dues(scope, month)
    due = due_day(month, submit_day)
    units = [
        UnitMonth(line.unit, line.opened, line.waiting + line.sealed, (due - on).days <= PRESSING_DAYS)
        for line in lines
    ]
    return MonthOfAll(
        month=month,
        due=due,
        days_left=(due - on).days,
        opened=_sum(lines, "opened"),
        sealed=_sum(lines, "sealed"),
        waiting=_sum(lines, "waiting"),
        open=_sum(lines, "open"),
        late=total,
        latest=late,
        assessed=assessed,
        paid=paid,
        payers=payers,
        units=sorted(units, key=lambda each: each.percent),
    )


def _sum(lines: Sequence[UnitLine], name: str) -> int:
    return sum(getattr(line, name) for line in lines)


def _late(scope: Scope, *, on: date, submit_day: int) -> tuple[int, list[Late]]:
    """Records past their day and not handed in: how many, and the oldest. At most two queries."""
    last = shift_month(month_shown(on, submit_day), -1)
    rows = (
        BranchMonth.objects.asking()
        .visible_to(scope, READ)
        .filter(state__in=_MISSING, month__lte=last)
        .select_related("branch__parent")
        .order_by("month", "branch__code")
    )
    first = list(rows[: LATE_SHOWN + 1])
    total = len(first) if len(first) <= LATE_SHOWN else rows.count()
    return total, [Late(row, (on - due_day(row.month, submit_day)).days) for row in first[:LATE_SHOWN]]


def _dues(scope: Scope, month: int) -> tuple[int, int, int]:
    """Assessed, paid, who paid. Two queries."""
    owed = Due.objects.visible_to(scope, "dues.read").filter(month=month).aggregate(n=Sum("amount"))
    paid = (
        Payment.objects.visible_to(scope, "dues.read")
        .filter(month=month)
        .aggregate(n=Sum("amount"), payers=Count("member", distinct=True))
    )
    return owed["n"] or 0, paid["n"] or 0, paid["payers"]


# --- a township's table ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BranchLine:
    """A branch in the table of a township: its record of the month, arrears, findings to mend.

    ``owing``: members with a month nobody paid; ``run``: the longest such run; None without the right to see it.
    """

    branch: Organization
    row: BranchMonth | None
    older: int
    owing: int | None
    run: int
    owed: int
    findings: int
    findings_late: int


def branch_lines(
    scope: Scope, branches: Sequence[Organization], *, on: date, submit_day: int
) -> list[BranchLine]:
    """At most six queries."""
    month = month_shown(on, submit_day)
    ids = [branch.pk for branch in branches]
    rows: dict[int, BranchMonth] = {}
    older: dict[int, int] = defaultdict(int)
    records = (
        BranchMonth.objects.asking()
        .filter(branch__in=ids)
        .filter(Q(month=month) | Q(state__in=_MISSING, month__lt=month))
    )
    for row in records.order_by("month"):
        if row.month == month:
            rows[row.branch_id] = row
        else:
            older[row.branch_id] += 1
    owing = _owing(scope, on) if scope.has("dues.read") else None
    findings = {
        pk: (n, late)
        for pk, n, late in Finding.objects.visible_to(scope, READ)
        .filter(branch__in=ids, state__in=TO_MEND)
        .order_by()
        .values_list("branch")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(due_on__lt=on)))
    }
    return [
        BranchLine(
            branch,
            rows.get(branch.pk),
            older[branch.pk],
            None if owing is None else owing.get(branch.pk, (0, 0, 0))[0],
            0 if owing is None else owing.get(branch.pk, (0, 0, 0))[1],
            0 if owing is None else owing.get(branch.pk, (0, 0, 0))[2],
            *findings.get(branch.pk, (0, 0)),
        )
        for branch in branches
    ]


def _owing(scope: Scope, on: date) -> Mapping[int, tuple[int, int, int]]:
    """Members with unpaid months, the longest run, fen owed, by branch. Four queries."""
    found = arrears(scope, on=on)
    places = dict(
        Member.objects.filter(pk__in=[each.member_id for each in found]).values_list("pk", "branch")
    )
    by_branch: dict[int, tuple[int, int, int]] = {}
    for each in found:
        n, run, owed = by_branch.get(places[each.member_id], (0, 0, 0))
        by_branch[places[each.member_id]] = (n + 1, max(run, each.run), owed + each.owed)
    return by_branch


# --- a branch's own ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NextRecord:
    """The record a branch has to fill in first. ``others``: how many more wait to be filled in."""

    row: BranchMonth
    due: date
    days_left: int
    others: int


@dataclass(frozen=True, slots=True)
class BranchHome:
    """A branch's year and the record that comes first; None when nothing waits. ``now``: the running month's record."""

    branch: Organization
    year: BranchYear
    first: NextRecord | None
    now: BranchMonth | None


def branch_homes(
    scope: Scope, branches: Sequence[Organization], *, on: date, submit_day: int
) -> list[BranchHome]:
    """Two queries."""
    years = branch_years(branches, on.year, on=on, submit_day=submit_day)
    rows: dict[int, list[BranchMonth]] = defaultdict(list)
    wanted = Q(state__in=_MISSING) | Q(month=month_shown(on, submit_day))
    records: Any = BranchMonth.objects.asking().filter(wanted, branch__in=branches)
    for row in records.order_by("month"):
        rows[row.branch_id].append(row)
    found = []
    for branch in branches:
        waiting = [row for row in rows[branch.pk] if row.state in _MISSING]
        first = None
        if waiting and scope.covers(SUBMIT, branch.path):
            due = due_day(waiting[0].month, submit_day)
            first = NextRecord(waiting[0], due, (due - on).days, len(waiting) - 1)
        now = next((row for row in rows[branch.pk] if row.month == month_shown(on, submit_day)), None)
        found.append(BranchHome(branch, years[branch.pk], first, now))
    return found
