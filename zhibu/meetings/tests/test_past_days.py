"""A meeting entered late has on its list who was in the branch on its day, as they were on that day."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests.days import ago, dashed, month_back
from tests.world import TODAY, World, make_member
from zhibu.core.access import Refused, Scope
from zhibu.meetings import actions
from zhibu.meetings.models import Attendance, Meeting
from zhibu.meetings.summaries.people import not_listed, sign_in_lines
from zhibu.members.models import Member
from zhibu.members.rules.events import EventKind
from zhibu.members.summaries.history import History, members_on
from zhibu.mobility.actions import letters, matters, transfers
from zhibu.mobility.tests.cases import entry
from zhibu.mobility.tests.transfer_steps import issued, receive
from zhibu.reorganizations.rules.steps import MergeBranches
from zhibu.reorganizations.tests.deeds import done

MET, MOVED, DIED = ago(15), ago(10), ago(8)


def held(world: World, day: date = MET, place: str = "a1", **facts: object) -> Meeting:
    """A members' meeting of that day, entered today."""
    by = world.scope("county_organizer")
    branch = getattr(world, place)
    planned = actions.plan_meeting(by=by, branch=branch, kind="members_meeting", day=day, on=TODAY)
    return actions.hold_meeting(by=by, meeting=planned, on=TODAY, **facts)  # type: ignore[arg-type]


def died(world: World, member: Member, day: date = DIED) -> None:
    matters.enter_event(
        by=world.scope("organizer_ashi"), member=member, entry=entry(EventKind.DIE, decided_on=day), on=TODAY
    )


def moved(world: World, member: Member, day: date = MOVED) -> None:
    """To B1, received on that day."""
    receive(world, issued(world, member, on=ago(30)), received_on=day)


def listed(meeting: Meeting) -> set[int]:
    return set(Attendance.objects.filter(meeting=meeting).values_list("member_id", flat=True))


def test_who_left_or_died_since_is_on_the_list_and_the_newcomer_is_not(world: World) -> None:
    leaver, dead, stays = world.members_a1
    newcomer = make_member(branch=world.b1)
    moved(world, leaver)
    died(world, dead)
    assert listed(held(world)) == {leaver.pk, dead.pk, stays.pk}
    assert listed(held(world, day=ago(9))) == {dead.pk, stays.pk}
    assert listed(held(world, day=ago(1))) == {stays.pk}
    assert listed(held(world, place="b1")) == {newcomer.pk}
    assert listed(held(world, day=MOVED, place="b1")) == {newcomer.pk, leaver.pk}


def test_who_came_from_another_county_since_is_not_on_the_list(world: World) -> None:
    newcomer = make_member(branch=world.a1, arrived_on=MOVED)
    assert newcomer.pk not in listed(held(world))
    assert newcomer.pk in listed(held(world, day=MOVED))


def test_stage_standing_and_vote_are_those_of_the_day(world: World) -> None:
    suspended, _second, _third = world.members_a1
    probationer = make_member(
        branch=world.a1,
        stage="probationary",
        join_date=ago(10) - timedelta(days=365),
        confirmation_date=None,
    )
    Member.objects.filter(pk=probationer.pk).update(stage="full", confirmation_date=ago(10))
    event = matters.enter_event(
        by=Scope.system("登记"),
        member=suspended,
        entry=entry(EventKind.SUSPEND_STANDING, decided_on=ago(9)),
        on=TODAY,
    )
    matters.settle_event(
        by=Scope.system("批准"), event=event, approve=True, settled_on=ago(9), document="", on=TODAY
    )
    before, after = held(world), held(world, day=ago(5))
    assert Attendance.objects.get(meeting=before, member=suspended).has_vote
    assert not Attendance.objects.get(meeting=before, member=probationer).has_vote
    assert Attendance.objects.get(meeting=after, member=suspended).status == "excused"
    assert Attendance.objects.get(meeting=after, member=probationer).has_vote
    assert (before.should_vote, after.should_vote) == (3, 3)


