"""The year of a branch: what is due, planned and held; the attendance ledger; what a member sees of it."""

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from tests.world import TODAY, World, make_member
from zhibu.core.access import Denied, Refused
from zhibu.meetings import actions
from zhibu.meetings.actions.planning import plan_months
from zhibu.meetings.models import Attendance, Meeting
from zhibu.meetings.rules.appraisal import Ballots
from zhibu.meetings.rules.kinds import Kind
from zhibu.meetings.summaries.own import ahead_of
from zhibu.meetings.summaries.work import work
from zhibu.meetings.summaries.year import year_plan
from zhibu.meetings.tests.test_ledger import held, mark, planned
from zhibu.meetings.tests.test_pages import text_of

pytestmark = pytest.mark.dated


def states(world: World, kind: Kind, on: date = TODAY) -> list[str]:
    (row,) = [row for row in year_plan(world.a1, 2026, on=on) if row.kind == kind]
    return [cell.state for cell in row.cells]


def test_the_year_says_what_was_held_what_is_planned_and_what_is_missing(world: World) -> None:
    held(world, day=date(2026, 10, 9))
    planned(world, day=date(2026, 12, 5))
    assert states(world, Kind.THEME_PARTY_DAY) == ["missing"] * 9 + ["held", "now", "planned"]
    held(world, "members_meeting", date(2026, 10, 20))
    assert states(world, Kind.MEMBERS_MEETING) == ["missing"] * 3 + ["held"]
    assert states(world, Kind.DEMOCRATIC_APPRAISAL) == ["now"]
    assert Kind.BRANCH_COMMITTEE_MEETING not in {row.kind for row in year_plan(world.a1, 2026, on=TODAY)}
    text = text_of(world.client("secretary_a1"), "meetings:year", world.a1.pk, query="?year=2026")
    assert f"{reverse('meetings:plan', args=[world.a1.pk])}?kind=theme_party_day&amp;day=2026-09-30" in text
    form = text_of(
        world.client("secretary_a1"), "meetings:plan", world.a1.pk, query="?kind=party_class&day=2026-09-30"
    )
    assert 'value="2026-09-30"' in form


def test_the_rest_of_the_year_is_planned_once_on_one_day_of_the_month(world: World) -> None:
    by = world.scope("secretary_a1")
    on = date(2026, 9, 10)
    actions.plan_meeting(by=by, branch=world.a1, kind="theme_party_day", day=date(2026, 11, 20), on=on)

    def plan(kind: str = "theme_party_day", day: int = 5) -> list[date]:
        made = plan_months(by=by, branch=world.a1, kind=kind, day=day, time=None, place="村委会", on=on)
        return [meeting.on for meeting in made]

    # September's day is over, November has one already.
    assert plan() == [date(2026, 10, 5), date(2026, 12, 5)]
    assert plan() == []
    with pytest.raises(Refused, match="不能一次排好"):
        plan("members_meeting")
    with pytest.raises(Refused, match="填1到28之间"):
        plan(day=31)
    with pytest.raises(Denied):
        plan_months(
            by=world.scope("secretary_a2"),
            branch=world.a1,
            kind="theme_party_day",
            day=5,
            time=None,
            place="",
            on=on,
        )


def test_a_planned_meeting_moves_and_is_canceled_and_a_held_one_stays_on_its_day(world: World) -> None:
    by = world.scope("secretary_a1")
    meeting = planned(world, "party_class", date(2026, 12, 1))
    plain = {"time": None, "place": "", "title": "", "agenda": "", "chair": "", "recorder": ""}
    moved = actions.amend_meeting(
        by=by,
        meeting=meeting,
        day=date(2027, 1, 5),
        on=TODAY,
        **plain,  # type: ignore[arg-type]
    )
    assert (moved.on, moved.month) == (date(2027, 1, 5), 202701)
    assert actions.cancel_meeting(by=by, meeting=moved, on=TODAY).state == "canceled"
    with pytest.raises(Refused, match="日期不能再改"):
        actions.amend_meeting(
            by=by,
            meeting=held(world),
            day=TODAY,
            on=TODAY,
            **plain,  # type: ignore[arg-type]
        )


def test_the_attendance_ledger_of_a_year_as_a_workbook(world: World) -> None:
    first = held(world, day=date(2026, 10, 9))
    late = make_member(branch=world.a1, name="沙马石一")
    second = held(world)
    mark(world, first, world.members_a1[1], "leave", reason="住院")
    mark(world, second, world.members_a1[2], "absent")
    response = world.client("inspector").get(
        reverse("meetings:attendance_download", args=[world.a1.pk]) + "?year=2026"
    )
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(min_row=3, values_only=True)]
    assert rows[0] == [
        "序号", "姓名", "10月9日\n主题党日", "11月10日\n主题党日", "应到", "实到", "请假", "缺席"
    ]  # fmt: skip
    found = {row[1]: row[2:] for row in rows[1:]}
    assert found[late.name] == ["", "√", 1, 1, 0, 0]
    assert found[world.members_a1[1].name] == ["请假", "√", 2, 1, 1, 0]
    assert found[world.members_a1[2].name] == ["√", "缺席", 2, 1, 0, 1]
    assert found["应到"] == [3, 4, 7, None, None, None]
    assert found["实到"] == [2, 3, None, 5, None, None]
    comments = [cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment]
    assert comments == ["请假：住院"]


