"""The branch's consent that a member pays once a quarter, and its end: each a decision of its own."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.months import month_code, month_text
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.dues.actions.opening import mend_dues
from zhibu.dues.models import QuarterDecision
from zhibu.dues.rules.quarters import check_consent
from zhibu.dues.summaries.facts import paid_by_quarter
from zhibu.members.actions.records import locked
from zhibu.members.models import Member

RECORD = "dues.record"
LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class QuarterEntry:
    """What the branch decided: ``allowed`` True from the quarter of ``from_month`` on, False: monthly again."""

    allowed: bool
    from_month: int
    decided_on: date
    reason: str


@transaction.atomic
def decide_quarterly(*, by: Scope, member: Member, entry: QuarterEntry, on: date) -> QuarterDecision:
    """Enter that the branch lets a member pay by the quarter, or ends it. The same again: the first one.

    Opened months follow while they are not locked: a sealed page stays as it is, and so do its points. Refused
    for quarters that are over, for a decision on the person who enters it, and for an end of what does not hold.
    """
    row = locked(member)
    by.require(RECORD, row.branch.path)
    if row.standing == "ended":
        raise Refused(gettext_noop("{name}已经不在册，不用登记按季交。"), name=row.name)
    check_consent(
        from_month=entry.from_month,
        decided_on=entry.decided_on,
        member=row.user_id,
        by=by.user_id,
        on=on,
    )
    why = said(entry.reason)
    if len(why) > LONGEST:
        raise Refused(gettext_noop("原因写了{n}个字，最多{most}个，请写短一些。"), n=len(why), most=LONGEST)
    if len(why) < 2:
        raise Refused(
            gettext_noop("请写明特殊情况，例如“在外务工，每季回来一次”（第十二条）。")
            if entry.allowed
            else gettext_noop("请写明为什么恢复按月交。")
        )
    holds = (row.pk, row.branch_id) in paid_by_quarter(entry.from_month, of=row)
    if holds == entry.allowed:
        return _same(row, entry)
    decision = QuarterDecision.objects.create(
        member=row,
        branch_id=row.branch_id,
        from_month=entry.from_month,
        allowed=entry.allowed,
        decided_on=entry.decided_on,
        reason=why,
        by=by.name,
        at=timezone.now(),
    )
    mend_dues([row.pk], from_month=entry.from_month, on=on)
    record(
        "dues.quarterly.allowed" if entry.allowed else "dues.quarterly.ended",
        by=by,
        on=decision,
        chain=row.branch_id,
        path=row.branch.path,
        data={"member": row.pk, "month": month_code(entry.from_month)},
    )
    return decision


def _same(member: Member, entry: QuarterEntry) -> QuarterDecision:
    rows = QuarterDecision.objects.filter(
        member=member, branch=member.branch_id, allowed=entry.allowed, from_month__lte=entry.from_month
    )
    found = rows.order_by("from_month", "pk").last()
    if found is None:
        raise Refused(gettext_noop("{name}本来就是按月交，没有要结束的同意。"), name=member.name)
    if found.from_month == entry.from_month:
        return found
    raise Refused(
        gettext_noop("{name}已经从{month}起按季交，不用再登记。")
        if entry.allowed
        else gettext_noop("{name}已经从{month}起恢复按月交，不用再登记。"),
        name=member.name,
        month=month_text(found.from_month),
    )
