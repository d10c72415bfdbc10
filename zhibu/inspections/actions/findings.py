"""Findings: mended by the unit, rechecked by another person, closed or sent back, given more time."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.accounts.models import User
from zhibu.audit.actions import record
from zhibu.core.access import Denied, Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.core.wording import within
from zhibu.inspections.actions.inspections import INSPECT, may_inspect
from zhibu.inspections.models import Finding
from zhibu.inspections.rules.draw import Kind
from zhibu.inspections.rules.items import (
    OTHER,
    TO_MEND,
    FindingState,
    appended,
    check_due,
    check_extension,
    check_rechecker,
    check_words,
)
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS

MEND = "months.submit"


def _locked(finding: Finding) -> Finding:
    return (
        Finding.objects.select_for_update(of=("self",))
        .select_related("branch", "inspection__organization", "member")
        .get(pk=finding.pk)
    )


@transaction.atomic
def mend_finding(*, by: Scope, finding: Finding, mending: str, on: date) -> Finding:
    """Say how it was mended; it then waits for the recheck. Earlier mendings stay above."""
    row = _locked(finding)
    by.require(MEND, row.branch.path)
    if row.state == FindingState.CLOSED:
        raise Refused(
            gettext_noop("这个问题已由{name}在{day}销号，不用再整改。"), name=row.closed_by, day=row.closed_on
        )
    if row.state not in TO_MEND:
        raise Refused(
            gettext_noop("{name}已经登记了整改，正在等复核。复核退回以后可以再登记。"), name=row.mended_by
        )
    told = check_words(mending, gettext_noop("请写明怎样整改的，至少4个字。"))[:1000]
    row.state = FindingState.MENDED
    row.mended_on, row.mended_by, row.mended_user_id = on, by.name, by.user_id
    row.mending = appended(row.mending, on, by.name, told)
    row.save(update_fields=["state", "mended_on", "mended_by", "mended_user", "mending"])
    _record("inspections.finding.mended", row, by)
    return row


@transaction.atomic
def recheck_finding(
    *, by: Scope, finding: Finding, is_mended: bool, recheck: str, on: date, due_on: date | None = None
) -> Finding:
    """See whether it was really mended: close it, or send it back with a new deadline.

    By someone who inspects there and did not enter the mending. The second of two who recheck is refused.
    """
    row = _locked(finding)
    require_rechecker(by, row)
    _check_not_closed(row)
    if row.state != FindingState.MENDED:
        raise Refused(gettext_noop("还没有登记整改，不能复核。请先由{owner}整改。"), owner=row.owner)
    check_rechecker(mender=row.mended_user_id, rechecker=by.user_id)
    told = check_words(recheck, gettext_noop("请写明复核看到了什么，至少4个字。"))[:1000]
    row.recheck = appended(row.recheck, on, by.name, told)
    if is_mended:
        row.state, row.closed_on, row.closed_by = FindingState.CLOSED, on, by.name
    else:
        if due_on is None:
            raise Refused(gettext_noop("退回再改，请填新的整改期限。"))
        check_due(due_on, on=on)
        row.state, row.due_on, row.due_user_id = FindingState.REOPENED, due_on, by.user_id
    row.save(update_fields=["state", "closed_on", "closed_by", "due_on", "due_user", "recheck"])
    _record("inspections.finding.closed" if is_mended else "inspections.finding.reopened", row, by)
    return row


def may_recheck(by: Scope, finding: Finding) -> bool:
    """Whoever may inspect what the finding comes from; what a case left to mend, whoever inspects above a committee."""
    if finding.inspection is not None:
        return may_inspect(by, finding.inspection.kind, finding.inspection.organization)
    is_branch = finding.branch.kind in BRANCH_KINDS
    return may_inspect(by, Kind.SPOT if is_branch else Kind.COMMITTEE, finding.branch)


def require_rechecker(by: Scope, finding: Finding) -> None:
    """Raise ``Denied`` unless ``may_recheck``."""
    if not may_recheck(by, finding):
        raise Denied(INSPECT)


def sets_deadline(by: Scope, finding: Finding) -> bool:
    """Whether the person set the deadline in force. Of somebody whose account is closed, anyone who rechecks."""
    setter = finding.due_user_id or finding.opened_user_id
    if setter is None or setter == by.user_id:
        return True
    return not User.objects.filter(pk=setter, is_active=True, closed_at=None).exists()


@transaction.atomic
def extend_finding(*, by: Scope, finding: Finding, due_on: date, reason: str, on: date) -> Finding:
    """Give more time, with the reason; counted. By whoever set the deadline, while the mending is open.

    The first deadline is kept. The same day again changes nothing.
    """
    row = _locked(finding)
    require_rechecker(by, row)
    _check_not_closed(row)
    if row.state not in TO_MEND:
        raise Refused(gettext_noop("整改已经登记，正在等复核，不用延长期限。"))
    if row.extensions and row.due_on == due_on:
        return row
    setter = None if sets_deadline(by, row) else row.due_user_id or row.opened_user_id
    check_extension(due_on, before=row.due_on, setter=setter, asker=by.user_id, on=on)
    told = check_words(reason, gettext_noop("请写明为什么延长，至少4个字。"))[:200]
    row.first_due_on = row.first_due_on or row.due_on
    row.extending = appended(row.extending, on, by.name, f"{row.due_on}→{due_on}，{told}")
    row.extensions, row.due_on, row.due_user_id = row.extensions + 1, due_on, by.user_id
    row.save(update_fields=["first_due_on", "extending", "extensions", "due_on", "due_user"])
    _record("inspections.finding.extended", row, by)
    return row


def raise_from_case(
    by: Scope, organization: Organization, *, text: str, owner: str, due_on: date, on: date
) -> Finding:
    """What a case about an organization left to mend, in the caller's transaction and with its permission."""
    check_due(due_on, on=on)
    row = Finding.objects.create(
        branch=organization,
        item=OTHER,
        text=text,
        owner=within(owner, 40, gettext_noop("责任人")),
        due_on=due_on,
        due_user_id=by.user_id,
        opened_by=by.name,
        opened_user_id=by.user_id,
        opened_at=timezone.now(),
    )
    _record("inspections.finding.raised", row, by)
    return row


def close_without_mending(by: Scope, finding: Finding, why: str, *, on: date) -> None:
    """The decision it came from does not stand any more; in the caller's transaction and with its permission."""
    row = _locked(finding)
    if row.state == FindingState.CLOSED:
        return
    row.recheck = appended(row.recheck, on, by.name, why)
    row.state, row.closed_on, row.closed_by = FindingState.CLOSED, on, by.name
    row.save(update_fields=["state", "closed_on", "closed_by", "recheck"])
    _record("inspections.finding.closed", row, by)


def _check_not_closed(row: Finding) -> None:
    if row.state == FindingState.CLOSED:
        raise Refused(gettext_noop("这个问题已由{name}在{day}销号。"), name=row.closed_by, day=row.closed_on)


def _record(event: str, row: Finding, by: Scope) -> None:
    data = {"inspection": row.inspection_id, "due_on": row.due_on.isoformat()}
    record(event, by=by, on=row, chain=row.branch_id, path=row.branch.path, data=data)
