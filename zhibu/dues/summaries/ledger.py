"""What the ledger says for a month, a year, a member. Sums are sums of rows, at every level."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum

from zhibu.dues.models import Due, Payment
from zhibu.dues.rules import Channel, DueKind
from zhibu.members.models import Member
from zhibu.organizations.models import Organization

PAYABLE = (DueKind.DUE, DueKind.REDUCED)


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One member's month at a branch, in fen. ``kind`` "": the month is not opened, but something was paid.

    ``payer`` and ``channel`` of the last payment that stands; ``payments`` counts all rows, reversals too.
    ``extra`` leaves large payments out: they are no money of the branch.
    """

    member_id: int
    kind: str
    assessed: int
    paid: int
    extra: int
    payer: str
    channel: str
    payments: int

    @property
    def left(self) -> int:
        """What is still owed."""
        return max(self.assessed - self.paid, 0)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of months: ``cash`` is what was paid in notes, extra included; ``payers`` members who paid something."""

    assessed: int = 0
    paid: int = 0
    extra: int = 0
    cash: int = 0
    payers: int = 0
    members: int = 0
    large: int = 0

    @property
    def left(self) -> int:
        """Assessed and not paid."""
        return self.assessed - self.paid

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.assessed + other.assessed,
            self.paid + other.paid,
            self.extra + other.extra,
            self.cash + other.cash,
            self.payers + other.payers,
            self.members + other.members,
            self.large + other.large,
        )


@dataclass(frozen=True, slots=True)
class MemberMonth:
    """A member's month as the booklet and the panel show it. ``paid_on`` and what follows: the last payment."""

    month: int
    kind: str
    assessed: int
    paid: int
    extra: int
    paid_on: date | None
    receiver: str
    channel: str
    payer: str

    @property
    def left(self) -> int:
        """What is still owed."""
        return max(self.assessed - self.paid, 0)


def _standing(payments: Sequence[Payment]) -> list[Payment]:
    """Those that were not taken back and take nothing back."""
    taken_back = {payment.reverses_id for payment in payments}
    return [each for each in payments if each.reverses_id is None and each.pk not in taken_back]


def month_rows(branch: Organization, month: int) -> list[MonthRow]:
    """Every member with a due or a payment of the month at the branch, by pinyin. Two queries."""
    dues = list(
        Due.objects.filter(branch=branch, month=month)
        .order_by("member__pinyin", "member_id")
        .values_list("member_id", "kind", "amount")
    )
    paid: dict[int, list[Payment]] = defaultdict(list)
    for payment in Payment.objects.filter(branch=branch, month=month).order_by("member__pinyin", "pk"):
        paid[payment.member_id].append(payment)
    known = {member_id for member_id, _, _ in dues}
    listed = [*dues, *((member_id, "", 0) for member_id in paid if member_id not in known)]
    return [
        _month_row(member_id, kind, amount, paid.get(member_id, [])) for member_id, kind, amount in listed
    ]


def _month_row(member_id: int, kind: str, amount: int, payments: list[Payment]) -> MonthRow:
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
    )


def month_totals(branch_ids: Collection[int], month: int) -> dict[int, Totals]:
    """Sums of a month by branch; branches without a row are left out. Two queries."""
    return totals_by_branch(
        Due.objects.filter(branch__in=branch_ids), Payment.objects.filter(branch__in=branch_ids), [month]
    )


def totals_by_branch(
    dues: QuerySet[Due], payments: QuerySet[Payment], months: Collection[int]
) -> dict[int, Totals]:
    """Sums of the months by branch. Three queries when there is more than one month, else two."""
    assessed = {
        branch_id: (total or 0, members)
        for branch_id, total, members in dues.filter(month__in=months)
        .order_by()
        .values_list("branch_id")
        .annotate(total=Sum("amount"), members=Count("member_id", distinct=True))
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
    for branch_id, (total, members) in assessed.items():
        sums[branch_id] += Totals(assessed=total, members=members)
    return dict(sums)


def year_of(member: Member, year: int) -> list[MemberMonth]:
    """The twelve months of a year, wherever they were paid. Two queries."""
    return years_of([member.pk], year, year)[member.pk]


def years_of(
    member_ids: Collection[int], first: int, last: int, *, branch: Organization | None = None
) -> dict[int, list[MemberMonth]]:
    """Every month of the years from ``first`` to ``last``, by member, at one branch or wherever. Two queries."""
    span: dict[str, object] = {"month__gte": first * 100 + 1, "month__lte": last * 100 + 12}
    if branch is not None:
        span["branch"] = branch
    dues = {
        (member_id, month): (kind, amount)
        for member_id, month, kind, amount in Due.objects.filter(member__in=member_ids, **span).values_list(
            "member_id", "month", "kind", "amount"
        )
    }
    paid: dict[tuple[int, int], list[Payment]] = defaultdict(list)
    for payment in Payment.objects.filter(member__in=member_ids, **span).order_by("pk"):
        paid[(payment.member_id, payment.month)].append(payment)
    months = [year * 100 + number for year in range(first, last + 1) for number in range(1, 13)]
    return {
        pk: [
            _member_month(month, *dues.get((pk, month), ("", 0)), paid.get((pk, month), []))
            for month in months
        ]
        for pk in member_ids
    }


def _member_month(month: int, kind: str, amount: int, payments: list[Payment]) -> MemberMonth:
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
    )


def net_paid(member_ids: Collection[int], months: Collection[int]) -> dict[tuple[int, int], int]:
    """What stands as paid, by member and month, wherever it was paid. One query."""
    rows = (
        Payment.objects.filter(member__in=member_ids, month__in=months)
        .order_by()
        .values_list("member_id", "month")
        .annotate(paid=Sum("amount"))
    )
    return {(member_id, month): paid for member_id, month, paid in rows}
