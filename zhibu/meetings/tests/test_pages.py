"""Pages of organizational life, as people use them."""

import io
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.access_matrix.meetings import attachment, decision, matter, vote
from tests.browser.paper import page_count, page_text
from tests.world import TODAY, World, make_member
from zhibu.audit.models import AuditRecord
from zhibu.meetings import actions
from zhibu.meetings.models import Attachment, Attendance, Meeting
from zhibu.meetings.prints import minutes_pdf, sign_in_pdf
from zhibu.meetings.summaries.overview import quarter_overview
from zhibu.meetings.summaries.pages import lines_of, meeting_page
from zhibu.meetings.summaries.people import sign_in_lines
from zhibu.meetings.tests.test_ledger import held, mark, planned

pytestmark = pytest.mark.dated

AT = datetime(2026, 11, 24, 10, 5, tzinfo=UTC)


def text_of(client: Client, name: str, *args: object, query: str = "") -> str:
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == 200
    return response.content.decode()


def paper(pdf: bytes, page: int = 0) -> str:
    return "".join(page_text(pdf, page).split())


def tap(
    client: Client, meeting: Meeting, member_id: int, status: str, seen: int, *, htmx: bool
) -> tuple[int, str]:
    headers = {"HX-Request": "true", "HX-Target": f"line-{member_id}"} if htmx else {}
    response = client.post(
        reverse("meetings:mark", args=[meeting.pk, member_id]),
        {"status": status, "seen": seen},
        headers=headers,
    )
    return response.status_code, response.content.decode()


def test_a_meeting_that_is_over_goes_on_to_its_list(world: World) -> None:
    client = world.client("secretary_a1")
    form = {"kind": "members_meeting", "day": "2026-11-20", "place": "村委会", "agenda": "学习"}
    response = client.post(reverse("meetings:plan", args=[world.a1.pk]), form)
    meeting = Meeting.objects.get()
    assert response.headers["Location"] == reverse("meetings:hold", args=[meeting.pk])
    assert "其余3人先按到会登记" in text_of(client, "meetings:hold", meeting.pk)
    client.post(reverse("meetings:hold", args=[meeting.pk]))
    assert "应到3　实到3" in text_of(client, "meetings:attendance", meeting.pk)
    again = client.post(reverse("meetings:plan", args=[world.a1.pk]), form, follow=True)
    assert "这次会议已经登记过" in again.content.decode()
    assert Meeting.objects.count() == 1


def test_a_day_ahead_is_planned_and_not_held_yet(world: World) -> None:
    client = world.client("secretary_a1")
    meeting = planned(world, "party_class", date(2026, 12, 1))
    assert "会议日期还没有到" in text_of(client, "meetings:hold", meeting.pk)
    response = client.post(reverse("meetings:hold", args=[meeting.pk]))
    assert "还没有到。召开以后再登记" in response.content.decode()
    assert not Attendance.objects.exists()


def test_the_person_decides_who_is_left_out(world: World) -> None:
    away = make_member(branch=world.a1, is_floating=True, name="沙马石一")
    client = world.client("secretary_a1")
    meeting = planned(world)
    assert "沙马石一" in text_of(client, "meetings:hold", meeting.pk)
    client.post(reverse("meetings:hold", args=[meeting.pk]), {f"excuse-{away.pk}": ""})
    assert Attendance.objects.get(member=away).status == "present"


def test_one_tap_an_exception_with_and_without_scripts(world: World) -> None:
    meeting, member = held(world), world.members_a1[1]
    client = world.client("secretary_a1")
    status, text = tap(client, meeting, member.pk, "leave", 0, htmx=True)
    assert status == 200
    assert f'id="line-{member.pk}"' in text
    assert "请假1" in text
    status, _text = tap(client, meeting, member.pk, "absent", 1, htmx=False)
    assert status == 303
    assert Attendance.objects.get(meeting=meeting, member=member).status == "absent"


