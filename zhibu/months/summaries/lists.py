"""Lists of branch months: who is late, returned, waiting; a branch's year; what waits for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, When
from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.accounts.models import RoleAssignment
from zhibu.core.access import Scope
from zhibu.core.months import first_day, month_of, month_text, shift_month
from zhibu.core.work import WorkItem, WorkList
from zhibu.members.models import Member
from zhibu.months.models import BranchMonth
from zhibu.months.policies import MONTHS
from zhibu.months.rules.months import MonthState, due_day
from zhibu.organizations.models import Organization
from zhibu.organizations.querysets import AtBranch, Organizations
from zhibu.rulebook.policies import values_in_force

READ, SUBMIT, CONFIRM = "months.read", "months.submit", "months.confirm"
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of the year strip; months as (number, state of the strip)."""

    state: str
    months: Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class BranchYear:
    """A branch's year. ``links``: (month, label, state) of the months that were opened."""

    branch_id: int
    name: str
    unit: str
    quarters: Sequence[Quarter]
    summary: str
    sealed: int
    late: int
    returned: int


def branch_years(
    branches: Sequence[Organization], year: int, *, on: date, submit_day: int
) -> dict[int, BranchYear]:
    """The year strip of each branch. One query."""
    states = {
        (row.branch_id, row.month): row
        for row in BranchMonth.objects.asking()
        .filter(branch__in=[b.pk for b in branches], month__gte=year * 100 + 1, month__lte=year * 100 + 12)
        .only("branch_id", "month", "state", "is_late", "returns")
    }
    return {b.pk: _year(b, year, states, on=on, submit_day=submit_day) for b in branches}


def _year(
    branch: Organization,
    year: int,
    states: dict[tuple[int, int], BranchMonth],
    *,
    on: date,
    submit_day: int,
) -> BranchYear:
    rows = [states.get((branch.pk, year * 100 + n)) for n in range(1, 13)]
    months = [
        (n, strip_state(row, year * 100 + n, on=on, submit_day=submit_day)) for n, row in enumerate(rows, 1)
    ]
    quarters = []
    for start in range(0, 12, 3):
        part = months[start : start + 3]
        words = {state for _n, state in part}
        state = "sealed" if words == {"sealed"} else "now" if words - {"future", "na"} else ""
        quarters.append(Quarter(state, part))
    known = [row for row in rows if row is not None]
    sealed = sum(row.state == MonthState.SEALED for row in known)
    return BranchYear(
        branch.pk,
        branch.short_name,
        "",
        quarters,
        _("{year}年月记：已封存{sealed}个月，迟交{late}次，退回{returned}次").format(
            year=year,
            sealed=sealed,
            late=sum(row.is_late for row in known),
            returned=sum(row.returns for row in known),
        ),
        sealed,
        sum(row.is_late for row in known),
        sum(row.returns for row in known),
    )


def strip_state(row: BranchMonth | None, month: int, *, on: date, submit_day: int) -> str:
    """A month's word in the year strip."""
    if row is None:
        return "future" if first_day(month) > on or month >= month_of(on) else "na"
    if row.state == MonthState.SEALED:
        return "sealed"
    if row.state == MonthState.SUBMITTED:
        return "recorded"
    if row.state == MonthState.RETURNED:
        return "returned"
    return "overdue" if on > due_day(month, submit_day) else "pending"


FILTERS = ("waiting", "late", "returned", "open", "sealed")


def month_lines(scope: Scope, month: int, *, show_only: str = "", under: str = "") -> AtBranch[Any]:
    """The branches' records of a month, those that wait for somebody first."""
    rows = (
        BranchMonth.objects.asking()
        .visible_to(scope, READ)
        .filter(month=month)
        .select_related("branch__parent")
    )
    if under:
        rows = rows.filter(branch__path__startswith=under)
    conditions = {
        "waiting": Q(state=MonthState.SUBMITTED),
        "late": Q(is_late=True) | Q(state__in=(MonthState.OPEN, MonthState.RETURNED)),
        "returned": Q(returns__gt=0),
        "open": Q(state__in=(MonthState.OPEN, MonthState.RETURNED)),
        "sealed": Q(state=MonthState.SEALED),
    }
    if show_only in conditions:
        rows = rows.filter(conditions[show_only])
    waits = Case(When(state=MonthState.SUBMITTED, then=0), default=1)
    return rows.order_by(waits if scope.has(CONFIRM) else "branch__code", "branch__code")


@dataclass(frozen=True, slots=True)
class MonthToDo:
    """A month in which something waits: how many to confirm, how many not submitted after the due day."""

    month: int
    label: str
    waiting: int
    overdue: int


