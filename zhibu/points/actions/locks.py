"""The ledger's own lock on a month of a branch; ``months`` seals and opens it."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.locks import hold
from zhibu.core.months import check_month
from zhibu.core.text import gettext_noop
from zhibu.organizations.models import Organization
from zhibu.points.models import PointsLock

CONFIRM = "months.confirm"


def ledger_name(branch_id: int) -> str:
    """Under which name ``core.locks.hold`` keeps the branch's ledger."""
    return f"points:{branch_id}"


def hold_ledger(branch_id: int) -> None:
    """One writer of a branch's points at a time: a seal and an entry never pass each other."""
    hold(ledger_name(branch_id))


def close_month(*, by: Scope, branch: Organization, month: int) -> None:
    """``lock_month`` within a seal, which holds the ledger already and knows that the month is open. One statement."""
    by.require(CONFIRM, branch.path)
    row = PointsLock(branch=branch, month=month, locked_at=timezone.now())
    PointsLock.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["branch", "month"], update_fields=["open_until"]
    )
    _record_locked(by, branch, row)


def _record_locked(by: Scope, branch: Organization, row: PointsLock) -> None:
    record(
        "points.month.locked",
        by=by,
        on=row,
        chain=branch.pk,
        path=branch.path,
        data={"month": str(row.month)},
    )


@transaction.atomic
def lock_month(*, by: Scope, branch: Organization, month: int) -> PointsLock:
    """Close the month for entries; a month opened by an exception is closed again. Locking twice changes nothing."""
    by.require(CONFIRM, branch.path)
    check_month(month)
    hold_ledger(branch.pk)
    row, created = PointsLock.objects.get_or_create(
        branch=branch, month=month, defaults={"locked_at": timezone.now()}
    )
    if not created and row.open_until is None:
        return row
    row.open_until = None
    row.save(update_fields=["open_until"])
    _record_locked(by, branch, row)
    return row


@transaction.atomic
def reopen_month(*, by: Scope, branch: Organization, month: int, until: date) -> PointsLock:
    """Open a locked month by an exception until before a day. Refused for a month that is not locked."""
    by.require(CONFIRM, branch.path)
    check_month(month)
    hold_ledger(branch.pk)
    row = PointsLock.objects.select_for_update().filter(branch=branch, month=month).first()
    if row is None:
        raise Refused(gettext_noop("这个月的积分没有封存，不用再打开。"))
    row.open_until = until
    row.save(update_fields=["open_until"])
    record(
        "points.month.reopened",
        by=by,
        on=row,
        chain=branch.pk,
        path=branch.path,
        data={"month": str(month), "until": until.isoformat()},
    )
    return row


@transaction.atomic
def relock(*, by: Scope, branch: Organization, month: int) -> PointsLock:
    """Close a month again that an exception had opened; the same as ``lock_month``."""
    return lock_month(by=by, branch=branch, month=month)