def test_the_list_to_sign_and_who_is_missing_on_it_follow_the_day(world: World) -> None:
    leaver, dead, stays = world.members_a1
    moved(world, leaver)
    by = world.scope("secretary_a1")
    planned = actions.plan_meeting(by=by, branch=world.a1, kind="members_meeting", day=MET, on=TODAY)
    assert {line.name for line in sign_in_lines(planned)} == {leaver.name, dead.name, stays.name}
    row = actions.hold_meeting(by=by, meeting=planned, on=TODAY)
    lines = list(Attendance.objects.filter(meeting=row))
    assert not_listed(row, lines) == []
    assert [member.pk for member in not_listed(row, lines[1:])] == [lines[0].member_id]


def test_only_who_was_there_on_the_day_is_added_to_the_list_later(world: World) -> None:
    row = held(world)
    by = world.scope("county_organizer")
    newcomer = make_member(branch=world.a1, arrived_on=MOVED)
    with pytest.raises(Refused, match="不在这次会议的名单里"):
        actions.set_attendance(
            by=by, meeting=row, member_id=newcomer.pk, status="present", reason="", seen=0, on=TODAY
        )
    forgotten = make_member(branch=world.a1)
    moved(world, forgotten)
    line = actions.set_attendance(
        by=by, meeting=row, member_id=forgotten.pk, status="present", reason="", seen=0, on=TODAY
    )
    assert line.has_vote


def test_one_read_tells_branch_stage_and_standing_of_any_day(world: World) -> None:
    leaver, dead, _stays = world.members_a1
    moved(world, leaver)
    died(world, dead)
    history = History(ago(40))
    for day in (ago(40), MET, MOVED, ago(9), DIED, TODAY):
        told = {pk for pk, then in history.on(day).items() if then.branch_id == world.a1.pk}
        assert told == {member.pk for member in members_on([world.a1.pk], on=day)}
    assert history.on(TODAY).keys() == set(Member.objects.enrolled().values_list("pk", flat=True))


def test_a_list_printed_again_shows_the_stage_of_its_day(world: World) -> None:
    row = held(world)
    one = world.members_a1[0]
    assert {line.is_probationary for line in sign_in_lines(row)} == {False}
    Member.objects.filter(pk=one.pk).update(
        join_date=ago(9) - timedelta(days=365), confirmation_date=ago(9), stage="full"
    )
    assert [line.name for line in sign_in_lines(row) if line.is_probationary] == [one.name]


def test_who_came_after_the_day_of_a_reorganization_left_from_where_they_were(world: World) -> None:
    mover = make_member(branch=world.b1)
    letter = transfers.request_transfer(
        by=world.scope("organizer_bashi"),
        member=mover,
        to_branch=world.a1,
        reason="工作调动",
        dues_paid_to=dashed(month_back(1)),
        on=TODAY,
    )
    letters.issue_letter(by=world.scope("organizer_bashi"), transfer=letter, on=ago(12))
    receive(world, letter, "organizer_ashi", received_on=ago(6))
    done(world, MergeBranches(sources=(world.a1.pk,), into=world.a2.pk), effective_on=ago(9))
    told = {day: History(day).then(mover.pk, day) for day in (MET, ago(7), TODAY)}
    assert {day: then.branch_id for day, then in told.items() if then} == {
        MET: world.b1.pk,
        ago(7): world.b1.pk,
        TODAY: world.a2.pk,
    }


def test_an_appraisal_entered_late_grades_nobody_who_was_on_probation_on_its_day(world: World) -> None:
    by = world.scope("county_organizer")
    one = make_member(
        branch=world.a1,
        stage="probationary",
        join_date=ago(10) - timedelta(days=365),
        confirmation_date=None,
    )
    planned = actions.plan_meeting(by=by, branch=world.a1, kind="democratic_appraisal", day=MET, on=TODAY)
    row = actions.hold_meeting(by=by, meeting=planned, on=TODAY)
    Member.objects.filter(pk=one.pk).update(stage="full", confirmation_date=ago(10))
    page = world.client("secretary_a1").get(reverse("meetings:appraisal", args=[row.pk])).content.decode()
    assert f'name="grade-{world.members_a1[0].pk}"' in page
    assert f'name="grade-{one.pk}"' not in page
    with pytest.raises(Refused, match="预备党员参加民主评议，但不评定等次"):
        actions.record_appraisals(by=by, meeting=row, grades={one.pk: ("qualified", "")}, on=TODAY)
    assert actions.record_appraisals(
        by=by, meeting=row, grades={world.members_a1[0].pk: ("qualified", "")}, on=TODAY
    )