def months_to_do(scope: Scope, *, on: date, submit_day: int, under: str = "") -> list[MonthToDo]:
    """The months with something to confirm or overdue, oldest first; of the last twelve. One query."""
    not_in = Q(state__in=(MonthState.OPEN, MonthState.RETURNED))
    rows = (
        BranchMonth.objects.asking()
        .visible_to(scope, READ)
        .filter(month__gte=shift_month(month_of(on), -12), branch__path__startswith=under)
        .exclude(state=MonthState.SEALED)
        .order_by("month")
        .values_list("month")
        .annotate(waiting=Count("pk", filter=Q(state=MonthState.SUBMITTED)), open=Count("pk", filter=not_in))
    )
    found = [
        MonthToDo(month, month_text(month), waiting, n if on > due_day(month, submit_day) else 0)
        for month, waiting, n in rows
    ]
    return [each for each in found if each.waiting or each.overdue]


def month_to_open(scope: Scope, *, on: date, submit_day: int) -> int:
    """The month a person's list opens at: where something waits for this person, else the last one that is over.

    Who confirms below the county: the oldest month to confirm, else the oldest overdue one. Who submits only:
    the oldest month given back or not submitted. The county looks at the last month that was due. One query.
    """
    last = shift_month(month_of(on), -1)
    if any(prefix.count(".") < 2 for prefix in scope.prefixes(READ)):
        return last
    if scope.has(CONFIRM):
        months = months_to_do(scope, on=on, submit_day=submit_day)
        waiting = [each.month for each in months if each.waiting]
        return (waiting or [each.month for each in months] or [last])[0]
    open_months = (
        BranchMonth.objects.asking()
        .visible_to(scope, SUBMIT)
        .filter(state__in=(MonthState.OPEN, MonthState.RETURNED), month__lte=month_of(on))
    )
    return open_months.order_by("month").values_list("month", flat=True).first() or last


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records of a month stand where. ``late``: were submitted late, or are not submitted and overdue;
    ``missing``: branches with members for which the month was not opened."""

    opened: int
    waiting: int
    open: int
    returned: int
    sealed: int
    late: int
    missing: int

    @property
    def branches(self) -> int:
        """Branches of which the month is asked."""
        return self.opened + self.missing


def month_counts(scope: Scope, month: int, *, on: date, submit_day: int, under: str = "") -> Counts:
    """Two queries."""
    rows = BranchMonth.objects.asking().visible_to(scope, READ).filter(month=month)
    unopened = with_people(Organization.objects.visible_to(scope, READ)).filter(
        ~Exists(BranchMonth.objects.filter(branch=OuterRef("pk"), month=month))
    )
    if under:
        rows, unopened = rows.filter(branch__path__startswith=under), unopened.under(under)
    not_in = Q(state__in=(MonthState.OPEN, MonthState.RETURNED))
    late = Q(is_late=True)
    if on > due_day(month, submit_day):
        late |= not_in
    found = rows.aggregate(
        opened=Count("pk"),
        waiting=Count("pk", filter=Q(state=MonthState.SUBMITTED)),
        open=Count("pk", filter=not_in),
        returned=Count("pk", filter=Q(returns__gt=0)),
        sealed=Count("pk", filter=Q(state=MonthState.SEALED)),
        late=Count("pk", filter=late),
    )
    return Counts(**found, missing=unopened.count())


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit's branches in a month."""

    unit: Organization
    opened: int
    waiting: int
    open: int
    late: int
    returned: int
    sealed: int


def unit_lines(scope: Scope, month: int, *, on: date, submit_day: int) -> list[UnitLine]:
    """The month by the unit directly above the branches. Two queries."""
    not_in = Q(state__in=(MonthState.OPEN, MonthState.RETURNED))
    late = Q(is_late=True) | (not_in if on > due_day(month, submit_day) else Q(pk=None))
    rows = (
        BranchMonth.objects.asking()
        .visible_to(scope, READ)
        .filter(month=month)
        .order_by()
        .values_list("branch__parent")
        .annotate(
            opened=Count("pk"),
            waiting=Count("pk", filter=Q(state=MonthState.SUBMITTED)),
            open=Count("pk", filter=not_in),
            late=Count("pk", filter=late),
            returned=Count("pk", filter=Q(returns__gt=0)),
            sealed=Count("pk", filter=Q(state=MonthState.SEALED)),
        )
    )
    found = {parent: figures for parent, *figures in rows}
    units = Organization.objects.filter(pk__in=found).in_order()
    return [UnitLine(unit, *found[unit.pk]) for unit in units]


