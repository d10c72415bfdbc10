"""Planning, changing, canceling and holding a meeting."""

from collections.abc import Mapping, Sequence
from datetime import date
from datetime import time as clock

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.months import month_of
from zhibu.core.text import gettext_noop, squeeze
from zhibu.core.wording import said, said_lines, within
from zhibu.meetings.actions.locks import check_open, hold_branch, locked_meeting
from zhibu.meetings.models import Appraisal, Attendance, Decision, Meeting, Vote
from zhibu.meetings.rules.attendance import Mark, Person, count, marks, proposed_excuse
from zhibu.meetings.rules.kinds import SPECS, TITLE_LENGTH, Circle, Kind, check_plan, check_study
from zhibu.meetings.summaries.people import expected_at, groups_of
from zhibu.members.actions.bulk import insert_rows
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS

RECORD = "meetings.record"
AGENDA_LENGTH = 2000
ATTENDANCE_COLUMNS = ("meeting", "member", "status", "reason", "has_vote", "version")


def record_deed(event: str, meeting: Meeting, by: Scope, **data: object) -> None:
    """One audit record on the chain of the meeting's branch. Load the branch first."""
    record(event, by=by, on=meeting, chain=meeting.branch_id, path=meeting.branch.path, data=data)


@transaction.atomic
def plan_meeting(
    *,
    by: Scope,
    branch: Organization,
    kind: str,
    day: date,
    on: date,
    time: clock | None = None,
    place: str = "",
    title: str = "",
    agenda: str = "",
    chair: str = "",
    recorder: str = "",
    group: str = "",
) -> Meeting:
    """Enter a meeting that will be or was held. The same kind, day, time, group and title again is the first one.

    Without a title it is called by its kind. Raises ``Refused``: no branch, a sealed month, a day far away, a
    group the branch does not have.
    """
    by.require(RECORD, branch.path)
    if branch.kind not in BRANCH_KINDS or branch.closed_on is not None:
        raise Refused(gettext_noop("会议和活动登记在党支部。请先选择一个党支部。"))
    wanted = Kind(kind)
    hold_branch(branch.pk)
    # One query is spared where no group is asked for.
    groups = groups_of(branch) if SPECS[wanted].circle == Circle.GROUP else frozenset[str]()
    check_plan(kind=wanted, day=day, group=squeeze(group), groups=groups, on=on)
    check_open(branch.pk, month_of(day), on=on)
    name = said(title)[:TITLE_LENGTH] or SPECS[wanted].label
    same = {
        "branch": branch,
        "kind": wanted,
        "on": day,
        "time": time,
        "group": squeeze(group)[:20],
        "title": name,
    }
    first = Meeting.objects.filter(**same).exclude(state="canceled").select_related("branch").first()
    if first is not None:
        return first
    meeting = Meeting.objects.create(
        **same,
        month=month_of(day),
        place=said(place)[:60],
        agenda=said_lines(agenda)[:AGENDA_LENGTH],
        chair=said(chair)[:40],
        recorder=said(recorder)[:40],
        by=by.name,
        at=timezone.now(),
    )
    record_deed("meetings.meeting.planned", meeting, by, kind=str(wanted), day=day.isoformat())
    return meeting


@transaction.atomic
def amend_meeting(
    *,
    by: Scope,
    meeting: Meeting,
    day: date,
    on: date,
    time: clock | None,
    place: str,
    title: str,
    agenda: str,
    chair: str,
    recorder: str,
    study_tenths: int | None = None,
) -> Meeting:
    """Change what was entered about a meeting. Its kind stays; once it was held, its day stays, too.

    ``study_tenths``: credit hours in tenths; None leaves them.
    """
    hold_branch(meeting.branch_id)  # a meeting never moves into a month that is just being sealed
    row = locked_meeting(meeting)
    by.require(RECORD, row.branch.path)
    _check_alive(row)
    check_open(row.branch_id, row.month, on=on)
    if day != row.on:
        if row.state == "held":
            raise Refused(
                gettext_noop("会议已经登记召开，日期不能再改。日期登记错了的，撤销这次会议，重新登记。")
            )
        groups = frozenset({row.group}) - {""}
        check_plan(kind=Kind(row.kind), day=day, group=row.group, groups=groups, on=on)
        check_open(row.branch_id, month_of(day), on=on)
    values = {
        "on": day,
        "month": month_of(day),
        "time": time,
        "place": said(place)[:60],
        "title": said(title)[:TITLE_LENGTH] or SPECS[Kind(row.kind)].label,
        "agenda": said_lines(agenda)[:AGENDA_LENGTH],
        "chair": said(chair)[:40],
        "recorder": said(recorder)[:40],
        "study_tenths": row.study_tenths if study_tenths is None else study_tenths,
    }
    check_study(Kind(row.kind), study_tenths or 0)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if changed:
        for name in changed:
            setattr(row, name, values[name])
        row.save(update_fields=changed)
        record_deed("meetings.meeting.amended", row, by, fields=sorted(changed))
    return row


