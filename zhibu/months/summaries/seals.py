"""What a seal covers, read from the ledgers, and whether all seals still hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from zhibu.core.text import gettext_noop
from zhibu.months.models import BranchMonth, LockException
from zhibu.months.rules.months import MonthState, Totals
from zhibu.months.rules.seals import Sheet, digest_of, follows, replaced_seals
from zhibu.months.summaries.book import Book, read_book


def sheet_of(book: Book) -> Sheet:
    """The rows under a seal: what the ledgers held when it was set. Later payments and points belong to later months."""
    row = book.branch_month
    at = row.sealed_at
    return Sheet(
        branch=row.branch_id,
        month=row.month,
        counted=(row.cash, row.heads, row.attended),
        dues=[
            (due.member_id, due.kind, due.amount, *(["quarter"] if due.by_quarter else []))
            for due in book.dues
        ],
        payments=[
            (
                p.pk,
                p.member_id,
                p.amount,
                p.extra,
                p.paid_on.isoformat(),
                p.channel,
                p.payer,
                p.receiver,
                p.reverses_id,
            )
            for p in book.payments
            if _by(p.at, at)
        ],
        meetings=[(m.pk, m.kind, m.on.isoformat(), m.state) for m in book.meetings],
        attendance=[(a.meeting_id, a.member_id, a.status, a.reason) for a in book.attendance],
        points=[
            (e.pk, e.member_id, e.item, e.tenths, e.fact_on.isoformat(), e.reverses_id)
            for e in book.entries
            if e.state == "approved" and _by(e.at, at) and (e.approved_at is None or _by(e.approved_at, at))
        ],
    )


def _by(moment: datetime, sealed_at: datetime | None) -> bool:
    return sealed_at is None or moment <= sealed_at


def summary_of(totals: Totals, book: Book) -> dict[str, object]:
    """The branch's summary row: sums of the month's rows, in fen, persons and tenths."""
    return summary_from(
        totals,
        meetings=len(book.held),
        corrections=sum(payment.reverses_id is not None for payment in book.payments),
        operations=len(book.operations),
    )


def summary_from(totals: Totals, *, meetings: int, corrections: int, operations: int) -> dict[str, object]:
    """The summary row from what was counted."""
    return {
        "members": totals.members,
        "assessed": totals.assessed,
        "paid": totals.paid,
        "cash": totals.cash,
        "at_host": totals.at_host,
        "elsewhere": totals.elsewhere,
        "payers": totals.payers,
        "unpaid": totals.unpaid,
        "owed": totals.owed,
        "meetings": meetings,
        "should": totals.should,
        "came": totals.came,
        "tenths": totals.tenths,
        "corrections": corrections,
        "operations": operations,
    }


@dataclass(frozen=True, slots=True)
class Broken:
    """A seal that does not hold: whose, which month, why. ``is_reopened``: an exception lets it be mended now."""

    branch_month: int
    branch: str
    month: int
    reason: str
    is_reopened: bool = False


@dataclass(frozen=True, slots=True)
class Verified:
    """What checking all seals found. ``broken`` is the first that differs, None when all hold."""

    seals: int
    branches: int
    broken: Broken | None = None


def verify_seals(*, branch_ids: list[int] | None = None) -> Verified:
    """Recompute every seal, branch by branch and month by month; stops at the first that differs.

    Six queries a month that is sealed. Months reopened by an exception are compared, too, and named as such.
    """
    seals = 0
    branches: set[int] = set()
    before: BranchMonth | None = None
    for row in _sealed(branch_ids):
        seals += 1
        branches.add(row.branch_id)
        if before is None or before.branch_id != row.branch_id:
            before = None
        reason = _why_broken(row, before)
        if reason:
            is_reopened = (
                row.state != MonthState.SEALED
                and LockException.objects.filter(
                    branch=row.branch_id, month=row.month, ended_at=None
                ).exists()
            )
            if is_reopened:
                reason = gettext_noop("准予更正期间有改动，还没有重新封存")
            found = Broken(row.pk, row.branch.name, row.month, reason, is_reopened)
            return Verified(seals, len(branches), found)
        before = row
    return Verified(seals, len(branches))


def _sealed(branch_ids: list[int] | None) -> Iterator[BranchMonth]:
    rows = BranchMonth.objects.exclude(digest="").select_related("branch").order_by("branch_id", "month")
    if branch_ids is not None:
        rows = rows.filter(branch__in=branch_ids)
    return rows.iterator(chunk_size=500)


def _why_broken(row: BranchMonth, before: BranchMonth | None) -> str:
    chained = (
        row.previous == ""
        if before is None
        else follows(row.previous, before=before.digest, before_replaced=replaced_seals(before.summary))
    )
    if not chained:
        return gettext_noop("没有接上前一个月的封存")
    fresh = digest_of(sheet_of(read_book(row)), previous=row.previous, replaced=replaced_seals(row.summary))
    return "" if fresh == row.digest else gettext_noop("内容和封存时的摘要不一样")
