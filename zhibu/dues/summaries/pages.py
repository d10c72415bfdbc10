"""What the pages of dues show: a branch's month and year, units below, a member's account."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from zhibu.core.access import Scope
from zhibu.core.months import month_of, month_range, shift_month
from zhibu.dues.models import Assessment, Due, DuesLock, Payment, Relief
from zhibu.dues.policies import terms_on
from zhibu.dues.rules.owing import DueKind
from zhibu.dues.rules.quarters import Late
from zhibu.dues.rules.relieving import IN_FORCE
from zhibu.dues.summaries.arrears import asked_by
from zhibu.dues.summaries.facts import paid_by_quarter
from zhibu.dues.summaries.ledger import (
    LEFT,
    MemberMonth,
    MonthRow,
    Totals,
    month_rows,
    net_paid,
    totals_by_branch,
    with_gap,
    year_of,
    years_of,
)
from zhibu.members.models import Member
from zhibu.members.summaries.one_person import OnePerson
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS

READ = "dues.read"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A row of the ledger with the member's name. ``is_late``: it has to be paid by now."""

    name: str
    row: MonthRow
    is_late: bool


def ledger_lines(branch: Organization, month: int, *, on: date) -> list[LedgerLine]:
    """The month of a branch with names. Four queries."""
    rows = month_rows(branch, month)
    late = Late.on(on, due_day=terms_on(on).due_day)
    names = dict(Member.objects.filter(pk__in=[row.member_id for row in rows]).values_list("pk", "name"))
    return [
        LedgerLine(names[row.member_id], row, late.is_late(month, by_quarter=row.by_quarter)) for row in rows
    ]


def totals_of(rows: Sequence[MonthRow]) -> Totals:
    """The sums of the rows as shown; cash and large payments are left to ``month_totals``."""
    return Totals(
        assessed=sum(row.assessed for row in rows),
        paid=sum(row.paid for row in rows),
        extra=sum(row.extra for row in rows),
        payers=sum(row.paid > 0 for row in rows),
        members=len(rows),
        left=sum(row.left for row in rows),
        over=sum(row.over for row in rows),
    )


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months of the year strip."""

    state: str
    months: list[tuple[int, str]]


def year_strip(branch: Organization, year: int, *, on: date) -> list[Quarter]:
    """The year of a branch: sealed, recorded (nobody owes), pending, overdue, future. Four queries."""
    span = {"branch": branch, "month__gte": year * 100 + 1, "month__lte": year * 100 + 12}
    owed = dict(with_gap(Due.objects.filter(**span)).order_by().values_list("month").annotate(left=LEFT))
    late = Late.on(on, due_day=terms_on(on).due_day)
    asked = with_gap(Due.objects.filter(asked_by(late), **span))
    overdue = dict(asked.order_by().values_list("month").annotate(left=LEFT))
    locked = set(
        DuesLock.objects.filter(**span)
        .filter(Q(open_until=None) | Q(open_until__lte=on))
        .values_list("month", flat=True)
    )
    states = []
    for number in range(1, 13):
        month = year * 100 + number
        if month in locked:
            states.append("sealed")
        elif month not in owed:
            states.append("future" if month >= month_of(on) else "na")
        elif not owed[month]:
            states.append("recorded")
        else:
            states.append("overdue" if overdue.get(month) else "pending")
    return [
        Quarter(
            "sealed" if set(states[n : n + 3]) == {"sealed"} else "",
            [(n + k + 1, states[n + k]) for k in range(3)],
        )
        for n in (0, 3, 6, 9)
    ]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit below with the sums of its branches."""

    unit: Organization
    totals: Totals


def unit_lines(
    scope: Scope, organization: Organization, months: Sequence[int]
) -> tuple[list[UnitLine], Totals]:
    """The units directly below with their sums, and the sum of them all. Three queries.

    What stands at the organization itself is a line of its own, so that the lines add up to the total.
    """
    units = list(Organization.objects.visible_to(scope, READ).filter(parent=organization).in_order())
    dues = Due.objects.visible_to(scope, READ).filter(branch__path__startswith=organization.path)
    payments = Payment.objects.visible_to(scope, READ).filter(branch__path__startswith=organization.path)
    by_branch = totals_by_branch(dues, payments, months)
    paths = dict(Organization.objects.filter(path__startswith=organization.path).values_list("pk", "path"))
    sums: dict[int, Totals] = {}
    steps = organization.path.count(".")
    for branch_id, totals in by_branch.items():
        parts = paths[branch_id].split(".")
        owner = int(parts[steps]) if parts[steps] else organization.pk
        sums[owner] = sums.get(owner, Totals()) + totals
    lines = [
        UnitLine(unit, sums.get(unit.pk, Totals()))
        for unit in units
        if unit.closed_on is None or unit.pk in sums
    ]
    if organization.pk in sums:
        lines.insert(0, UnitLine(organization, sums[organization.pk]))
    return lines, sum((line.totals for line in lines), Totals())


