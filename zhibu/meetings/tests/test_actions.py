"""What is entered about a meeting: kept once, refused with a sentence, recorded, nothing personal in the log."""

from datetime import date

import pytest

from tests.things import post_holding
from tests.world import NOW, TODAY, World, make_member
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Denied, Refused
from zhibu.meetings import actions
from zhibu.meetings.models import Appraisal, Attachment, Attendance, Decision, Meeting, Vote
from zhibu.meetings.rules.village import Step
from zhibu.meetings.summaries.pages import matter_page, year_of
from zhibu.meetings.summaries.work import work
from zhibu.meetings.tests.test_ledger import held, mark, planned
from zhibu.members import actions as members
from zhibu.members.models import Measure, MembershipEvent
from zhibu.members.rules.events import Entry, EventKind

pytestmark = pytest.mark.dated

PDF = b"%PDF-1.7 sheet"


def vote(world: World, meeting: Meeting, ayes: int, noes: int = 0, abstained: int = 0) -> Vote:
    return actions.record_vote(
        by=world.scope("secretary_a1"),
        meeting=meeting,
        motion="关于年度计划的决议",
        ayes=ayes,
        noes=noes,
        abstained=abstained,
        on=TODAY,
    )


def test_a_floating_member_need_not_come_unless_the_person_says_so(world: World) -> None:
    away = make_member(branch=world.a1, is_floating=True)
    first = held(world)
    line = Attendance.objects.get(meeting=first, member=away)
    assert (line.status, line.reason, line.has_vote) == ("excused", "floating_out", False)
    assert (first.should_attend, first.should_vote) == (3, 3)
    second = actions.hold_meeting(
        by=world.scope("secretary_a1"), meeting=planned(world, "party_class"), excused={}, on=TODAY
    )
    assert (second.should_attend, second.should_vote) == (4, 4)


def test_whoever_cannot_be_found_is_counted_and_absent_until_somebody_says_otherwise(world: World) -> None:
    lost = make_member(branch=world.a1)
    flag = MembershipEvent.objects.create(
        member=lost,
        branch=world.a1,
        kind=EventKind.FLAG_LOST_CONTACT,
        state="in_effect",
        decided_on=date(2026, 3, 1),
        decided_by="支部党员大会",
        effective_on=date(2026, 3, 1),
        proposed_by="支部书记",
        proposed_at=NOW,
    )
    Measure.objects.create(member=lost, kind="lost_contact_flag", from_date=date(2026, 3, 1), event=flag)
    meeting = held(world)
    line = Attendance.objects.get(meeting=meeting, member=lost)
    assert (line.status, line.reason) == ("absent", "lost_contact")
    assert meeting.should_attend == 4


def test_someone_under_suspended_rights_cannot_be_made_present(world: World) -> None:
    member = world.members_a1[2]
    members.propose_event(
        by=world.scope("organizer_ashi"),
        member=member,
        entry=Entry(EventKind.SUSPEND_RIGHTS, date(2026, 11, 1), "县纪委", document="凉纪〔2026〕1号"),
        on=TODAY,
    )
    meeting = held(world)
    line = Attendance.objects.get(meeting=meeting, member=member)
    assert line.reason == "rights_suspended"
    with pytest.raises(Refused, match="不计入应到会"):
        mark(world, meeting, member, "present", seen=line.version)


def test_a_committee_meeting_needs_a_committee(world: World) -> None:
    with pytest.raises(Refused, match="没有登记支部委员"):
        held(world, "branch_committee_meeting")
    post_holding(world)
    meeting = Meeting.objects.get(kind="branch_committee_meeting")
    actions.hold_meeting(by=world.scope("secretary_a1"), meeting=meeting, on=TODAY)
    assert Attendance.objects.get(meeting=meeting).member == world.members_a1[0]


def test_a_vote_counts_against_those_who_should_attend(world: World) -> None:
    make_member(branch=world.a1, stage="probationary", confirmation_date=None)
    meeting = held(world, "members_meeting")
    mark(world, meeting, world.members_a1[2], "absent")
    with pytest.raises(Refused, match="合计4票，与有表决权的到会2人差2"):
        vote(world, meeting, 4)
    passed = vote(world, meeting, 2)
    assert (passed.should, passed.present, passed.passed) == (3, 2, True)
    assert vote(world, meeting, 2) == passed
    with pytest.raises(Refused, match="票数不同"):
        vote(world, meeting, 1, 1)
    with pytest.raises(Refused, match="先撤销表决"):
        mark(world, meeting, world.members_a1[2], "present", seen=1)
    actions.remove_vote(by=world.scope("secretary_a1"), vote=passed, on=TODAY)
    mark(world, meeting, world.members_a1[2], "present", seen=1)
    assert not vote(world, meeting, 1, 1, 1).passed


