"""Votes of a meeting, judged against those who should attend."""

from datetime import date

from django.db import transaction

from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.meetings.actions.locks import check_open, locked_meeting
from zhibu.meetings.actions.meetings import RECORD, record_deed
from zhibu.meetings.models import Attendance, Meeting, Vote
from zhibu.meetings.rules.attendance import count
from zhibu.meetings.rules.kinds import SPECS, Kind
from zhibu.meetings.rules.votes import NONE_WRITTEN, Written, is_admission, judge_vote
from zhibu.meetings.summaries.pages import written_of

MOTION_LENGTH = 200


@transaction.atomic
def record_vote(
    *,
    by: Scope,
    meeting: Meeting,
    motion: str,
    ayes: int,
    noes: int,
    abstained: int,
    admits: bool = False,
    written: Written = NONE_WRITTEN,
    on: date,
) -> Vote:
    """Enter a vote on a motion; who should attend and who is there come from the list.

    ``admits``: about admission or confirmation, also when only the motion's words say so; ``written``: opinions
    of voters who could not come.

    The same vote again is the first one. Raises ``Refused``: not held, a kind that decides nothing, figures
    that do not add up, the same motion with other figures, a sealed month.
    """
    row = locked_meeting(meeting)
    by.require(RECORD, row.branch.path)
    check_open(row.branch_id, row.month, on=on)
    if row.state != "held":
        raise Refused(gettext_noop("这次会议还没有登记召开。先登记召开、核对到会名单，再登记表决。"))
    if not SPECS[Kind(row.kind)].decides:
        raise Refused(
            gettext_noop("{kind}不作决议。需要表决的事项，提交支部党员大会或者支部委员会。"),
            kind=SPECS[Kind(row.kind)].label,
        )
    text = said(motion)[:MOTION_LENGTH]
    if not text:
        raise Refused(gettext_noop("请写明表决的事项，例如“关于发展某某为预备党员”。"))
    lines = Attendance.objects.filter(meeting=row).values_list("status", "has_vote")
    totals = count(lines)
    figures = {
        "should": totals.voters,
        "present": totals.voters_here,
        "ayes": ayes,
        "noes": noes,
        "abstained": abstained,
    }
    admits = admits or is_admission(text)
    judged = judge_vote(**figures, quorum=SPECS[Kind(row.kind)].quorum, admits=admits, written=written)
    first = Vote.objects.filter(meeting=row, motion=text).first()
    if first is not None:
        if (first.ayes, first.noes, first.abstained, written_of(first)) == (ayes, noes, abstained, written):
            return first
        raise Refused(
            gettext_noop("这个事项已经登记过表决，票数不同。登记错了的，先撤销原来的，再重新登记。")
        )
    vote = Vote.objects.create(
        meeting=row,
        motion=text,
        **figures,
        admits=admits,
        written_ayes=written.ayes,
        written_noes=written.noes,
        written_abstained=written.abstained,
        passed=judged.passed,
    )
    record_deed("meetings.vote.recorded", row, by, vote=vote.pk)
    return vote


@transaction.atomic
def remove_vote(*, by: Scope, vote: Vote, on: date) -> None:
    """Take back a vote that was entered wrongly. Taking it back twice changes nothing."""
    row = locked_meeting(vote.meeting)
    by.require(RECORD, row.branch.path)
    check_open(row.branch_id, row.month, on=on)
    found = Vote.objects.filter(pk=vote.pk).first()
    if found is None:
        return
    found.delete()
    record_deed("meetings.vote.removed", row, by, vote=vote.pk)
