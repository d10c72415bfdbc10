"""The ledger's own lock on a month. The cycle of months turns it; nobody else."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.locks import hold
from zhibu.core.months import month_code
from zhibu.core.text import gettext_noop
from zhibu.dues.models import DuesLock
from zhibu.organizations.models import Organization

CONFIRM = "months.confirm"


def ledger_name(branch_id: int) -> str:
    """Under which name ``core.locks.hold`` keeps the branch's ledger."""
    return f"dues:branch:{branch_id}"


def hold_branch(branch_id: int) -> None:
    """Writers of a branch's ledger come one after the other, and never beside a lock being turned."""
    hold(ledger_name(branch_id))


def hold_branches(branch_ids: Collection[int]) -> None:
    """``hold_branch`` for several, in ascending order: two who hold the same never wait for each other."""
    if branch_ids:
        hold(*(ledger_name(branch_id) for branch_id in sorted(branch_ids)))


def close_month(*, by: Scope, branch: Organization, month: int) -> None:
    """``lock_month`` within a seal, which holds the ledger already and knows that the month is open. One statement."""
    by.require(CONFIRM, branch.path)
    DuesLock.objects.bulk_create(
        [DuesLock(branch=branch, month=month, locked_at=timezone.now())],
        update_conflicts=True,
        unique_fields=["branch", "month"],
        update_fields=["open_until", "locked_at"],
    )
    _record("dues.month.locked", by, branch, {"month": month_code(month)})


@transaction.atomic
def lock_month(*, by: Scope, branch: Organization, month: int) -> None:
    """Nothing more is taken for the month. Again: still locked; also ends an exception."""
    by.require(CONFIRM, branch.path)
    hold_branch(branch.pk)
    row, created = DuesLock.objects.get_or_create(
        branch=branch, month=month, defaults={"locked_at": timezone.now()}
    )
    if not created and row.open_until is None:
        return
    if not created:
        row.open_until, row.locked_at = None, timezone.now()
        row.save(update_fields=["open_until", "locked_at"])
    _record("dues.month.locked", by, branch, {"month": month_code(month)})


@transaction.atomic
def reopen_month(*, by: Scope, branch: Organization, month: int, until: date) -> None:
    """Open a locked month again; ``until`` is the first day on which it is locked anew."""
    by.require(CONFIRM, branch.path)
    hold_branch(branch.pk)
    if not DuesLock.objects.filter(branch=branch, month=month).update(open_until=until):
        raise Refused(gettext_noop("这个月的党费账没有封存，可以直接登记。"))
    _record("dues.month.reopened", by, branch, {"month": month_code(month), "until": until.isoformat()})


@transaction.atomic
def relock(*, by: Scope, branch: Organization, month: int) -> None:
    """End an exception before its day."""
    lock_month(by=by, branch=branch, month=month)


def _record(event: str, by: Scope, branch: Organization, data: dict[str, str]) -> None:
    record(event, by=by, on=branch, chain=branch.pk, path=branch.path, data=data)