@dataclass(frozen=True, slots=True)
class PayableMonth:
    """A month a member can pay now: kind, what is owed and what was paid of it."""

    month: int
    kind: str
    assessed: int
    paid: int

    @property
    def left(self) -> int:
        """What is still owed."""
        return max(self.assessed - self.paid, 0)


def payable_months(
    member: Member, expected: Mapping[int, tuple[str, int]], *, since: int, until: int
) -> list[PayableMonth]:
    """Months of [since, until) with something left to pay. ``expected``: what unopened months will be. Four queries."""
    months = month_range(since, until)
    rows = Due.objects.filter(member__in=OnePerson.read().records([member.pk]), month__in=months)
    # Where both records of a person have one, that of the record that was kept is read last and stands.
    written = {
        month: (kind, amount)
        for _own, month, kind, amount in sorted(
            (pk == member.pk, month, kind, amount)
            for pk, month, kind, amount in rows.values_list("member_id", "month", "kind", "amount")
        )
    }
    paid = net_paid([member.pk], months)
    found = []
    for month in months:
        kind, amount = written.get(month) or expected.get(month) or ("", 0)
        line = PayableMonth(month, kind, amount, paid.get((member.pk, month), 0))
        if line.left and kind in (DueKind.DUE, DueKind.REDUCED, DueKind.PENDING):
            found.append(line)
    return found


@dataclass(frozen=True, slots=True)
class Account:
    """A member's dues: the year, its sums, what is assessed and relieved, whether the branch lets it come by the
    quarter."""

    year: int
    months: list[MemberMonth]
    assessment: Assessment | None
    relief: Relief | None
    by_quarter: bool = False

    @property
    def paid(self) -> int:
        """Paid in the year, voluntary payments included."""
        return sum(row.paid + row.extra for row in self.months)

    @property
    def left(self) -> int:
        """Owed and not paid in the year."""
        return sum(row.left for row in self.months)

    @property
    def over(self) -> int:
        """Paid beyond what is owed, month by month."""
        return sum(row.over for row in self.months)


def account_of(member: Member, year: int, *, on: date) -> Account:
    """The account of a member. Five queries; incomes and grounds are not read."""
    month = month_of(on)
    assessment = (
        Assessment.objects.filter(member=member, state="in_force", from_month__lte=shift_month(month, 1))
        .defer("base")
        .order_by("-from_month", "-pk")
        .first()
    )
    relief = (
        Relief.objects.filter(member=member, state__in=IN_FORCE, from_month__lte=month, until_month__gt=month)
        .defer("grounds")
        .first()
    )
    by_quarter = (member.pk, member.branch_id) in paid_by_quarter(month, of=member)
    return Account(year, year_of(member, year), assessment, relief, by_quarter)


def members_by_id(member_ids: Iterable[int]) -> dict[int, Member]:
    """Members with their branches, without what is encrypted. One query for a thousand."""
    rows = Member.objects.defer("resident_id", "phone").select_related("branch")
    ids = list(member_ids)
    found: dict[int, Member] = {}
    for start in range(0, len(ids), 1000):
        found |= {member.pk: member for member in rows.filter(pk__in=ids[start : start + 1000])}
    return found


def branch_year(
    branch: Organization, year: int, *, among: Collection[int] | None = None
) -> list[tuple[str, list[MemberMonth]]]:
    """Members with a due or a payment of the year at the branch, by pinyin, each with the twelve months. Seven queries.

    Only what stands at the branch: the sums are those of its months. ``among``: only these members.
    """
    span = {"branch": branch, "month__gte": year * 100 + 1, "month__lte": year * 100 + 12}
    one = OnePerson.read()
    here = {
        one.of(pk)
        for model in (Due, Payment)
        for pk in model._default_manager.filter(**span).order_by().values_list("member", flat=True).distinct()
    }
    chosen = here if among is None else here & {one.of(pk) for pk in among}
    people = list(Member.objects.filter(pk__in=chosen).order_by("pinyin", "pk").values_list("pk", "name"))
    months = years_of([pk for pk, _ in people], year, year, branch=branch)
    return [(name, months[pk]) for pk, name in people]


def is_branch(organization: Organization) -> bool:
    """True for a unit members belong to."""
    return organization.kind in BRANCH_KINDS