def months_to_open(scope: Scope, *, on: date) -> list[int]:
    """Months offered for opening: this one and the one before, while some branch with members in the scope lacks them. One query."""
    now = month_of(on)
    branches = with_people(Organization.objects.visible_to(scope, SUBMIT))
    opened = BranchMonth.objects.filter(branch=OuterRef("pk"))
    lacking = branches.aggregate(
        before=Count("pk", filter=~Exists(opened.filter(month=shift_month(now, -1)))),
        now=Count("pk", filter=~Exists(opened.filter(month=now))),
    )
    return [month for month, n in ((shift_month(now, -1), lacking["before"]), (now, lacking["now"])) if n]


def with_people(organizations: Organizations[Organization]) -> Organizations[Organization]:
    """The branches among these to which somebody belongs: of others no month is asked."""
    people = Member.objects.enrolled().filter(branch=OuterRef("pk"))
    return organizations.existing().branches().filter(Exists(people))


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """To fill in, given back, to confirm, overdue below. At most five queries."""
    found: list[WorkList] = []
    submits, confirms = scope.has(SUBMIT), scope.has(CONFIRM)
    if not submits and not confirms:
        return found
    submit_day = values_in_force(MONTHS, on=on).submit_day
    listing = reverse("months:months")
    before = month_of(on)
    if submits and not confirms:
        mine = list(
            BranchMonth.objects.asking()
            .visible_to(scope, SUBMIT)
            .filter(state__in=(MonthState.OPEN, MonthState.RETURNED), month__lt=before)
            .select_related("branch")
            .order_by("month", "branch__code")[:500]
        )
        back = [row for row in mine if row.state == MonthState.RETURNED]
        new = [row for row in mine if row.state == MonthState.OPEN]
        if back:
            found.append(
                _group("months_returned", _("月记：党委退回的"), "return", back, listing, submit_day)
            )
        if new:
            found.append(_group("months_to_fill", _("月记：该登记的"), "do", new, listing, submit_day))
    if confirms:
        waiting = list(
            BranchMonth.objects.visible_to(scope, CONFIRM)
            .filter(state=MonthState.SUBMITTED)
            .select_related("branch")
            .order_by("month", "submitted_at")[:500]
        )
        if waiting:
            found.append(
                _group("months_to_confirm", _("月记：等我确认"), "decide", waiting, listing, submit_day)
            )
        last = shift_month(before, -1)
        if on <= due_day(last, submit_day):
            last = shift_month(last, -1)
        overdue = list(
            BranchMonth.objects.asking()
            .visible_to(scope, CONFIRM)
            .filter(state__in=(MonthState.OPEN, MonthState.RETURNED), month__lte=last)
            .select_related("branch")
            .order_by("month", "branch__code")[:500]
        )
        if overdue:
            found.append(
                _group("months_overdue", _("月记：支部过期没有提交"), "watch", overdue, listing, submit_day)
            )
    offered = months_to_open(scope, on=on)
    if offered:
        items = tuple(
            WorkItem(_("打开{month}月记").format(month=month_text(month)), _("打开后支部才能登记"), listing)
            for month in offered
        )
        found.append(
            WorkList(
                "months_to_open", _("月记：还没有打开"), "do", "calendar-check", items, len(items), listing
            )
        )
    return found


def _group(
    key: str, label: str, kind: str, rows: Sequence[BranchMonth], url: str, submit_day: int
) -> WorkList:
    items = tuple(
        WorkItem(
            _("{branch}{month}月记").format(branch=row.branch.short_name, month=month_text(row.month)),
            row.return_reason if kind == "return" else _("{n}人").format(n=row.members),
            reverse("months:month", args=[row.branch_id, row.month]),
            None if kind == "decide" else due_day(row.month, submit_day),
        )
        for row in rows[:SHOWN]
    )
    return WorkList(key, label, kind, "calendar-check", items, len(rows), url)


def places(scope: Scope) -> list[Organization]:
    """The units at which the person's work on months begins. One query."""
    wanted = {prefix for permission in (SUBMIT, CONFIRM) for prefix in scope.prefixes(permission)}
    if "" in wanted:
        return list(Organization.objects.filter(parent=None))
    top = [p for p in wanted if not any(p != other and p.startswith(other) for other in wanted)]
    return list(Organization.objects.existing().filter(path__in=top).in_order())


def clerks_of(branch: Organization, *, on: date) -> list[tuple[int, str, str]]:
    """Who keeps the branch's records on that day: account, name and sign-in, for an exception. One query."""
    rows = (
        RoleAssignment.objects.filter(organization=branch, role="branch_clerk", from_date__lte=on)
        .filter(Q(until=None) | Q(until__gt=on))
        .order_by("pk")
        .values_list("user_id", "user__name", "user__username")
    )
    return list(dict.fromkeys(rows))