def test_a_member_sees_what_is_coming_up_and_what_to_carry_out_and_no_minutes(world: World) -> None:
    meeting = held(world, "members_meeting")
    by = world.scope("secretary_a1")
    actions.write_minutes(by=by, meeting=meeting, minutes="批评意见", seen=actions.fingerprint(""), on=TODAY)
    own, other = world.members_a1[:2]
    actions.record_decision(
        by=by, meeting=meeting, text="清理水渠", owner=own, due_on=date(2026, 12, 1), on=TODAY
    )
    actions.record_decision(
        by=by, meeting=meeting, text="别人的事", owner=other, due_on=date(2026, 12, 1), on=TODAY
    )
    actions.plan_meeting(
        by=by, branch=world.a1, kind="party_class", day=date(2026, 12, 8), place="村委会", on=TODAY
    )
    actions.plan_meeting(
        by=by, branch=world.a1, kind="branch_committee_meeting", day=date(2026, 12, 3), on=TODAY
    )
    ahead = ahead_of(own, on=TODAY)
    assert [row.kind for row in ahead.meetings] == ["party_class"]
    assert [row.text for row in ahead.decisions] == ["清理水渠"]
    scope = world.scope("member_a1")
    assert work(scope, on=TODAY) == []
    (due,) = work(scope, on=date(2026, 11, 30))
    assert [(item.title, item.due) for item in due.items] == [("清理水渠", date(2026, 12, 1))]
    client = world.client("member_a1")
    text = text_of(client, "meetings:member_panel", own.pk)
    assert "清理水渠" in text
    assert "别人的事" not in text
    assert "批评意见" not in text
    assert client.get(reverse("meetings:meeting", args=[meeting.pk])).status_code == 403
    assert client.get(reverse("meetings:minutes_print", args=[meeting.pk])).status_code == 403


def test_a_newcomer_is_put_on_the_list_from_the_page(world: World) -> None:
    meeting = held(world)
    newcomer = make_member(branch=world.a1, name="沙马石一")
    client = world.client("secretary_a1")
    assert "把沙马石一补进名单" in text_of(client, "meetings:attendance", meeting.pk)
    client.post(reverse("meetings:addition", args=[meeting.pk, newcomer.pk]))
    assert Attendance.objects.get(meeting=meeting, member=newcomer).status == "present"
    assert "把沙马石一补进名单" not in text_of(client, "meetings:attendance", meeting.pk)


def test_who_attended_elsewhere_says_where_and_by_what_proof(world: World) -> None:
    away = make_member(branch=world.a1, is_floating=True)
    meeting = held(world)
    with pytest.raises(Refused, match="写明在哪里参加、凭什么认定"):
        mark(world, meeting, away, "elsewhere")
    mark(world, meeting, away, "elsewhere", reason="成都某社区党支部，有照片")
    row = Meeting.objects.get(pk=meeting.pk)
    assert (row.should_attend, row.should_vote) == (4, 4)
    assert "成都某社区党支部" in text_of(world.client("secretary_a1"), "meetings:meeting", meeting.pk)


def test_ballots_of_the_appraisal_add_up_to_no_more_than_those_who_came(world: World) -> None:
    meeting = held(world, "democratic_appraisal")
    by = world.scope("secretary_a1")
    first, second = world.members_a1[:2]

    def enter(ballots: dict[int, Ballots | None]) -> int:
        grades = {first.pk: ("qualified", ""), second.pk: ("qualified", "")}
        return actions.record_appraisals(by=by, meeting=meeting, grades=grades, ballots=ballots, on=TODAY)

    with pytest.raises(Refused, match="测评票合计4张，多于到会的3人"):
        enter({first.pk: Ballots(3, 1, 0, 0)})
    assert enter({first.pk: Ballots(2, 1, 0, 0)}) == 2
    assert enter({first.pk: Ballots(2, 1, 0, 0)}) == 0
    text = text_of(world.client("inspector"), "meetings:meeting", meeting.pk)
    assert text.count("测评票：优秀2，合格1，基本合格0，不合格0") == 1
    with pytest.raises(Refused, match="评议等次，不能整个撤销"):
        actions.cancel_meeting(by=by, meeting=meeting, on=TODAY)


def test_the_usual_grade_is_proposed_and_a_wrong_count_stays_on_the_page(world: World) -> None:
    meeting = held(world, "democratic_appraisal")
    client = world.client("secretary_a1")
    text = text_of(client, "meetings:appraisal", meeting.pk)
    assert text.count('<option value="qualified" selected>') == 3
    pk = world.members_a1[0].pk
    url = reverse("meetings:appraisal", args=[meeting.pk])
    wrong = client.post(url, {f"grade-{pk}": "excellent", f"ballots-{pk}-excellent": "-1"}).content.decode()
    assert "还没有保存：有的票数不对" in wrong
    assert not meeting.appraisals.exists()
    client.post(url, {f"grade-{pk}": "excellent", f"ballots-{pk}-excellent": "2"})
    row = meeting.appraisals.get()
    assert (row.grade, row.for_excellent, row.for_qualified) == ("excellent", 2, 0)
