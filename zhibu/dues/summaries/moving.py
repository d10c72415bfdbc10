"""Which opened months may follow a member to another branch."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import Max, Sum

from zhibu.dues.models import Due, DuesLock, Payment
from zhibu.dues.summaries.facts import FEW, locked_branches


def movable(rows: Sequence[tuple[Due, int]], *, on: date) -> list[Due]:
    """Those of the dues, each with the branch it would go to, for which nothing is paid and neither ledger is locked.

    Nor is a later month locked there: a month behind a seal is never opened (``months``). Two queries, and one a month.
    """
    if not rows:
        return []
    months = {row.month for row, _target in rows}
    members = {row.member_id for row, _target in rows}
    payments = Payment.objects.filter(month__in=months)
    if len(members) <= FEW:
        payments = payments.filter(member__in=members)
    paid: dict[tuple[int, int], int] = defaultdict(int)
    for member_id, month, total in (
        payments.order_by().values_list("member_id", "month").annotate(total=Sum("amount"))
    ):
        paid[member_id, month] = total
    locked = {month: locked_branches(month, on=on) for month in months}
    locks = DuesLock.objects.filter(branch__in={target for _row, target in rows}).order_by()
    last: dict[int, int] = defaultdict(int, locks.values_list("branch_id").annotate(last=Max("month")))
    return [
        row
        for row, target in rows
        if not paid[row.member_id, row.month]
        and not {row.branch_id, target} & locked[row.month]
        and last[target] <= row.month
    ]
