"""What the ledger says for a month, a year, a member. Sums are sums of rows, at every level."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from zhibu.dues.models import Due, Payment
from zhibu.dues.rules.owing import Channel, DueKind, left_of, over_of
from zhibu.members.models import Member
from zhibu.members.summaries.one_person import OnePerson
from zhibu.organizations.models import Organization

PAYABLE = (DueKind.DUE, DueKind.REDUCED)
LEFT = Sum(Case(When(gap__gt=0, then=F("gap")), default=0))
"""Over dues ``with_gap``: what the members still owe."""


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One member's month at a branch, in fen. ``kind`` "": the month is not opened, but something was paid.

    ``payer`` and ``channel`` of the last payment that stands; ``payments`` counts all rows, reversals too.
    ``by_quarter``: with the branch's consent it is paid by the end of the quarter.
    ``extra`` leaves large payments out: they are no money of the branch. ``elsewhere``: paid for the month to
    another branch of the county before a move; it settles what is owed here and is money there.
    """

    member_id: int
    kind: str
    assessed: int
    paid: int
    extra: int
    payer: str
    channel: str
    payments: int
    elsewhere: int = 0
    by_quarter: bool = False

    @property
    def left(self) -> int:
        """What is still owed."""
        return left_of(self.assessed, self.paid + self.elsewhere)

    @property
    def over(self) -> int:
        """What was paid beyond what is owed."""
        return over_of(self.kind, self.assessed, self.paid + self.elsewhere)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of months: ``cash`` is what was paid in notes, extra included; ``payers`` members who paid something.

    ``left`` is the sum of what each member still owes for each month, ``over`` of what each paid beyond it: one
    person's overpayment never hides another's debt.
    """

    assessed: int = 0
    paid: int = 0
    extra: int = 0
    cash: int = 0
    payers: int = 0
    members: int = 0
    large: int = 0
    left: int = 0
    over: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.assessed + other.assessed,
            self.paid + other.paid,
            self.extra + other.extra,
            self.cash + other.cash,
            self.payers + other.payers,
            self.members + other.members,
            self.large + other.large,
            self.left + other.left,
            self.over + other.over,
        )


@dataclass(frozen=True, slots=True)
class MemberMonth:
    """A member's month as the booklet and the panel show it. ``paid_on`` and what follows: the last payment.

    ``elsewhere``: as in ``MonthRow``, where the month is read at one branch.
    """

    month: int
    kind: str
    assessed: int
    paid: int
    extra: int
    paid_on: date | None
    receiver: str
    channel: str
    payer: str
    elsewhere: int = 0
    by_quarter: bool = False

    @property
    def left(self) -> int:
        """What is still owed."""
        return left_of(self.assessed, self.paid + self.elsewhere)

    @property
    def over(self) -> int:
        """What was paid beyond what is owed."""
        return over_of(self.kind, self.assessed, self.paid + self.elsewhere)


def _standing(payments: Sequence[Payment]) -> list[Payment]:
    """Those that were not taken back and take nothing back."""
    taken_back = {payment.reverses_id for payment in payments}
    return [each for each in payments if each.reverses_id is None and each.pk not in taken_back]


def month_rows(branch: Organization, month: int) -> list[MonthRow]:
    """Every member with a due or a payment of the month at the branch, by pinyin. Two queries."""
    dues = list(
        Due.objects.filter(branch=branch, month=month)
        .order_by("member__pinyin", "member_id")
        .values_list("member_id", "kind", "amount", "by_quarter")
    )
    known = {member_id for member_id, *_due in dues}
    paid: dict[int, list[Payment]] = defaultdict(list)
    elsewhere: dict[int, int] = defaultdict(int)
    of_month = Payment.objects.filter(Q(branch=branch) | Q(member__in=known), month=month)
    for payment in of_month.order_by("member__pinyin", "pk"):
        if payment.branch_id == branch.pk:
            paid[payment.member_id].append(payment)
        else:
            elsewhere[payment.member_id] += payment.amount
    listed = [*dues, *((member_id, "", 0, False) for member_id in paid if member_id not in known)]
    return [
        replace(
            _month_row(member_id, kind, amount, paid.get(member_id, []), elsewhere[member_id]),
            by_quarter=by_quarter,
        )
        for member_id, kind, amount, by_quarter in listed
    ]


def _month_row(member_id: int, kind: str, amount: int, payments: list[Payment], elsewhere: int) -> MonthRow:
    last = next(reversed(_standing([each for each in payments if not each.large])), None)
    return MonthRow(
        member_id,
        kind,
        amount,
        sum(each.amount for each in payments),
        sum(each.extra for each in payments if not each.large),
        last.payer if last else "",
        last.channel if last else "",
        len(payments),
        elsewhere,
    )


def month_totals(branch_ids: Collection[int], month: int) -> dict[int, Totals]:
    """Sums of a month by branch; branches without a row are left out. Two queries."""
    return totals_by_branch(
        Due.objects.filter(branch__in=branch_ids), Payment.objects.filter(branch__in=branch_ids), [month]
    )


def with_gap(dues: QuerySet[Due]) -> QuerySet[Due]:
    """With ``gap`` to filter and sum by: a month's dues less what was paid for it, wherever; negative: too much."""
    paid = (
        Payment.objects.filter(member=OuterRef("member_id"), month=OuterRef("month"))
        .order_by()
        .values("member")
        .annotate(total=Sum("amount"))
        .values("total")
    )
    return dues.alias(gap=F("amount") - Coalesce(Subquery(paid), 0))


