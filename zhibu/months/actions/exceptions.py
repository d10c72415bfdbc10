"""Leave to mend a sealed month: one branch, one month, who, why, until when; and its end."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.hands import Person
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.dues import actions as dues
from zhibu.meetings import actions as meetings
from zhibu.members.rules.reasons import check_reason
from zhibu.months.actions.cells import exception_of
from zhibu.months.actions.submitting import CONFIRM, locked_month
from zhibu.months.models import BranchMonth, LockException
from zhibu.months.policies import MONTHS
from zhibu.months.rules.months import MonthState
from zhibu.months.rules.seals import digest_of, replaced_seals
from zhibu.months.summaries.book import read_book
from zhibu.months.summaries.seals import sheet_of
from zhibu.points import actions as points
from zhibu.rulebook.policies import values_in_force


@transaction.atomic
def grant_exception(
    *, by: Scope, branch_month: BranchMonth, granted_to: Person, reason: str, until: date, on: date
) -> LockException:
    """Reopen a sealed month for one person, by account, until a day, on which it is closed again.

    Its ledgers open with it. The old seal stays as it is; mending is by reversals, and the month is
    submitted and sealed anew.
    """
    row = locked_month(branch_month)
    by.require(CONFIRM, row.branch.path)
    name, text = said(granted_to.name)[:40], check_reason(reason)[:200]
    if not name:
        raise Refused(gettext_noop("请选择准予谁来更正。"))
    most = values_in_force(MONTHS, on=on).exception_days
    if not on < until <= on + timedelta(days=most):
        raise Refused(
            gettext_noop("期限要在今天以后、{most}天以内。请另选一天，到那一天零时重新锁上。"), most=most
        )
    open_one = exception_of(row)
    if row.state != MonthState.SEALED and not (row.digest and open_one is not None and open_one.until <= on):
        if open_one is not None and (open_one.granted_user_id, open_one.granted_to, open_one.until) == (
            granted_to.user,
            name,
            until,
        ):
            return open_one
        raise Refused(gettext_noop("只有封存了的月份才谈得上准予更正；已经在更正的，等办完再说。"))
    now = timezone.now()
    if open_one is not None:
        open_one.ended_at = now
        open_one.save(update_fields=["ended_at"])
    found = LockException.objects.create(
        branch=row.branch,
        month=row.month,
        granted_to=name,
        granted_user_id=granted_to.user,
        reason=text,
        until=until,
        by=by.name,
        at=now,
    )
    for ledger in (dues, meetings, points):
        ledger.reopen_month(by=by, branch=row.branch, month=row.month, until=until)
    row.state = MonthState.RETURNED
    row.return_reason, row.returned_by = text, by.name
    row.save(update_fields=["state", "return_reason", "returned_by"])
    record(
        "months.month.reopened",
        by=by,
        on=row,
        chain=row.branch_id,
        path=row.branch.path,
        data={"month": str(row.month), "until": until.isoformat()},
    )
    return found


@transaction.atomic
def end_exception(*, by: Scope, branch_month: BranchMonth, on: date) -> BranchMonth:
    """Close a reopened month again under its old seal. Refused when its rows differ from it by now."""
    row = locked_month(branch_month)
    by.require(CONFIRM, row.branch.path)
    if row.state == MonthState.SEALED:
        return row
    if not row.digest:
        raise Refused(gettext_noop("这个月没有封存过，没有更正可以结束。"))
    book, since = read_book(row), exception_of(row)
    fresh = digest_of(sheet_of(book), previous=row.previous, replaced=replaced_seals(row.summary))
    later = [each.at for rows in (book.payments, book.entries, book.operations) for each in rows]
    if fresh != row.digest or (since is not None and any(at > since.at for at in later)):
        raise Refused(gettext_noop("更正期间内容已经改动，要由支部重新提交、党委重新封存，不能直接结束。"))
    for ledger in (dues, meetings, points):
        ledger.relock(by=by, branch=row.branch, month=row.month)
    LockException.objects.filter(branch=row.branch_id, month=row.month, ended_at=None).update(
        ended_at=timezone.now()
    )
    row.state = MonthState.SEALED
    row.save(update_fields=["state"])
    record(
        "months.month.closed_again",
        by=by,
        on=row,
        chain=row.branch_id,
        path=row.branch.path,
        data={"month": str(row.month), "on": on.isoformat()},
    )
    return row
