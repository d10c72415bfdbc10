"""Pages of points, the printed list, the booklet's lines, what waits."""

from datetime import date

import pypdfium2
import pytest
from django.urls import reverse

from tests.world import NOW, TODAY, World
from zhibu.points import actions
from zhibu.points.actions import AutomaticFact
from zhibu.points.models import Account, Entry, Objection
from zhibu.points.summaries.booklet_lines import points
from zhibu.points.summaries.totals import year_months
from zhibu.points.summaries.work import work
from zhibu.points.tests import cases
from zhibu.rulebook.models import PolicyVersion

pytestmark = pytest.mark.dated


def text_of(world: World, person: str, name: str, *args: object, **query: str) -> str:
    """The page as the person sees it."""
    response = world.client(person).get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_branch_month_shows_what_waits_on_top(world: World) -> None:
    cases.entry(world)
    text = text_of(world, "secretary_a1", "points:organization", world.a1.pk, month="202611")
    assert "有1条等待审核" in text
    assert text.index("阿尔木") < text.index("王伟")
    assert "待审核" in text


def test_the_committee_sees_its_branches_in_the_month(world: World) -> None:
    cases.entry(world)
    text = text_of(world, "organizer_ashi", "points:home", month="202611")
    assert "尔木村党支部" in text
    assert "白石村党支部" in text
    assert "团结村党支部" not in text


def test_entering_by_the_form_shows_points_caps_and_evidence_beside_it(world: World) -> None:
    text = text_of(world, "secretary_a1", "points:entry_new", world.a1.pk)
    assert "参加志愿服务、公益劳动" in text
    assert "签到表和照片" in text
    assert "+8.0" in text
    assert 'value="M01"' not in text
    url = reverse("points:entry_new", args=[world.a1.pk])
    data = {
        "member": world.members_a1[1].pk,
        "item": "D07",
        "fact_on": "2026-11-12",
        "evidence": "联系记录本",
        "operation": "00000000-0000-0000-0000-000000000007",
    }
    refused = world.client("secretary_a1").post(url, data).content.decode()
    assert "不适用于普通党员" in refused
    assert not Entry.objects.exists()
    done = world.client("secretary_a1").post(url, data | {"item": "B02"})
    assert done.status_code == 303
    assert Entry.objects.get().state == "proposed"


def test_ticked_entries_are_approved_together(world: World) -> None:
    one, two = cases.entry(world), cases.entry(world, item="B04")
    text = text_of(world, "secretary_a1", "points:approvals")
    assert "登记人不能审核" in text
    assert 'name="entries"' not in text
    response = world.client("organizer_ashi").post(reverse("points:approvals"), {"entries": [one.pk, two.pk]})
    assert response.status_code == 303
    assert Entry.objects.filter(state="approved").count() == 2


def test_sending_back_needs_a_reason(world: World) -> None:
    row = cases.entry(world)
    url = reverse("points:entry_refusal", args=[row.pk])
    assert "请写明原因" in world.client("organizer_ashi").post(url, {"reason": ""}).content.decode()
    assert world.client("organizer_ashi").post(url, {"reason": "签到表上没有"}).status_code == 303
    row.refresh_from_db()
    assert (row.state, row.note) == ("refused", "签到表上没有")


def test_the_member_sees_the_own_year_and_objects_during_publicity(world: World) -> None:
    row = cases.published(world)
    member = world.members_a1[0]
    text = text_of(world, "member_a1", "points:member", member.pk, year="2026")
    address = reverse("points:objection_new", args=[row.pk])
    assert "61.0" in text
    assert address in text
    assert address in text_of(world, "member_a1", "points:member_panel", member.pk)
    response = world.client("member_a1").post(address, {"text": "那天我在场，签到表上有"})
    assert response.status_code == 303
    assert Objection.objects.get().filed_by == "吉则日果"
    assert "正在复核" in text_of(world, "member_a1", "points:member", member.pk, year="2026")


def test_the_county_rechecks_on_the_page(world: World) -> None:
    row = cases.objection(world)
    url = reverse("points:objection", args=[row.pk])
    assert "要由别人复核" in text_of(world, "organizer_ashi", "points:objection", row.pk)
    data = {"is_right": "yes", "result": "签到表上确实没有，是登记错了"}
    assert world.client("county_organizer").post(url, data).status_code == 303
    row.refresh_from_db()
    assert row.state == "reversed"