def totals_by_branch(
    dues: QuerySet[Due], payments: QuerySet[Payment], months: Collection[int]
) -> dict[int, Totals]:
    """Sums of the months by branch. Three queries when there is more than one month, else two."""
    # The same as ``left_of`` and ``over_of`` row by row.
    unassessed = Q(kind__in=(DueKind.DUE, DueKind.PENDING), amount=0)
    assessed = {
        branch_id: Totals(assessed=total, members=members, left=left, over=over)
        for branch_id, total, members, left, over in with_gap(dues.filter(month__in=months))
        .order_by()
        .values_list("branch_id")
        .annotate(
            total=Sum("amount"),
            members=Count("member_id", distinct=True),
            left=LEFT,
            over=Sum(Case(When(Q(gap__lt=0) & ~unassessed, then=-F("gap")), default=0)),
        )
    }
    sums: dict[int, Totals] = defaultdict(Totals)
    by_member = (
        payments.filter(month__in=months)
        .order_by()
        .values_list("branch_id", "member_id")
        .annotate(
            paid=Sum("amount"),
            more=Sum("extra", filter=Q(large=False), default=0),
            cash=Sum(F("amount") + F("extra"), filter=Q(large=False, channel=Channel.CASH), default=0),
            large_sum=Sum("extra", filter=Q(large=True), default=0),
        )
    )
    for branch_id, _member, paid, more, cash, large in by_member:
        sums[branch_id] += Totals(paid=paid, extra=more, cash=cash, payers=int(paid > 0), large=large)
    for branch_id, totals in assessed.items():
        sums[branch_id] += totals
    return dict(sums)


def year_of(member: Member, year: int, *, person: OnePerson | None = None) -> list[MemberMonth]:
    """The twelve months of a year, wherever they were paid. Three queries."""
    return years_of([member.pk], year, year, person=person)[member.pk]


def years_of(
    member_ids: Collection[int],
    first: int,
    last: int,
    *,
    branch: Organization | None = None,
    person: OnePerson | None = None,
) -> dict[int, list[MemberMonth]]:
    """Every month of the years from ``first`` to ``last``, by member, at one branch or wherever. Three queries.

    ``person``: the merged records, where they are at hand. What sealed months hold under a record that was merged is the person's: one due a month, all that was paid for it.
    """
    span = {"month__gte": first * 100 + 1, "month__lte": last * 100 + 12}
    person = person or OnePerson.read()
    records = person.records(member_ids)
    written = Due.objects.filter(member__in=records, **span)
    if branch is not None:
        written = written.filter(branch=branch)
    dues: dict[tuple[int, int], tuple[str, int, bool]] = {}
    columns = ("member_id", "month", "kind", "amount", "by_quarter")
    for member_id, month, kind, amount, by_quarter in written.values_list(*columns):
        own = person.of(member_id)
        if own == member_id or (own, month) not in dues:  # that of the record that was kept goes first
            dues[own, month] = (kind, amount, by_quarter)
    paid: dict[tuple[int, int], list[Payment]] = defaultdict(list)
    elsewhere: dict[tuple[int, int], int] = defaultdict(int)
    for payment in Payment.objects.filter(member__in=records, **span).order_by("pk"):
        key = (person.of(payment.member_id), payment.month)
        if branch is None or payment.branch_id == branch.pk:
            paid[key].append(payment)
        elif key in dues:
            elsewhere[key] += payment.amount
    months = [year * 100 + number for year in range(first, last + 1) for number in range(1, 13)]
    return {
        pk: [
            _member_month(
                month, dues.get((pk, month), ("", 0, False)), paid.get((pk, month), []), elsewhere[pk, month]
            )
            for month in months
        ]
        for pk in member_ids
    }


def _member_month(
    month: int, due: tuple[str, int, bool], payments: list[Payment], elsewhere: int
) -> MemberMonth:
    kind, amount, by_quarter = due
    last = next(reversed(_standing([each for each in payments if not each.large])), None)
    return MemberMonth(
        month,
        kind,
        amount,
        sum(each.amount for each in payments),
        sum(each.extra for each in payments if not each.large),
        last.paid_on if last else None,
        last.receiver if last else "",
        last.channel if last else "",
        last.payer if last else "",
        elsewhere,
        by_quarter,
    )


def net_paid(member_ids: Collection[int], months: Collection[int]) -> dict[tuple[int, int], int]:
    """What stands as paid, by member and month, wherever and under whichever record it was paid. Two queries."""
    person = OnePerson.read()
    rows = (
        Payment.objects.filter(member__in=person.records(member_ids), month__in=months)
        .order_by()
        .values_list("member_id", "month")
        .annotate(paid=Sum("amount"))
    )
    found: dict[tuple[int, int], int] = defaultdict(int)
    for member_id, month, paid in rows:
        found[person.of(member_id), month] += paid
    return dict(found)
