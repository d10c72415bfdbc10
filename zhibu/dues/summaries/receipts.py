"""Receipts and what they are over."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from zhibu.dues.models import Payment, Receipt
from zhibu.dues.rules.owing import Channel
from zhibu.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A receipt with its payments. ``taken_back``: the part that was reversed since, in fen."""

    receipt: Receipt
    payments: list[Payment]
    taken_back: int

    @property
    def total(self) -> int:
        """What was received, in fen."""
        return sum(payment.amount + payment.extra for payment in self.payments)


def receipt_rows(branch: Organization, year: int | None) -> QuerySet[Receipt]:
    """Receipts of a year, or of all where it is None, the newest number first."""
    rows = Receipt.objects.filter(branch=branch).select_related("member", "branch")
    return (rows if year is None else rows.filter(year=year)).order_by("-year", "-number")


def receipt_lines(receipts: Sequence[Receipt]) -> list[ReceiptLine]:
    """With what each is over. Two queries."""
    paid: dict[int, list[Payment]] = defaultdict(list)
    rows = Payment.objects.filter(receipt__in=[receipt.pk for receipt in receipts]).order_by("month", "pk")
    for payment in rows:
        paid[payment.receipt_id or 0].append(payment)
    ids = [payment.pk for payments in paid.values() for payment in payments]
    undone = set(Payment.objects.filter(reverses__in=ids).values_list("reverses_id", flat=True))
    return [
        ReceiptLine(
            receipt,
            paid[receipt.pk],
            sum(each.amount + each.extra for each in paid[receipt.pk] if each.pk in undone),
        )
        for receipt in receipts
    ]


def without_receipt(branch: Organization, year: int) -> QuerySet[Payment]:
    """Payments received in the year that have none and may get one."""
    undone = Payment.objects.filter(reverses=OuterRef("pk"))
    return (
        Payment.objects.filter(branch=branch, receipt=None, large=False, reverses=None, paid_on__year=year)
        .exclude(channel=Channel.HOST)
        .filter(~Exists(undone))
    )
