"""Decisions of a meeting that somebody carries out by a day."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.core.access import Refused, Scope
from zhibu.core.text import clean_name, gettext_noop
from zhibu.core.wording import said
from zhibu.meetings.actions.locks import locked_meeting
from zhibu.meetings.actions.meetings import RECORD, record_deed
from zhibu.meetings.actions.sealed import check_removable
from zhibu.meetings.models import Decision, Meeting
from zhibu.members.models import Member

TEXT_LENGTH = 200


@transaction.atomic
def record_decision(
    *,
    by: Scope,
    meeting: Meeting,
    text: str,
    due_on: date,
    on: date,
    owner: Member | None = None,
    owner_name: str = "",
) -> Decision:
    """Enter what was decided, who carries it out and by when. The same entry again is the first one.

    Also possible after the month is sealed: it keeps its own day and is shown as added later. ``owner``: a member of the branch; else ``owner_name`` names somebody. Raises ``Refused``: not held, no
    text, nobody named, a member of another branch, due before the meeting.
    """
    row = locked_meeting(meeting)
    by.require(RECORD, row.branch.path)
    if row.state != "held":
        raise Refused(gettext_noop("这次会议还没有登记召开。召开以后再登记决议事项。"))
    told = said(text)[:TEXT_LENGTH]
    if not told:
        raise Refused(gettext_noop("请写明决定了什么事。"))
    if owner is not None and owner.branch_id != row.branch_id:
        raise Refused(gettext_noop("责任人不是本支部党员。请在“其他责任人”里写姓名。"))
    name = owner.name if owner is not None else clean_name(owner_name)[:40]
    if not name:
        raise Refused(gettext_noop("请写明由谁负责，便于以后检查。"))
    if due_on < row.on:
        raise Refused(gettext_noop("完成期限{due}早于会议日期{day}。请核对期限。"), due=due_on, day=row.on)
    decision, created = Decision.objects.get_or_create(
        meeting=row,
        text=told,
        owner=owner,
        owner_name=name,
        due_on=due_on,
        defaults={"at": timezone.now()},
    )
    if created:
        record_deed("meetings.decision.recorded", row, by, decision=decision.pk)
    return decision


@transaction.atomic
def finish_decision(*, by: Scope, decision: Decision, done_on: date, result: str, on: date) -> Decision:
    """The decision was carried out, with what result. Again changes nothing. Also after the month is sealed."""
    row = (
        Decision.objects.select_for_update(of=("self",)).select_related("meeting__branch").get(pk=decision.pk)
    )
    meeting = row.meeting
    by.require(RECORD, meeting.branch.path)
    if row.done_on is not None:
        return row
    if done_on > on or done_on < meeting.on:
        raise Refused(gettext_noop("办结日期{day}要在会议日期{met}和今天之间。"), day=done_on, met=meeting.on)
    told = said(result)[:TEXT_LENGTH]
    if not told:
        raise Refused(gettext_noop("请写明办理结果，一句话也行。"))
    row.done_on, row.result = done_on, told
    row.save(update_fields=["done_on", "result"])
    record_deed("meetings.decision.done", meeting, by, decision=row.pk)
    return row


@transaction.atomic
def remove_decision(*, by: Scope, decision: Decision, on: date) -> None:
    """Take back an entry made by mistake while it is open. Twice changes nothing.

    Raises ``Refused``: carried out already, entered before the month was sealed.
    """
    meeting = locked_meeting(decision.meeting)
    by.require(RECORD, meeting.branch.path)
    row = Decision.objects.filter(pk=decision.pk).first()
    if row is None:
        return
    if row.done_on is not None:
        raise Refused(gettext_noop("这件事已经在{day}办结，不能撤销登记。"), day=row.done_on)
    check_removable(meeting.branch_id, meeting.month, row.at, on=on)
    row.delete()
    record_deed("meetings.decision.removed", meeting, by, decision=decision.pk)
