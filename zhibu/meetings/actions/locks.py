"""The ledger's own lock on a month of a branch: closed at the seal, open again for one exception."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.core.access import Refused, Scope
from zhibu.core.locks import hold
from zhibu.core.months import check_month, month_text
from zhibu.core.text import gettext_noop
from zhibu.meetings.models import Meeting, MeetingsLock
from zhibu.meetings.summaries.ledger import is_locked
from zhibu.organizations.models import Organization

CLOSE = "months.confirm"


def ledger_name(branch_id: int) -> str:
    """Under which name ``core.locks.hold`` keeps the branch's ledger."""
    return f"meetings:branch:{branch_id}"


def hold_branch(branch_id: int) -> None:
    """New meetings of a branch come one after the other, and never beside a month's lock being turned."""
    hold(ledger_name(branch_id))


def locked_meeting(meeting: Meeting) -> Meeting:
    """The meeting as stored with its branch, locked until the end of the transaction."""
    # no_key: lines and files that point to the meeting need not wait.
    return (
        Meeting.objects.select_for_update(of=("self",), no_key=True)
        .select_related("branch")
        .get(pk=meeting.pk)
    )


def check_open(branch_id: int, month: int, *, on: date) -> None:
    """Refuse what would change a month that is sealed."""
    refuse_locked(month, is_locked=is_locked(branch_id, month, on))


def refuse_locked(month: int, *, is_locked: bool) -> None:
    """``check_open`` where the lock has been read."""
    if is_locked:
        raise Refused(
            gettext_noop(
                "{month}的月记已经封存，会议和到会情况不能再改。确有错误的，请上级党组织批准后在限期内更正。"
            ),
            month=month_text(month),
        )


def close_month(*, by: Scope, branch: Organization, month: int) -> None:
    """``lock_month`` within a seal, which holds the ledger and the month's meetings already. One statement."""
    by.require(CLOSE, branch.path)
    MeetingsLock.objects.bulk_create(
        [MeetingsLock(branch=branch, month=month, locked_at=timezone.now())],
        update_conflicts=True,
        unique_fields=["branch", "month"],
        update_fields=["open_until"],
    )


@transaction.atomic
def lock_month(*, by: Scope, branch: Organization, month: int) -> MeetingsLock:
    """Close the month: meetings, lists and votes of it can no longer be changed. Again: still closed.

    The seal and the exception of ``months`` are what the log records.
    """
    by.require(CLOSE, branch.path)
    check_month(month)
    hold_branch(branch.pk)
    # Whoever is changing a list of this month holds its meeting: the seal waits for them.
    list(
        Meeting.objects.select_for_update(no_key=True)
        .filter(branch=branch, month=month)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    lock, created = MeetingsLock.objects.get_or_create(
        branch=branch, month=month, defaults={"locked_at": timezone.now()}
    )
    if not created and lock.open_until is not None:
        lock.open_until = None
        lock.save(update_fields=["open_until"])
    return lock


@transaction.atomic
def reopen_month(*, by: Scope, branch: Organization, month: int, until: date) -> MeetingsLock:
    """Open a closed month for an exception; ``until`` is the first day on which it is closed again."""
    by.require(CLOSE, branch.path)
    lock = MeetingsLock.objects.select_for_update().filter(branch=branch, month=month).first()
    if lock is None:
        raise Refused(gettext_noop("{month}没有封存，不用开放更正。"), month=month_text(month))
    if lock.open_until != until:
        lock.open_until = until
        lock.save(update_fields=["open_until"])
    return lock


def relock(*, by: Scope, branch: Organization, month: int) -> MeetingsLock:
    """Close a month again before its exception runs out."""
    return lock_month(by=by, branch=branch, month=month)
