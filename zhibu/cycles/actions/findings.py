"""Findings: mended by the unit, rechecked by another person, closed or sent back."""

from datetime import date

from django.db import transaction

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.cycles.actions.inspections import INSPECT, require_inspector
from zhibu.cycles.models import Finding
from zhibu.cycles.rules.inspection_items import (
    TO_MEND,
    FindingState,
    appended,
    check_due,
    check_rechecker,
    check_words,
)

MEND = "cycles.submit"


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
    row.mended_on, row.mended_by, row.mended_user_id = on, by.name[:40], by.user_id
    row.mending = appended(row.mending, on, by.name, told)
    row.save(update_fields=["state", "mended_on", "mended_by", "mended_user", "mending"])
    _record("cycles.finding.mended", row, by)
    return row


@transaction.atomic
def recheck_finding(
    *, by: Scope, finding: Finding, is_mended: bool, recheck: str, on: date, due_on: date | None = None
) -> Finding:
    """See whether it was really mended: close it, or send it back with a new deadline.

    By someone who inspects there and did not enter the mending. The second of two who recheck is refused.
    """
    row = _locked(finding)
    if row.inspection is not None:
        require_inspector(by, row.inspection.kind, row.inspection.organization)
    else:
        by.require(INSPECT, row.branch.path)
    if row.state == FindingState.CLOSED:
        raise Refused(gettext_noop("这个问题已由{name}在{day}销号。"), name=row.closed_by, day=row.closed_on)
    if row.state != FindingState.MENDED:
        raise Refused(gettext_noop("还没有登记整改，不能复核。请先由{owner}整改。"), owner=row.owner)
    check_rechecker(mender=row.mended_user_id, rechecker=by.user_id)
    told = check_words(recheck, gettext_noop("请写明复核看到了什么，至少4个字。"))[:1000]
    row.recheck = appended(row.recheck, on, by.name, told)
    if is_mended:
        row.state, row.closed_on, row.closed_by = FindingState.CLOSED, on, by.name[:40]
    else:
        if due_on is None:
            raise Refused(gettext_noop("退回再改，请填新的整改期限。"))
        check_due(due_on, on=on)
        row.state, row.due_on = FindingState.REOPENED, due_on
    row.save(update_fields=["state", "closed_on", "closed_by", "due_on", "recheck"])
    _record("cycles.finding.closed" if is_mended else "cycles.finding.reopened", row, by)
    return row


def _record(event: str, row: Finding, by: Scope) -> None:
    data = {"inspection": row.inspection_id, "due_on": row.due_on.isoformat()}
    record(event, by=by, on=row, chain=row.branch_id, path=row.branch.path, data=data)
