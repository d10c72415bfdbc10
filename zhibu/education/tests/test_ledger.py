"""The ledger of study hours: entered once for all who came, never changed, taken back with a reason."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from django.db.models import Sum
from django.urls import reverse

from tests.world import TODAY, World, make_member
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Denied, Refused
from zhibu.education import actions
from zhibu.education.actions import PastStudy, enter_past_study
from zhibu.education.models import StudyRecord
from zhibu.education.rules.entries import Entry, Mode
from zhibu.education.summaries.hours import own_hours
from zhibu.education.tests.cases import DAY, EVENING, study

pytestmark = pytest.mark.dated

KEYS = (
    "member_id",
    "branch_id",
    "year",
    "mode",
    "subject",
    "on",
    "days",
    "tenths",
    "evidence",
    "reason",
    "reverses_id",
    "operation",
    "recorder",
)


def test_an_evening_is_entered_once_however_often_it_is_sent(world: World) -> None:
    operation = uuid4()
    rows = study(world, operation=operation)
    assert [row.pk for row in study(world, operation=operation)] == [row.pk for row in rows]
    assert StudyRecord.objects.count() == 3
    with pytest.raises(Refused, match="内容和现在的不一样"):
        study(world, replace(EVENING, tenths=30), operation=operation)
    assert AuditRecord.objects.filter(event="education.study.recorded").count() == 1


@pytest.mark.parametrize("proof", ["学习平台在线时长2小时", "每日打卡截图", "平台学习积分40分"])
def test_what_an_application_counts_is_no_proof_of_hours(world: World, proof: str) -> None:
    with pytest.raises(Refused, match="国办函〔2026〕12号"):
        study(world, replace(EVENING, evidence=proof))
    assert not StudyRecord.objects.exists()
    assert len(study(world, replace(EVENING, evidence="集中收看签到表，时长2小时"))) == 3


def test_two_phones_do_not_enter_the_same_evening_twice(world: World) -> None:
    study(world, members=world.members_a1[:1])
    with pytest.raises(Refused, match="已经登记过"):
        study(world)
    assert StudyRecord.objects.count() == 1


def test_hours_are_taken_back_with_a_reason_and_both_rows_stay(world: World) -> None:
    first = study(world)[0]
    by = world.scope("secretary_a1")
    with pytest.raises(Refused, match="至少4个字"):
        actions.reverse_study(by=by, record_=first, reason="错", operation=uuid4(), on=TODAY)
    back = actions.reverse_study(by=by, record_=first, reason="那天请假没有来", operation=uuid4(), on=TODAY)
    again = actions.reverse_study(by=by, record_=first, reason="再点一次", operation=uuid4(), on=TODAY)
    assert (again.pk, back.tenths, back.reason) == (back.pk, -20, "那天请假没有来")
    assert first.member_id not in own_hours([first.member_id], 2026)
    with pytest.raises(Refused, match="本身就是冲正"):
        actions.reverse_study(by=by, record_=back, reason="还是要恢复", operation=uuid4(), on=TODAY)
    # What was taken back may be entered anew.
    assert len(study(world, members=[first.member])) == 1


def test_a_whole_evening_is_taken_back_from_who_still_has_it(world: World) -> None:
    rows = study(world)
    by = world.scope("secretary_a1")
    actions.reverse_study(by=by, record_=rows[0], reason="那天请假没有来", operation=uuid4(), on=TODAY)
    made = actions.reverse_session(
        by=by,
        branch=world.a1,
        session=rows[0].operation,
        reason="登记错了支部",
        operation=uuid4(),
        on=TODAY,
    )
    assert len(made) == 3
    assert StudyRecord.objects.aggregate(whole=Sum("tenths"))["whole"] == 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"subject": "课"}, "学了什么"),
        ({"evidence": ""}, "写明依据"),
        ({"tenths": 0}, "请填学时"),
        ({"tenths": 90}, "1天最多算8.0学时"),
        ({"mode": Mode.PRACTICE, "tenths": 50}, "实践锻炼1天最多算4.0学时"),
        ({"day": date(2026, 12, 1)}, "还没有到"),
        ({"day": date(2024, 12, 31)}, "太早"),
        ({"day": date(2025, 12, 30), "days": 5, "tenths": 200}, "跨了年"),
        ({"days": 0}, "天数"),
    ],
)
def test_what_cannot_have_been_is_refused(world: World, change: dict[str, object], told: str) -> None:
    with pytest.raises(Refused, match=told):
        study(world, replace(EVENING, **change))  # type: ignore[arg-type]
    assert not StudyRecord.objects.exists()


def test_practice_counts_once_a_day(world: World) -> None:
    week = Entry(Mode.PRACTICE, "跟班学习", date(2026, 11, 2), 200, "带班人证明", 5)
    study(world, week, members=world.members_a1[:1])
    with pytest.raises(Refused, match="这几天已经登记过实践锻炼"):
        study(world, Entry(Mode.PRACTICE, "值班", date(2026, 11, 6), 40, "带班人证明"))
    assert len(study(world, Entry(Mode.PRACTICE, "值班", date(2026, 11, 7), 40, "带班人证明"))) == 3


def test_only_members_of_the_branch_who_had_joined_take_part(world: World) -> None:
    with pytest.raises(Refused, match="现在不在本支部"):
        study(world, members=[make_member(branch=world.b1)])
    late = make_member(
        branch=world.a1, join_date=date(2026, 11, 20), confirmation_date=None, stage="probationary"
    )
    with pytest.raises(Refused, match="还没有入党"):
        study(world, members=[late])
    with pytest.raises(Refused, match="一个人都没有勾选"):
        study(world, members=[])


def test_neither_a_sibling_nor_a_reader_enters_hours(world: World) -> None:
    for name in ("secretary_a2", "organizer_bashi", "inspector", "member_a1"):
        with pytest.raises(Denied):
            study(world, name=name)


def test_a_closed_year_takes_nothing_and_late_hours_count_in_the_open_one(world: World) -> None:
    past = Entry(Mode.CENTRALIZED_CLASS, "党员轮训", date(2025, 12, 2), 80, "签到表")
    before = study(world, past, members=world.members_a1[:1])[0]
    committee = world.scope("organizer_ashi")
    assert actions.close_year(by=committee, branches=[world.a1], year=2025) == 1
    assert actions.close_year(by=committee, branches=[world.a1], year=2025) == 0
    late = study(world, past, members=world.members_a1[1:2])[0]
    assert (before.year, late.year, late.on) == (2025, 2026, past.day)
    back = actions.reverse_study(
        by=world.scope("secretary_a1"), record_=before, reason="当时没有参加", operation=uuid4(), on=TODAY
    )
    assert back.year == 2026


def test_older_books_are_taken_over_with_the_rows_of_single_entries(world: World) -> None:
    entries = [
        EVENING,
        Entry(Mode.CENTRALIZED_CLASS, "党员 轮训", date(2026, 6, 1), 160, "签到表", 2),
        Entry(Mode.PRACTICE, "跟班学习", date(2026, 7, 1), 80, "带班人证明", 3),
    ]
    by = world.scope("secretary_a1")
    operations = [UUID(int=n + 1) for n in range(len(entries))]
    for entry, operation in zip(entries, operations, strict=True):
        study(world, entry, operation=operation)
    single = list(StudyRecord.objects.order_by("operation", "member").values_list(*KEYS))
    audited = list(
        AuditRecord.objects.filter(event="education.study.recorded").values_list("data", flat=True)
    )
    StudyRecord.objects.all().delete()
    past = [
        PastStudy(
            world.a1,
            entry,
            [member.pk for member in sorted(world.members_a1, key=lambda each: (each.pinyin, each.pk))],
            operation,
            by.name,
            datetime(2026, 11, 6, tzinfo=UTC),
        )
        for entry, operation in zip(entries, operations, strict=True)
    ]
    assert enter_past_study(by=by, studies=past, on=TODAY) == 9
    assert enter_past_study(by=by, studies=past, on=TODAY) == 0
    assert list(StudyRecord.objects.order_by("operation", "member").values_list(*KEYS)) == single
    now = list(AuditRecord.objects.filter(event="education.study.recorded").values_list("data", flat=True))
    assert now == audited * 2
    with pytest.raises(Refused, match="还没有到"):
        enter_past_study(
            by=by,
            studies=[replace(past[0], entry=replace(EVENING, day=date(2027, 1, 1)), operation=uuid4())],
            on=TODAY,
        )


def test_the_clerk_enters_an_evening_with_one_tap_for_who_was_away(world: World) -> None:
    clerk = world.client("secretary_a1")
    page = clerk.get(reverse("education:entry", args=[world.a1.pk]))
    form = page.context["form"]
    assert page.content.decode().count(" checked") == 3
    came = [member.pk for member in world.members_a1[:2]]
    sent = {
        "mode": "night_school",
        "subject": "惠农政策",
        "day": DAY.isoformat(),
        "days": 1,
        "tenths": "2",
        "evidence": "签到表",
        "members": came,
        "operation": str(form["operation"].value()),
    }
    for _ in range(2):
        answer = clerk.post(reverse("education:entry", args=[world.a1.pk]), sent)
        assert answer.status_code == 303
    assert sorted(StudyRecord.objects.values_list("member_id", flat=True)) == sorted(came)
    listed = clerk.get(reverse("education:sessions", args=[world.a1.pk])).content.decode()
    assert "惠农政策" in listed
    assert "2人" in listed
    wrong = clerk.post(reverse("education:entry", args=[world.a1.pk]), sent | {"tenths": "两小时"})
    assert "学时请写成2或者1.5这样" in wrong.content.decode()


def test_a_mistake_is_mended_on_the_page_of_the_evening(world: World) -> None:
    row = study(world)[0]
    clerk = world.client("secretary_a1")
    url = reverse("education:reversal", args=[row.pk])
    assert "原来的登记保留" in clerk.get(url).content.decode()
    clerk.post(url, {"reason": "那天请假没有来", "operation": str(uuid4())})
    page = clerk.get(reverse("education:session", args=[world.a1.pk, row.operation])).content.decode()
    assert "计学时的2人" in page
    assert "那天请假没有来" in page