def test_two_browsers_on_one_line_see_both_values_and_lose_nothing(world: World) -> None:
    meeting, member = held(world), world.members_a1[1]
    first, second = world.client("secretary_a1"), world.client("organizer_ashi")
    tap(first, meeting, member.pk, "absent", 0, htmx=True)
    status, text = tap(second, meeting, member.pk, "leave", 0, htmx=True)
    assert status == 200
    assert "另一个人已经登记为“缺席”，您要登记为“请假”" in text
    assert "保留对方的：缺席" in text
    assert "改成我的：请假" in text
    status, text = tap(second, meeting, member.pk, "leave", 0, htmx=False)
    assert status == 409
    assert "您的改动还没有保存" in text
    assert Attendance.objects.get(meeting=meeting, member=member).status == "absent"
    tap(second, meeting, member.pk, "leave", 1, htmx=True)
    assert Attendance.objects.get(meeting=meeting, member=member).status == "leave"


def test_a_refused_tap_says_why_in_the_line(world: World) -> None:
    meeting = held(world)
    actions.lock_month(by=world.scope("organizer_ashi"), branch=world.a1, month=202611)
    client = world.client("secretary_a1")
    _status, text = tap(client, meeting, world.members_a1[0].pk, "leave", 0, htmx=True)
    assert "2026年11月的月记已经封存" in text
    text = text_of(client, "meetings:attendance", meeting.pk)
    assert "已经封存，到会情况不能再改" in text
    assert "hx-post" not in text


def test_the_rarer_cases_are_entered_with_their_reason(world: World) -> None:
    meeting, member = held(world), world.members_a1[2]
    url = reverse("meetings:mark", args=[meeting.pk, member.pk])
    client = world.client("secretary_a1")
    response = client.post(url, {"status": "excused", "seen": 0})
    assert "要写明事由" in response.content.decode()
    client.post(url, {"status": "excused", "excuse": "long_ill", "seen": 0})
    meeting.refresh_from_db()
    assert (meeting.should_attend, meeting.should_vote) == (2, 2)
    assert "年老体弱卧床不起" in text_of(client, "meetings:meeting", meeting.pk)
    free = {"status": "excused", "note": "出国旅游十天", "seen": 1}
    refused = client.post(url, free).content.decode()
    assert "不计应到的只有列出的几种" in refused
    assert "出国（境）半年以上" in refused


def test_an_election_without_four_fifths_decides_nothing(world: World) -> None:
    for _ in range(2):
        make_member(branch=world.a1)
    meeting = held(world, "election_meeting")
    client = world.client("secretary_a1")
    for member in world.members_a1[:2]:
        tap(client, meeting, member.pk, "absent", 0, htmx=False)
    url = reverse("meetings:votes", args=[meeting.pk])
    page = client.get(url).content.decode()
    assert "至少4人到会，3票赞成" in page
    assert "五分之四" in page
    assert "到会人数不够" in page
    client.post(url, {"motion": "选举阿尔为支部书记", "ayes": 3, "noes": 0, "abstained": 0})
    assert not meeting.votes.get().passed
    client.post(reverse("meetings:vote_removal", args=[meeting.votes.get().pk]))
    tap(client, meeting, world.members_a1[0].pk, "present", 1, htmx=False)
    client.post(url, {"motion": "选举阿尔为支部书记", "ayes": 3, "noes": 1, "abstained": 0})
    assert meeting.votes.get().passed


def test_talks_are_asked_for_once_a_year_and_elections_only_where_set(world: World) -> None:
    held(world, "heart_to_heart_talk")
    plan = text_of(world.client("secretary_a1"), "meetings:year", world.a1.pk, query="?year=2026")
    assert "谈心谈话" in plan
    assert "选举党员大会" not in plan
    held(world, "election_meeting")
    assert "选举党员大会" in text_of(
        world.client("secretary_a1"), "meetings:year", world.a1.pk, query="?year=2026"
    )


