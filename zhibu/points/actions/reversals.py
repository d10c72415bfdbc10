"""Reversing entries: a mistake is answered by the opposite, and another person approves that too."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from zhibu.core.access import Refused, Scope
from zhibu.core.months import month_of, month_text
from zhibu.core.text import gettext_noop
from zhibu.points.actions.entries import RECORD, checked_reason, locked_entries, record_entry_event
from zhibu.points.actions.locks import hold_ledger
from zhibu.points.models import Account, Entry
from zhibu.points.summaries.locks import locked_months, published_months


@transaction.atomic
def reverse_entry(*, by: Scope, entry: Entry, reason: str, on: date, operation: UUID | None = None) -> Entry:
    """Propose the reversal of an approved entry; it counts once another person approves it.

    It counts in the month of the entry while that is open, else in the current one. A second reversal
    returns the first. Refused for an entry that is not approved, and for a reversal itself.
    """
    branch = entry.branch
    by.require(RECORD, branch.path)
    hold_ledger(branch.pk)
    row = locked_entries([entry])[0]
    known = Entry.objects.filter(reverses=row).first()
    if known is not None:
        return known
    check_reversible(row)
    reversal = make_reversal(row, on=on)
    reversal.note = checked_reason(reason)
    reversal.recorder, reversal.recorder_user_id, reversal.operation = by.name, by.user_id, operation
    reversal.save()
    record_entry_event("points.entry.reversal_proposed", by, reversal, branch)
    return reversal


def check_reversible(row: Entry) -> None:
    """Raise ``Refused`` unless the entry counts and is no reversal."""
    if row.reverses_id is not None:
        raise Refused(gettext_noop("这条本身就是冲正，不能再冲正。要恢复的请重新登记。"))
    if row.state == "proposed":
        raise Refused(gettext_noop("这条积分还没有审核，请审核人退回，或者登记人撤回，不用冲正。"))
    if row.state == "refused":
        raise Refused(gettext_noop("这条积分已经退回，没有计入，不用冲正。"))


def make_reversal(row: Entry, *, on: date) -> Entry:
    """The reversing entry, not saved: the same fact with the opposite points, in a month that is open."""
    locked = locked_months(row.branch_id, {row.month, month_of(on)}, on)
    closed = locked | published_months(row.branch_id, [row.month])
    month = month_of(on) if row.month in closed else row.month
    if _is_closed(row.member_id, month // 100) and not _is_closed(row.member_id, month_of(on) // 100):
        month = month_of(on)
    if month in locked:
        raise Refused(
            gettext_noop("{month}的积分已经封存，不能再登记。要补记的，请党委批准打开这个月。"),
            month=month_text(month),
        )
    return Entry(
        member_id=row.member_id,
        branch_id=row.branch_id,
        month=month,
        item=row.item,
        tenths=-row.tenths,
        fact_on=row.fact_on,
        evidence=row.evidence,
        reverses=row,
        at=timezone.now(),
    )


def _is_closed(member_id: int, year: int) -> bool:
    return Account.objects.filter(member=member_id, year=year).exclude(closed_on=None).exists()
