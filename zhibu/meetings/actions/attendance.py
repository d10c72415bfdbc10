"""One line of an attendance list, changed: whoever comes second with another value sees both."""

from datetime import date

from django.db import transaction
from django.db.models import Exists, F

from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.meetings.actions.locks import locked_meeting, refuse_locked
from zhibu.meetings.actions.meetings import RECORD, record_deed
from zhibu.meetings.models import Attendance, Meeting, Vote
from zhibu.meetings.rules.attendance import STATUS_LABELS, VOTES_HERE, Status, check_status, mark
from zhibu.meetings.rules.kinds import SPECS, Circle, Kind
from zhibu.meetings.summaries.ledger import is_locked as ledger_locked
from zhibu.meetings.summaries.ledger import lock_beside_line
from zhibu.meetings.summaries.people import persons
from zhibu.members.rules.stages import Standing
from zhibu.members.summaries.history import as_on, members_on

REASON_LENGTH = 100


class AttendanceConflict(Refused):
    """Someone else changed the line meanwhile. Carries what stands there now and what was wanted."""

    def __init__(self, row: Attendance, status: str, reason: str) -> None:
        super().__init__(
            gettext_noop("另一个人已经登记为“{theirs}”，您要登记为“{mine}”。请看清两边，再选一个。"),
            theirs=STATUS_LABELS[Status(row.status)],
            mine=STATUS_LABELS[Status(status)],
        )
        self.row = row
        self.status = status
        self.reason = reason


@transaction.atomic
def set_attendance(
    *, by: Scope, meeting: Meeting, member_id: int, status: str, reason: str, seen: int, on: date
) -> Attendance:
    """Change one line of a held meeting's list. ``seen``: the version the person looked at.

    The same value again changes nothing. A stale ``seen`` with another value raises ``AttendanceConflict``.
    A member of the branch who is not on the list yet is added (members' circle only; ``seen`` 0). Raises
    ``Refused``: not held, a sealed month, a status without its reason, a change that unsettles a vote.
    """
    return change_line(
        by=by, meeting=meeting, member_id=member_id, status=status, reason=reason, seen=seen, on=on
    )


def change_line(
    *, by: Scope, meeting: Meeting, member_id: int, status: str, reason: str, seen: int, on: date
) -> Attendance:
    """``set_attendance`` within a transaction that goes on after a refusal: nothing is written before the last one."""
    held = locked_meeting(meeting)
    by.require(RECORD, held.branch.path)
    wanted, text = check_status(status, said(reason)[:REASON_LENGTH])
    line = (
        Attendance.objects.select_for_update(of=("self",))
        .select_related("member")
        # Read once the meeting is held: a seal or a vote that was waited for is seen.
        .annotate(is_locked=lock_beside_line(on=on), is_voted=Exists(Vote.objects.filter(meeting=held)))
        .filter(meeting=held, member=member_id)
        .first()
    )
    is_new = line is None
    row: Attendance = _new_line(held, member_id) if line is None else line
    if line is None:
        is_locked = ledger_locked(held.branch_id, held.month, on)
        is_voted = Vote.objects.filter(meeting=held).exists()
    elif (row.status, row.reason) == (wanted, text):
        return row
    elif row.version != seen:
        raise AttendanceConflict(row, wanted, text)
    else:
        is_locked, is_voted = line.is_locked, line.is_voted
    if held.state != "held":
        raise Refused(gettext_noop("这次会议还没有登记召开。先登记召开，再登记到会情况。"))
    refuse_locked(held.month, is_locked=is_locked)
    before = _Weight() if is_new else _Weight.of(row)
    row.has_vote = _has_vote(held, row, wanted, text, is_new=is_new)
    row.status, row.reason = wanted, text
    _check_votes(held, before, _Weight.of(row), is_voted=is_voted)
    if is_new:
        row.save()
    else:
        row.version += 1
        row.save(update_fields=["status", "reason", "has_vote", "version"])
    _weigh(held, before, _Weight.of(row))
    record_deed("meetings.attendance.changed", held, by, member=member_id, status=str(wanted))
    return row


def _new_line(held: Meeting, member_id: int) -> Attendance:
    """A line for who belonged to the branch on the meeting's day and was entered after the list was written."""
    there = {member.pk: member for member in members_on([held.branch_id], on=held.on)}
    member = there.get(member_id)
    if member is None or SPECS[Kind(held.kind)].circle != Circle.MEMBERS:
        raise Refused(gettext_noop("这名党员不在这次会议的名单里。请刷新页面，核对是不是选错了人。"))
    return Attendance(meeting=held, member=member, version=0)


def _has_vote(held: Meeting, row: Attendance, wanted: Status, text: str, *, is_new: bool) -> bool:
    """Reads what the books say of the person only where the line's own value cannot stand."""
    is_plain = not is_new and row.member.standing == Standing.ACTIVE
    if is_plain and Status.EXCUSED not in (row.status, wanted) and wanted != Status.ELSEWHERE:
        return row.has_vote
    person = persons(as_on([row.member], on=held.on), on=held.on)[row.member_id]
    return mark(person, wanted, text).has_vote


class _Weight(tuple[int, int, int]):
    """What a line adds to those who should attend, who should vote, and who can vote in the room."""

    __slots__ = ()

    def __new__(cls, should: int = 0, voters: int = 0, here: int = 0) -> "_Weight":
        return super().__new__(cls, (should, voters, here))

    @classmethod
    def of(cls, row: Attendance) -> "_Weight":
        return cls(
            int(row.status != Status.EXCUSED),
            int(row.has_vote),
            int(row.has_vote and row.status in VOTES_HERE),
        )


def _check_votes(held: Meeting, before: _Weight, after: _Weight, *, is_voted: bool) -> None:
    """A count that was voted on stays as it was: the vote is taken back first."""
    if is_voted and before[1:] != after[1:]:
        raise Refused(
            gettext_noop(
                "这次会议已经按应到{should}人登记了表决，改这一项会使票数对不上。先撤销表决，改好名单后再登记。"
            ),
            should=held.should_vote,
        )


def _weigh(held: Meeting, before: _Weight, after: _Weight) -> None:
    if before[:2] != after[:2]:
        Meeting.objects.filter(pk=held.pk).update(
            should_attend=F("should_attend") + after[0] - before[0],
            should_vote=F("should_vote") + after[1] - before[1],
        )
