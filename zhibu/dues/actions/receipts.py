"""Receipts: numbered by branch and year, over what one member paid on one day."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db import transaction

from zhibu.audit.actions import record
from zhibu.core.access import Scope
from zhibu.dues.actions.locks import hold_branch
from zhibu.dues.models import Payment, Receipt, ReceiptCounter
from zhibu.organizations.models import Organization

RECORD = "dues.record"


@transaction.atomic
def issue_receipts(
    *, by: Scope, branch: Organization, payment_ids: Collection[int], on: date
) -> list[Receipt]:
    """Give a receipt for payments that have none: one for each member and day of payment; those given now.

    What was taken back, and large payments (their receipt comes from the center, art. 11), get none.
    """
    by.require(RECORD, branch.path)
    hold_branch(branch.pk)
    rows = Payment.objects.filter(branch=branch, pk__in=payment_ids, receipt=None, large=False, reverses=None)
    undone = set(Payment.objects.filter(reverses__in=payment_ids).values_list("reverses_id", flat=True))
    groups: dict[tuple[date, int], list[int]] = defaultdict(list)
    for row in rows.exclude(channel="host").order_by("paid_on", "member__pinyin", "pk"):
        if row.pk not in undone:
            groups[(row.paid_on, row.member_id)].append(row.pk)
    if not groups:
        return []
    counter, _made = ReceiptCounter.objects.select_for_update().get_or_create(branch=branch, year=on.year)
    issued = []
    for _day, member_id in groups:
        counter.last += 1
        issued.append(
            Receipt(
                branch=branch,
                member_id=member_id,
                year=on.year,
                number=counter.last,
                issued_on=on,
                by=by.name,
            )
        )
    counter.save(update_fields=["last"])
    Receipt.objects.bulk_create(issued)
    for receipt, ids in zip(issued, groups.values(), strict=True):
        Payment.objects.filter(pk__in=ids).update(receipt=receipt)
    record(
        "dues.receipts.issued",
        by=by,
        on=branch,
        chain=branch.pk,
        path=branch.path,
        data={"count": len(issued), "number": issued[-1].number},
    )
    return issued