def test_the_year_shows_stars_and_no_places(world: World) -> None:
    cases.approved(world)
    text = text_of(world, "secretary_a1", "points:year", world.a1.pk, 2026)
    assert "一星" in text
    assert "同类名次" not in text
    url = reverse("points:year_opening", args=[world.a1.pk, 2026])
    assert world.client("secretary_a1").post(url).status_code == 303
    assert Account.objects.filter(year=2026).count() == 3


def test_a_ranking_switched_on_before_no_longer_places_anybody(world: World) -> None:
    PolicyVersion.objects.create(
        policy="points",
        number=1,
        state="confirmed",
        effective_from=date(2020, 1, 1),
        values={"ranking": True},
        reason="试点",
        drafted_at=NOW,
    )
    cases.approved(world)
    text = text_of(world, "secretary_a1", "points:year", world.a1.pk, 2026)
    assert "名次</th>" not in text
    assert "不排名次（国办函〔2026〕12号）" in text
    rules = world.client("county_organizer").get(reverse("rulebook:policy", args=["points"]))
    assert "给党员排名" not in rules.content.decode()


def test_the_printed_list_is_for_the_notice_board(world: World) -> None:
    cases.published(world)
    response = world.client("secretary_a1").get(reverse("points:publicity_print", args=[world.a1.pk, 202610]))
    assert response.headers["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(b"".join(response) if response.streaming else response.content)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "2026年10月党员积分公示" in text
    assert "吉则日果" in text
    assert "公示期：2026.11.24至2026.11.29" in text
    assert "61.0" in text
    assert "志愿服务" not in text


def test_the_booklet_shows_what_the_pages_show(world: World) -> None:
    cases.published(world)
    member = world.members_a1[0]
    lines = points([member.pk])[member.pk]
    assert [(line.key, line.fields, line.slot) for line in lines] == [
        ("points:202610", ("+1.0", "61.0", "阿措克布", ""), 10)
    ]
    october = year_months(member, 2026)[9]
    assert (october.change, october.total) == (10, 610)


def test_whoever_may_decide_finds_it_in_the_work_list(world: World) -> None:
    cases.entry(world)
    keys = {each.key: each.total for each in work(world.scope("organizer_ashi"), on=TODAY)}
    assert keys == {"points_approvals": 1}
    assert work(world.scope("secretary_a1"), on=TODAY) == []
    assert work(world.scope("nobody"), on=TODAY) == []


def test_the_branch_is_told_to_publish_after_the_settling_day(world: World) -> None:
    row = cases.entry(world, fact_on=date(2026, 10, 12), on=date(2026, 11, 5))
    actions.approve_entries(by=world.scope("organizer_ashi"), entries=[row], on=TODAY)
    lists = {each.key: each for each in work(world.scope("secretary_a1"), on=TODAY)}
    assert lists["points_publicity"].items[0].due == date(2026, 11, 15)
    actions.publish_month(by=world.scope("secretary_a1"), branch=world.a1, month=202610, on=TODAY)
    assert work(world.scope("secretary_a1"), on=TODAY) == []


def test_after_a_quarter_members_below_the_line_are_mentioned_gently(world: World) -> None:
    member = world.members_a1[1]
    actions.post_automatic(
        by=world.scope("organizer_ashi"),
        branch=world.a1,
        month=202609,
        facts=[AutomaticFact(member.pk, "D01", date(2026, 9, 12), "meetings", "meeting:1")],
        on=date(2026, 9, 30),
    )
    told = {each.key: each for each in work(world.scope("secretary_a1"), on=date(2026, 10, 8))}
    assert told["points_below"].kind == "watch"
    assert "年底才看" in told["points_below"].items[0].detail
    assert "points_below" not in {each.key for each in work(world.scope("secretary_a1"), on=TODAY)}


@pytest.mark.parametrize("person", ["secretary_a1", "inspector", "member_a1"])
def test_everyone_it_concerns_reads_the_catalogue(world: World, person: str) -> None:
    text = text_of(world, person, "points:catalogue")
    assert "参加主题党日" in text
    assert "五星" in text
    assert "自动记，不能手工登记" in text