@transaction.atomic
def cancel_meeting(*, by: Scope, meeting: Meeting, on: date) -> Meeting:
    """The meeting does not take place, or was entered by mistake. Its list no longer counts. Again changes nothing."""
    row = locked_meeting(meeting)
    by.require(RECORD, row.branch.path)
    if row.state == "canceled":
        return row
    check_open(row.branch_id, row.month, on=on)
    if any(rows.objects.filter(meeting=row).exists() for rows in (Vote, Decision, Appraisal)):
        raise Refused(
            gettext_noop("这次会议登记了表决、决议事项或评议等次，不能整个撤销。先把这些撤销、清空。")
        )
    row.state = "canceled"
    row.save(update_fields=["state"])
    record_deed("meetings.meeting.canceled", row, by)
    return row


@transaction.atomic
def hold_meeting(
    *,
    by: Scope,
    meeting: Meeting,
    on: date,
    excused: Mapping[int, str] | None = None,
    exceptions: Mapping[int, tuple[str, str]] | None = None,
    study_tenths: int = 0,
) -> Meeting:
    """Say that the meeting took place, and write its list: everyone present but the excused and the exceptions.

    ``excused``: who need not attend and why, as a person confirmed it; None takes what the books propose.
    ``exceptions``: (status, reason) by member. ``study_tenths``: credit hours in tenths for everyone who came.
    Holding it again changes nothing. Raises ``Refused``: canceled, not yet the day, a sealed month, nobody to
    attend, a member who is not on the list, hours of a kind that does not teach.
    """
    row = locked_meeting(meeting)
    by.require(RECORD, row.branch.path)
    if row.state == "held":
        return row
    _check_alive(row)
    check_open(row.branch_id, row.month, on=on)
    if row.on > on:
        raise Refused(
            gettext_noop("会议定在{day}，还没有到。召开以后再登记；提前开了的，先改日期。"), day=row.on
        )
    check_study(Kind(row.kind), study_tenths)
    people, _members = expected_at(row)
    if not people:
        raise Refused(_NOBODY[SPECS[Kind(row.kind)].circle])
    wanted = proposed(people) if excused is None else excused
    lines = marks(people, excused=wanted, exceptions=exceptions)
    insert_rows(Attendance, ATTENDANCE_COLUMNS, [values_of(row.pk, line) for line in lines])
    totals = count((line.status, line.has_vote) for line in lines)
    row.state, row.held_at = "held", timezone.now()
    row.should_attend, row.should_vote, row.study_tenths = totals.should, totals.voters, study_tenths
    row.save(update_fields=["state", "held_at", "should_attend", "should_vote", "study_tenths"])
    record_deed("meetings.meeting.held", row, by, members=len(lines))
    return row


def proposed(people: Sequence[Person]) -> dict[int, str]:
    """Who need not attend as far as the books know, with the reason's code, by member."""
    found = {person.member_id: proposed_excuse(person) for person in people}
    return {member_id: str(excuse) for member_id, excuse in found.items() if excuse is not None}


def values_of(meeting_id: int, line: Mark) -> tuple[object, ...]:
    """A line of the list as the database driver takes it, in the order of ``ATTENDANCE_COLUMNS``."""
    reason = within(line.reason, 100, gettext_noop("原因"))
    return (meeting_id, line.member_id, str(line.status), reason, line.has_vote, 0)


def _check_alive(row: Meeting) -> None:
    if row.state == "canceled":
        raise Refused(gettext_noop("这次会议已经撤销。需要的话重新登记一次。"))


_NOBODY: Mapping[Circle, str] = {
    Circle.MEMBERS: gettext_noop("本支部在这一天还没有党员，不能登记会议。"),
    Circle.COMMITTEE: gettext_noop(
        "本支部没有登记支部委员。先在党员信息里登记书记、委员的职务，再登记支部委员会会议。"
    ),
    Circle.GROUP: gettext_noop("这个党小组没有党员。请在党员信息里核对党小组。"),
}