def test_a_vote_that_does_not_add_up_stays_on_the_form(world: World) -> None:
    meeting = held(world, "members_meeting")
    response = world.client("secretary_a1").post(
        reverse("meetings:votes", args=[meeting.pk]),
        {"motion": "年度计划", "ayes": 5, "noes": 0, "abstained": 0},
    )
    assert "与有表决权的到会3人差2" in response.content.decode()
    assert not meeting.votes.exists()


def test_a_written_opinion_decides_an_admission_on_page_and_paper(world: World) -> None:
    meeting = held(world, "members_meeting")
    client, absent = world.client("secretary_a1"), world.members_a1[2]
    client.post(reverse("meetings:mark", args=[meeting.pk, absent.pk]), {"status": "leave", "seen": 0})
    form = text_of(client, "meetings:votes", meeting.pk)
    assert "接收预备党员、转正至少2人到会" in form and "书面意见：赞成" in form
    figures = {"motion": "关于接收沙马某为预备党员的决议", "ayes": 1, "noes": 1, "abstained": 0}
    response = client.post(reverse("meetings:votes", args=[meeting.pk]), {**figures, "written_ayes": 1})
    assert response.status_code == 303
    vote_row = meeting.votes.get()
    assert (vote_row.passed, vote_row.admits, vote_row.written_ayes) == (True, True, 1)
    assert "书面意见赞成1，反对0，弃权0" in text_of(client, "meetings:meeting", meeting.pk)
    again = client.post(reverse("meetings:votes", args=[meeting.pk]), figures)
    assert again.status_code == 422 and "票数不同" in again.content.decode()


def test_the_page_of_a_meeting_shows_all_of_it_and_a_reader_changes_nothing(world: World) -> None:
    row = vote(world)
    decision(world)
    attachment(world)
    text = text_of(world.client("inspector"), "meetings:meeting", row.meeting_id)
    for told in ("年度计划", "通过", "清理水渠", "吉则日果", "签到.pdf"):
        assert told in text
    for offered in ("登记表决", "改到会情况", "上传", "撤销这次会议"):
        assert offered not in text


def test_a_photo_is_uploaded_and_downloaded_and_a_program_is_not(world: World) -> None:
    meeting = held(world)
    client = world.client("secretary_a1")
    url = reverse("meetings:attachments", args=[meeting.pk])
    bad = client.post(url, {"file": SimpleUploadedFile("签到.jpg", b"MZ\x90")})
    assert "只能上传JPG、PNG照片或PDF文件" in bad.content.decode()
    good = client.post(url, {"file": SimpleUploadedFile("签到.jpg", b"\xff\xd8\xff\xe0photo")})
    assert good.status_code == 303
    row = Attachment.objects.get()
    response = client.get(reverse("meetings:attachment", args=[row.pk]))
    assert io.BytesIO(response.content).read() == b"\xff\xd8\xff\xe0photo"
    assert AuditRecord.objects.filter(event="meetings.attachment.downloaded").count() == 1


def test_too_many_excellent_warn_and_are_kept(world: World) -> None:
    meeting = held(world, "democratic_appraisal")
    form = {f"grade-{member.pk}": "excellent" for member in world.members_a1}
    response = world.client("secretary_a1").post(
        reverse("meetings:appraisal", args=[meeting.pk]), form, follow=True
    )
    assert "党员3人里优秀3人，超过了3分之一（1人）" in response.content.decode()
    assert meeting.appraisals.count() == 3


def test_the_list_of_a_branch_says_what_is_still_to_be_held(world: World) -> None:
    held(world)
    text = text_of(world.client("secretary_a1"), "meetings:meetings", query="?month=202611")
    assert "11月应有1次，登记了1次" in text
    assert "四季度应有1次，登记了0次" in text
    sibling = text_of(world.client("secretary_a2"), "meetings:meetings", query="?month=202611")
    assert "这一段时间没有登记会议和活动" in sibling