def test_a_theme_day_decides_nothing(world: World) -> None:
    with pytest.raises(Refused, match="主题党日不作决议"):
        vote(world, held(world), 3)


def test_minutes_are_encrypted_and_nobody_writes_over_another(world: World) -> None:
    meeting = held(world)
    by = world.scope("secretary_a1")
    seen = actions.fingerprint("")
    actions.write_minutes(by=by, meeting=meeting, minutes="学习了文件", seen=seen, on=TODAY)
    with pytest.raises(Refused, match="另一个人刚刚改过"):
        actions.write_minutes(by=by, meeting=meeting, minutes="另一份", seen=seen, on=TODAY)
    assert Meeting.objects.get(pk=meeting.pk).minutes == "学习了文件"
    assert not Meeting.objects.filter(minutes="学习了文件").exists()


def test_a_decision_has_an_owner_and_a_day_and_is_done_once(world: World) -> None:
    meeting = held(world, "members_meeting")
    by = world.scope("secretary_a1")
    with pytest.raises(Refused, match="由谁负责"):
        actions.record_decision(by=by, meeting=meeting, text="清理水渠", due_on=TODAY, on=TODAY)
    with pytest.raises(Refused, match="早于会议日期"):
        actions.record_decision(
            by=by, meeting=meeting, text="清理水渠", owner_name="王伟", due_on=date(2026, 11, 1), on=TODAY
        )
    row = actions.record_decision(
        by=by, meeting=meeting, text="清理水渠", owner=world.members_a1[0], due_on=TODAY, on=TODAY
    )
    again = actions.record_decision(
        by=by, meeting=meeting, text="清理水渠", owner=world.members_a1[0], due_on=TODAY, on=TODAY
    )
    assert (row, row.owner_name, Decision.objects.count()) == (again, "吉则日果", 1)
    done = actions.finish_decision(by=by, decision=row, done_on=TODAY, result="清完了", on=TODAY)
    later = actions.finish_decision(by=by, decision=row, done_on=TODAY, result="又清一遍", on=TODAY)
    assert done.result == later.result == "清完了"
    with pytest.raises(Refused, match="已经在2026-11-24办结"):
        actions.remove_decision(by=by, decision=row, on=TODAY)
    with pytest.raises(Refused, match="不能整个撤销"):
        actions.cancel_meeting(by=by, meeting=meeting, on=TODAY)


def test_a_file_is_kept_once_encrypted_and_every_download_is_recorded(world: World) -> None:
    meeting = held(world)
    by = world.scope("secretary_a1")
    first = actions.attach_file(by=by, meeting=meeting, name="签到.pdf", content=PDF, on=TODAY)
    assert actions.attach_file(by=by, meeting=meeting, name="又一份.pdf", content=PDF, on=TODAY) == first
    stored = Attachment.objects.get()
    assert PDF not in bytes(stored.content)
    reader = world.scope("inspector")
    assert actions.open_attachment(by=reader, attachment=first) == PDF
    record = AuditRecord.objects.get(event="meetings.attachment.downloaded")
    assert (record.actor_name, record.data) == ("张敏", {"attachment": first.pk})
    with pytest.raises(Denied):
        actions.open_attachment(by=world.scope("secretary_a2"), attachment=first)
    actions.remove_attachment(by=by, attachment=first, on=TODAY)
    assert not Attachment.objects.exists()


def test_grades_are_for_full_members_once_a_year(world: World) -> None:
    novice = make_member(branch=world.a1, stage="probationary", confirmation_date=None)
    meeting = held(world, "democratic_appraisal")
    by = world.scope("secretary_a1")
    with pytest.raises(Refused, match="预备党员参加民主评议，但不评定等次"):
        actions.record_appraisals(by=by, meeting=meeting, grades={novice.pk: ("qualified", "")}, on=TODAY)
    grades = {member.pk: ("excellent", "带头") for member in world.members_a1} | {novice.pk: ("", "进步大")}
    assert actions.record_appraisals(by=by, meeting=meeting, grades=grades, on=TODAY) == 4
    assert actions.record_appraisals(by=by, meeting=meeting, grades=grades, on=TODAY) == 0
    assert {row.opinion for row in Appraisal.objects.all()} == {"带头", "进步大"}
    second = held(world, "democratic_appraisal", date(2026, 11, 20))
    with pytest.raises(Refused, match="2026年已经评议过"):
        actions.record_appraisals(by=by, meeting=second, grades=grades, on=TODAY)
    assert year_of(world.members_a1[0], 2026).grade == "excellent"


