"""Meetings of a month as the monthly record and the points ledger read them, and the month's lock."""

from datetime import date

import pytest

from tests.world import TODAY, World, make_member
from zhibu.core.access import Denied, Refused
from zhibu.meetings import actions
from zhibu.meetings.actions import AttendanceConflict
from zhibu.meetings.models import Attendance, Meeting
from zhibu.meetings.summaries.ledger import Counts, automatic_facts, is_locked, month_counts
from zhibu.members.models import Member

pytestmark = pytest.mark.dated

DAY = date(2026, 11, 10)


def planned(world: World, kind: str = "theme_party_day", day: date = DAY) -> Meeting:
    return actions.plan_meeting(by=world.scope("secretary_a1"), branch=world.a1, kind=kind, day=day, on=TODAY)


def held(world: World, kind: str = "theme_party_day", day: date = DAY) -> Meeting:
    meeting = planned(world, kind, day)
    return actions.hold_meeting(by=world.scope("secretary_a1"), meeting=meeting, on=TODAY)


def mark(
    world: World, meeting: Meeting, member: Member, status: str, seen: int = 0, reason: str = ""
) -> Attendance:
    return actions.set_attendance(
        by=world.scope("secretary_a1"),
        meeting=meeting,
        member_id=member.pk,
        status=status,
        reason=reason,
        seen=seen,
        on=TODAY,
    )


def test_everyone_is_proposed_present_and_holding_again_changes_nothing(world: World) -> None:
    meeting = held(world)
    assert (meeting.state, meeting.should_attend, meeting.should_vote) == ("held", 3, 3)
    assert {row.status for row in Attendance.objects.filter(meeting=meeting)} == {"present"}
    again = actions.hold_meeting(by=world.scope("secretary_a1"), meeting=meeting, on=TODAY)
    assert again.held_at == Meeting.objects.get(pk=meeting.pk).held_at
    assert Attendance.objects.count() == 3


def test_planning_twice_is_one_meeting(world: World) -> None:
    assert planned(world) == planned(world)
    assert Meeting.objects.get().title == "主题党日"


def test_of_two_who_change_one_line_the_second_sees_both(world: World) -> None:
    meeting, member = held(world), world.members_a1[1]
    assert mark(world, meeting, member, "leave").version == 1
    assert mark(world, meeting, member, "leave").version == 1
    with pytest.raises(AttendanceConflict, match="另一个人已经登记为“请假”，您要登记为“缺席”") as caught:
        mark(world, meeting, member, "absent")
    assert (caught.value.row.status, caught.value.row.version, caught.value.status) == ("leave", 1, "absent")
    assert mark(world, meeting, member, "absent", seen=1).version == 2


def test_facts_of_a_month_say_who_came_and_who_was_absent_without_leave(world: World) -> None:
    day, meeting = held(world), held(world, "members_meeting", date(2026, 11, 12))
    came, away, lost = world.members_a1
    mark(world, day, away, "leave")
    mark(world, day, lost, "absent")
    mark(world, meeting, lost, "absent")
    found = {(fact.member_id, fact.item) for fact in automatic_facts(world.a1, 202611)}
    assert found == {
        (came.pk, "M01"),
        (came.pk, "M03"),
        (away.pk, "M03"),
        (lost.pk, "D01"),
    }
    keys = [fact.key for fact in automatic_facts(world.a1, 202611)]
    assert len(keys) == len(set(keys)) == 5
    assert month_counts([world.a1.pk, world.b1.pk], 202611) == {
        world.a1.pk: Counts(meetings=2, should=6, came=3, absent=2),
        world.b1.pk: Counts(),
    }


def test_the_yearly_point_comes_with_the_second_of_the_two_meetings(world: World) -> None:
    held(world, "organizational_life_meeting", date(2026, 10, 20))
    assert automatic_facts(world.a1, 202610) == []
    appraisal = held(world, "democratic_appraisal", DAY)
    mark(world, appraisal, world.members_a1[2], "absent")
    facts = automatic_facts(world.a1, 202611)
    assert sorted((fact.member_id, fact.item, fact.fact_on) for fact in facts) == sorted(
        [(member.pk, "Y02", DAY) for member in world.members_a1[:2]] + [(world.members_a1[2].pk, "D04", DAY)]
    )


def test_a_sealed_month_takes_no_change_until_an_exception_opens_it(world: World) -> None:
    meeting = held(world)
    by = world.scope("organizer_ashi")
    with pytest.raises(Denied):
        actions.lock_month(by=world.scope("secretary_a1"), branch=world.a1, month=202611)
    actions.lock_month(by=by, branch=world.a1, month=202611)
    for change in (
        lambda: mark(world, meeting, world.members_a1[0], "absent"),
        lambda: planned(world, "party_class"),
        lambda: actions.cancel_meeting(by=by, meeting=meeting, on=TODAY),
    ):
        with pytest.raises(Refused, match="2026年11月的月记已经封存"):
            change()
    assert Attendance.objects.exclude(status="present").count() == 0
    actions.reopen_month(by=by, branch=world.a1, month=202611, until=date(2026, 11, 25))
    mark(world, meeting, world.members_a1[0], "absent")
    actions.relock(by=by, branch=world.a1, month=202611)
    assert is_locked(world.a1.pk, 202611, TODAY)
    assert not is_locked(world.a1.pk, 202610, TODAY)


def test_a_newcomer_of_the_branch_is_added_and_a_stranger_is_not(world: World) -> None:
    meeting = held(world)
    newcomer, stranger = make_member(branch=world.a1), make_member(branch=world.a2)
    mark(world, meeting, newcomer, "present")
    assert Meeting.objects.get(pk=meeting.pk).should_attend == 4
    with pytest.raises(Refused, match="不在这次会议的名单里"):
        mark(world, meeting, stranger, "present")