def test_a_quarter_by_unit_counts_what_is_missing_in_months_that_are_over(world: World) -> None:
    held(world, "theme_party_day", date(2026, 10, 9))
    text = text_of(world.client("county_organizer"), "meetings:overview", query="?month=202610")
    assert "阿市镇党委" in text
    overview = quarter_overview(
        world.scope("county_organizer"), "meetings.read", world.county, 202610, on=TODAY
    )
    (ashi,) = [line for line in overview.lines if line.unit == world.ashi]
    assert (ashi.branches, ashi.meetings, ashi.should, ashi.came, ashi.lacking) == (2, 1, 3, 3, 1)
    assert {str(kind): n for kind, n in ashi.missing.items()} == {"monthly_party_building_meeting": 1}
    assert overview.total is not None
    assert overview.total.meetings == 1


def test_the_steps_page_shows_the_next_step_and_the_skipped_one(world: World) -> None:
    row = matter(world)
    client = world.client("secretary_a1")
    assert "下一步" in text_of(client, "meetings:matter", row.pk)
    client.post(
        reverse("meetings:step", args=[row.pk, 5]),
        {"day": TODAY.isoformat(), "place": "村务公开栏", "until": "2026-11-28", "minutes": "无异议"},
    )
    text = text_of(client, "meetings:matter", row.pk)
    assert "跳过了第2、3、4步" in text
    assert client.get(reverse("meetings:step", args=[row.pk, 7])).status_code == 404


def test_a_member_sees_the_own_year_and_no_links(world: World) -> None:
    mark(world, held(world), world.members_a1[0], "leave", reason="住院")
    url = reverse("meetings:member_panel", args=[world.members_a1[0].pk])
    text = world.client("member_a1").get(url).content.decode()
    assert "应到1次，参加0次，请假1次，缺席0次" in text
    assert "住院" in text
    assert "/meetings/1" not in text


def test_the_minutes_on_paper(world: World) -> None:
    make_member(branch=world.a1, is_floating=True, name="沙马石一")
    meeting = vote(world).meeting
    decision(world)
    actions.write_minutes(
        by=world.scope("secretary_a1"),
        meeting=meeting,
        minutes="支部书记主持会议。\n讨论了年度计划。",
        seen=actions.fingerprint(""),
        on=TODAY,
    )
    row = Meeting.objects.select_related("branch").get(pk=meeting.pk)
    pdf = minutes_pdf(meeting_page(row), printed_by="阿措克布", at=AT)
    text = paper(pdf)
    for told in (
        "会议记录",
        "中共凉县阿市镇尔木村支部委员会",
        "应到3人，实到3人",
        "沙马石一（流动外出，本人已申请）",
        "讨论了年度计划",
        "赞成3票，反对0票，弃权0票",
        "结果：通过",
        "清理水渠",
        "记录人签名",
        "演示数据",
    ):
        assert told in text


def test_the_sheet_to_sign_keeps_the_order_of_the_screen(world: World) -> None:
    for n in range(50):
        make_member(branch=world.a1, name=f"甲{'一二三四五六七八九十'[n % 10]}{'子丑寅卯辰'[n // 10]}")
    meeting = Meeting.objects.select_related("branch").get(pk=planned(world).pk)
    lines = sign_in_lines(meeting)
    pdf = sign_in_pdf(meeting, lines, printed_by="阿措克布", at=AT)
    assert page_count(pdf) == 2
    text = paper(pdf) + paper(pdf, 1)
    assert "应到53人" in text
    # The order of the list before it is held is the order of the list afterwards.
    actions.hold_meeting(by=world.scope("secretary_a1"), meeting=meeting, on=TODAY)
    held_meeting = Meeting.objects.select_related("branch").get(pk=meeting.pk)
    names = [line.name for line in lines]
    assert names == [line.member.name for line in lines_of(held_meeting)]
    assert names == [line.name for line in sign_in_lines(held_meeting)]
    assert all(name in text for name in names)