def test_the_six_steps_of_a_village_matter(world: World) -> None:
    by = world.scope("secretary_a1")
    matter = actions.open_matter(by=by, branch=world.a1, title="修路", opened_on=date(2026, 3, 1), on=TODAY)
    assert matter == actions.open_matter(
        by=by, branch=world.a1, title="修路", opened_on=date(2026, 3, 1), on=TODAY
    )
    for number in (1, 3, 4, 5, 6):
        figures = (28, 30, 26) if number in (3, 4) else (None, None, None)
        day = date(2026, 3, number)
        notice = ("村务公开栏", date(2026, 3, number + 6)) if number in (5, 6) else ("", None)
        step = Step(number, day, *figures, *notice)
        actions.record_step(by=by, matter=matter, step=step, minutes="记录", on=TODAY)
        actions.record_step(by=by, matter=matter, step=step, minutes="记录", on=TODAY)
    matter.refresh_from_db()
    page = matter_page(matter)
    assert matter.state == "done"
    assert [str(finding) for finding in page.findings] == [
        "跳过了第2步。六步要依次办理，请补上记录，或者说明原因。"
    ]
    with pytest.raises(Refused, match="晚于后一步"):
        actions.record_step(by=by, matter=matter, step=Step(2, date(2026, 5, 1)), minutes="记录", on=TODAY)
    with pytest.raises(Refused, match="已经登记过"):
        actions.record_step(
            by=by, matter=matter, step=Step(1, date(2026, 3, 1)), minutes="别的记录", on=TODAY
        )
    actions.remove_step(by=by, matter=matter, number=6, on=TODAY)
    matter.refresh_from_db()
    assert matter.state == "open"


def test_meetings_entered_together_have_the_rows_of_single_deeds(world: World) -> None:
    make_member(branch=world.a1, is_floating=True)
    make_member(branch=world.a1, stage="probationary", confirmation_date=None)
    away = world.members_a1[1]
    single = held(world, "theme_party_day", date(2026, 10, 9))
    mark(world, single, away, "leave", reason="住院")
    (pk,) = actions.enter_held_meetings(
        by=world.scope("secretary_a1"),
        meetings=[
            actions.HeldMeeting(
                world.a1,
                "theme_party_day",
                date(2026, 10, 10),
                exceptions={away.pk: ("leave", "住院")},
                minutes="学习",
            )
        ],
        on=TODAY,
    )
    many = Meeting.objects.get(pk=pk)

    def rows(meeting: Meeting) -> list[tuple[object, ...]]:
        return list(
            Attendance.objects.filter(meeting=meeting)
            .order_by("member_id")
            .values_list("member_id", "status", "reason", "has_vote")
        )

    single.refresh_from_db()
    assert rows(many) == rows(single)
    for name in ("kind", "month", "title", "state", "should_attend", "should_vote", "by"):
        assert getattr(many, name) == getattr(single, name)
    assert many.minutes == "学习"
    actions.lock_month(by=world.scope("organizer_ashi"), branch=world.a1, month=202610)
    with pytest.raises(Refused, match="已经封存"):
        actions.enter_held_meetings(
            by=world.scope("secretary_a1"),
            meetings=[actions.HeldMeeting(world.a1, "party_class", date(2026, 10, 11))],
            on=TODAY,
        )


def test_a_sibling_and_a_reader_enter_nothing(world: World) -> None:
    meeting = held(world)
    for name in ("secretary_a2", "inspector", "member_a1"):
        with pytest.raises(Denied):
            actions.set_attendance(
                by=world.scope(name),
                meeting=meeting,
                member_id=world.members_a1[0].pk,
                status="absent",
                reason="",
                seen=0,
                on=TODAY,
            )
    assert not Attendance.objects.exclude(status="present").exists()


def test_work_tells_what_waits_and_the_county_is_left_alone(world: World) -> None:
    planned(world)
    meeting = held(world, "members_meeting", date(2026, 11, 5))
    actions.record_decision(
        by=world.scope("secretary_a1"),
        meeting=meeting,
        text="清理水渠",
        owner=world.members_a1[0],
        due_on=date(2026, 11, 20),
        on=TODAY,
    )
    found = {group.key: group for group in work(world.scope("secretary_a1"), on=TODAY)}
    assert found["meetings_to_hold"].total == found["meetings_decisions"].total == 1
    titles = [item.title for item in found["meetings_missing"].items]
    assert "党建月会" in titles
    assert "支部党员大会" not in titles
    assert "支部委员会会议" not in titles
    keys = {group.key for group in work(world.scope("county_organizer"), on=TODAY)}
    assert "meetings_missing" not in keys
    assert work(world.scope("inspector"), on=TODAY) == []
