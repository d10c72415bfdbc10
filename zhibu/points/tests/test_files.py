"""Workbooks of points, and how a member comes to object."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.queries import constant_queries
from tests.world import TODAY, World, make_member
from zhibu.points import actions
from zhibu.points.models import Entry
from zhibu.points.summaries.totals import totals
from zhibu.points.summaries.work import work
from zhibu.points.tests import cases

pytestmark = pytest.mark.dated


@pytest.fixture(autouse=True)
def _on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)


def sheet_of(world: World, person: str, name: str, *args: int, **query: str) -> Worksheet:
    response = world.client(person).get(reverse(f"points:{name}", args=args), query)
    assert response.status_code == 200
    return load_workbook(BytesIO(response.content)).worksheets[0]


def row_of(sheet: Worksheet, name: str) -> list[object]:
    return next([cell.value for cell in row] for row in sheet.iter_rows(min_row=4) if row[1].value == name)


def test_the_month_leaves_with_groups_change_and_total(world: World) -> None:
    entry = cases.approved(world)
    cases.entry(world, member=world.members_a1[2])
    sheet = sheet_of(world, "secretary_a1", "workbook", world.a1.pk, month="202611")
    assert sheet["A1"].value == "2026年11月党员积分"
    assert row_of(sheet, entry.member.name)[2:] == ["普通党员", None, None, 1, None, 1, 61, None]
    assert row_of(sheet, world.members_a1[2].name)[7:] == [0, 60, 1]


def test_the_year_of_a_committee_leaves_with_its_branches_and_no_places(world: World) -> None:
    entry = cases.approved(world)
    elsewhere = make_member(branch=world.b1, name="团结人")
    sheet = sheet_of(world, "organizer_ashi", "year_workbook", world.ashi.pk, 2026)
    assert row_of(sheet, entry.member.name)[2:9] == [world.a1.short_name, "普通党员", 60, 1, 1, 61, "一星"]
    assert elsewhere.name not in {row[1].value for row in sheet.iter_rows(min_row=4)}
    assert "名次" not in [cell.value for cell in sheet[3]]


def test_the_committee_takes_along_who_has_not_published(world: World) -> None:
    cases.published(world)
    sheet = sheet_of(world, "organizer_ashi", "workbook", world.ashi.pk, month="202610")
    assert row_of(sheet, world.a1.short_name)[2:6] == [1, 0, 0, "2026-11-24"]
    assert row_of(sheet, world.a2.short_name)[5] is None


@pytest.mark.parametrize(("name", "args"), [("workbook", []), ("year_workbook", [2026])])
def test_a_workbook_costs_the_same_for_thirty_members_more(world: World, name: str, args: list[int]) -> None:
    cases.approved(world)
    url = reverse(f"points:{name}", args=[world.a1.pk, *args])
    with constant_queries(world.client("secretary_a1"), url, grow=lambda: cases.more_entries(world)) as count:
        assert count <= 25


def test_a_month_that_is_not_over_is_not_called_unpublished(world: World) -> None:
    client = world.client("organizer_ashi")
    assert "没有公示" not in client.get(reverse("points:home"), {"month": "202611"}).content.decode()
    assert "没有公示" in client.get(reverse("points:home"), {"month": "202610"}).content.decode()


def test_the_member_is_told_while_the_own_points_are_published_and_led_to_objecting(world: World) -> None:
    member = world.members_a1[0]
    assert work(world.scope("member_a1"), on=TODAY) == []
    row = cases.published(world)
    (told,) = work(world.scope("member_a1"), on=TODAY)
    assert told.items[0].title == "看看您10月的积分对不对"
    assert told.items[0].due == date(2026, 11, 29)
    page = world.client("member_a1").get(told.items[0].url).content.decode()
    assert "正在公示，到11月29日为止" in page
    objecting = reverse("points:objection_new", args=[row.pk])
    assert page.index("正在公示") < page.index(objecting) < page.index("每月变化和累计")
    world.client("member_a1").post(objecting, {"text": "那天我在场"})
    after = world.client("member_a1").get(reverse("points:member", args=[member.pk])).content.decode()
    assert objecting not in after
    assert "正在复核" in after
    later = date(2026, 11, 30)
    assert work(world.scope("member_a1"), on=later) == []


def test_another_members_publicity_is_no_work_of_mine(world: World) -> None:
    cases.published(world, member=world.members_a1[1])
    assert work(world.scope("member_a1"), on=TODAY) == []


def test_the_branch_sees_that_an_objection_waits(world: World) -> None:
    cases.objection(world)
    page = world.client("secretary_a1").get(reverse("points:organization", args=[world.a1.pk]))
    assert "有1条积分异议正在复核" in page.content.decode()


def test_the_base_line_is_tested_at_the_end_of_the_year_only(world: World) -> None:
    member = world.members_a1[1]
    for month in (9, 10, 11):
        actions.post_automatic(
            by=world.scope("organizer_ashi"),
            branch=world.a1,
            month=2026 * 100 + month,
            facts=[actions.AutomaticFact(member.pk, "D01", date(2026, month, 12), "meetings", f"m:{month}")],
            on=date(2026, month, 28),
        )
    below = totals([member.pk], 2026)[member.pk]
    assert below.total < 600
    # Within the year nothing waits for a decision because of it, not even the reminder outside a quarter's end.
    assert not [each for each in work(world.scope("secretary_a1"), on=TODAY) if "below" in each.key]
    assert Entry.objects.filter(member=member, tenths__lt=0).count() == 3
