"""What an overprint sets, for one copy and for a branch, and to whom it is offered."""

from datetime import date, timedelta

import pytest
from django.test import override_settings
from django.urls import reverse

from tests.browser.paper import page_count
from tests.days import ago, dashed, dotted, month_back
from tests.overprints import (
    calibrated,
    copy_of,
    entries,
    floating,
    page_url,
    penalty,
    plans,
    position_of,
    record,
    reward,
    text_of,
    transfer,
)
from tests.queries import constant_queries
from tests.things import printed
from tests.world import NOW, TODAY, World, make_member
from zhibu.certificates import actions as certificates
from zhibu.certificates.actions import overprint as actions
from zhibu.certificates.models import Custody, Overprint
from zhibu.certificates.rules.overprint.layouts import LAYOUTS
from zhibu.certificates.rules.overprint.lines import Status
from zhibu.certificates.summaries.overprint import copy_sheets, source_of
from zhibu.core.access import Denied
from zhibu.core.dates import add_months

REWARDS = LAYOUTS["rewards"]
LATER = TODAY + timedelta(days=30)


def test_a_page_printed_from_the_ledger_equals_the_ledger(world: World) -> None:
    copy = copy_of(world)
    certificates.hand_over(
        by=world.scope("organizer_ashi"),
        organization=world.a1,
        handed_over_on=TODAY,
        receiver="",
        on=TODAY,
    )
    Custody.objects.create(
        booklet=copy,
        cause="request",
        reason="外出",
        place="村部",
        keeper="阿措克布",
        from_date=TODAY,
        by="阿措克布",
        at=NOW,
    )
    transfer(world)
    floating(world)
    reward(world, "优秀共产党员")
    penalty(world)
    member = world.members_a1[0]
    client = world.client("organizer_ashi")
    printer = calibrated(world)
    for page in ("issue", "transfers", "floating", "rewards", "penalties"):
        source = source_of(page)
        assert source is not None
        ledger = source([member.pk])[member.pk]
        assert ledger, page
        (plan,) = plans(client, page_url(world, page))
        answer = client.post(reverse("certificates:overprint_file"), {"plan": plan, "printer": printer.pk})
        assert answer.status_code == 200
        assert text_of(answer.content) == "".join("".join(line.fields) for line in ledger).replace(" ", "")
        assert client.post(reverse("certificates:overprint_record"), {"plan": plan}).status_code == 303
        stored = Overprint.objects.filter(booklet=copy, page=page).order_by("line")
        assert [row.text for row in stored] == [line.text for line in ledger]


def test_texts_of_the_sources(world: World) -> None:
    transfer(world)
    away = floating(world)
    reward(world, "优秀共产党员")
    penalty(world)
    pk = world.members_a1[0].pk

    def fields(page: str) -> tuple[str, ...]:
        source = source_of(page)
        assert source is not None
        (line,) = source([pk])[pk]
        return line.fields

    assert fields("transfers") == (
        world.a2.short_name,
        world.a1.short_name,
        dotted(TODAY),
        dashed(month_back(1)).replace("-", "."),
    )
    assert fields("floating") == (dotted(TODAY), "成都市高新区某电子厂", "某电子厂党支部，赵强", "")
    assert fields("rewards") == (dotted(TODAY), "优秀共产党员", "中共凉县委员会", "王芳")
    assert fields("penalties") == (
        dotted(TODAY),
        "警告",
        "中共凉县纪律检查委员会",
        dotted(add_months(TODAY, 12) - timedelta(days=1)),
    )
    away.until = LATER
    away.save()
    assert fields("floating")[3] == dotted(ago(-30))


def test_a_second_overprint_prints_only_the_new_line(world: World) -> None:
    copy_of(world)
    reward(world, "优秀共产党员")
    assert record(world, "rewards") == 1
    reward(world, "优秀党务工作者")
    client, printer = world.client("organizer_ashi"), calibrated(world)
    (plan,) = plans(client, page_url(world, "rewards"))
    answer = client.post(reverse("certificates:overprint_file"), {"plan": plan, "printer": printer.pk})
    assert text_of(answer.content) == dotted(TODAY) + "优秀党务工作者中共凉县委员会王芳"
    box = REWARDS.places[1][1]
    assert box is not None
    assert box.y <= position_of(answer.content, "优秀")[1] <= box.y + box.height


def test_a_return_is_filled_into_the_line_that_stands(world: World) -> None:
    copy = copy_of(world)
    away = floating(world)
    record(world, "floating")
    away.until = LATER
    away.save()
    (found,) = copy_sheets([copy], LAYOUTS["floating"])
    (spot,) = found.sheet.fresh
    assert (spot.status, spot.line, spot.to_print) == (Status.COMPLETED, 1, ("", "", "", dotted(ago(-30))))
    client = world.client("organizer_ashi")
    calibrated(world)
    (plan,) = plans(client, page_url(world, "floating"))
    client.post(reverse("certificates:overprint_record"), {"plan": plan})
    (row,) = Overprint.objects.all()
    assert row.text.endswith("｜" + dotted(ago(-30)))
    assert not copy_sheets([copy], LAYOUTS["floating"])[0].sheet.fresh


def test_lines_from_before_the_copy_wait_until_asked_for(world: World) -> None:
    copy_of(world)
    reward(world, "优秀共产党员", on=date(2020, 7, 1))
    client = world.client("organizer_ashi")
    calibrated(world)
    url = page_url(world, "rewards")
    assert "发证以前" in client.get(url).content.decode()
    assert plans(client, url) == []
    assert len(plans(client, f"{url}?earlier=1")) == 1


def test_a_page_says_how_each_line_stands(world: World) -> None:
    copy_of(world)
    reward(world, "优秀共产党员")
    client, url = world.client("organizer_ashi"), page_url(world, "rewards")
    assert "st-pending" in client.get(url).content.decode()
    record(world, "rewards")
    page = client.get(url).content.decode()
    assert "已印" in page
    assert "第23页第1行" in page
    assert "印的与台账不一致" not in page


def test_lines_begin_after_what_was_written_by_hand(world: World) -> None:
    copy = copy_of(world)
    reward(world, "优秀共产党员")
    client = world.client("organizer_ashi")
    calibrated(world)
    (plan,) = plans(client, f"{page_url(world, 'rewards')}?first=4")
    client.post(reverse("certificates:overprint_record"), {"plan": plan})
    assert Overprint.objects.get(booklet=copy).line == 4


def test_a_branch_is_printed_in_one_file_and_confirmed_once(world: World) -> None:
    copies = [copy_of(world, member) for member in world.members_a1]
    for member in world.members_a1:
        reward(world, "先进党支部成员", member=member)
    client, printer = world.client("organizer_ashi"), calibrated(world)
    url = reverse("certificates:branch_overprint_page", args=[world.a1.pk, "rewards"])
    page = client.get(url).content.decode()
    assert all(member.name in page for member in world.members_a1)
    (plan,) = plans(client, url)
    answer = client.post(reverse("certificates:overprint_file"), {"plan": plan, "printer": printer.pk})
    assert page_count(answer.content) == len(copies)
    done = client.post(
        reverse("certificates:overprint_record"), {"plan": plan, "branch": world.a1.pk}, follow=True
    )
    assert "这一页没有要印的" in done.content.decode()
    assert Overprint.objects.count() == len(copies)


def test_penalties_are_offered_only_to_who_may_read_them(world: World) -> None:
    copy_of(world)
    penalty(world)
    url = reverse("certificates:overprint", args=[world.members_a1[0].pk])
    assert "处分和组织处置" in world.client("organizer_ashi").get(url).content.decode()
    by = world.scope("organizer_ashi")
    without = type(by)(by.user_id, by.name, {k: v for k, v in by.grants.items() if k != "conduct.read"})
    with pytest.raises(Denied):
        actions.record_overprint(by=without, entries=entries(copy_of(world), "penalties"), on=TODAY)


@override_settings(OVERPRINT_SOURCES={"issue": "zhibu.certificates.summaries.overprint.issue_lines"})
def test_pages_without_a_ledger_are_not_offered(world: World) -> None:
    copy_of(world)
    client = world.client("organizer_ashi")
    source_of.cache_clear()
    try:
        with override_settings(OVERPRINT_SOURCES={}):
            address = reverse("certificates:overprint", args=[world.members_a1[0].pk])
            page = client.get(address).content.decode()
            for key in ("dues", "points", "annual_review", "quarterly_inspection"):
                assert page_url(world, key) not in page
                assert client.get(page_url(world, key)).status_code == 404
    finally:
        source_of.cache_clear()


def test_who_may_print_is_led_there_from_the_panel_and_the_print_center(world: World) -> None:
    copy_of(world)
    member = world.members_a1[0]
    there = reverse("certificates:overprint", args=[member.pk])
    panel = reverse("certificates:member_panel", args=[member.pk])
    assert there in world.client("organizer_ashi").get(panel).content.decode()
    assert there not in world.client("secretary_a1").get(panel).content.decode()
    center = world.client("organizer_ashi").get(reverse("certificates:prints")).content.decode()
    assert reverse("certificates:printers") in center
    assert reverse("certificates:overprint_branches") in center


def test_a_member_without_a_copy_is_told_so(world: World) -> None:
    member = make_member(branch=world.a1)
    answer = world.client("organizer_ashi").get(reverse("certificates:overprint", args=[member.pk]))
    assert answer.status_code == 409
    assert "没有在用的证本" in answer.content.decode()


@pytest.mark.parametrize("page", ["issue", "transfers", "floating", "rewards", "penalties", ""])
def test_a_branch_costs_the_same_queries_for_thirty_copies(world: World, page: str) -> None:
    copy_of(world)
    transfer(world)
    calibrated(world)

    def grow() -> None:
        for _n in range(30):
            member = make_member(branch=world.a1)
            reward(world, "优秀共产党员", member=member)
        printed(world)

    name = "certificates:branch_overprint_page" if page else "certificates:branch_overprint"
    url = reverse(name, args=[world.a1.pk, page] if page else [world.a1.pk])
    with constant_queries(world.client("county_organizer"), url, grow=grow) as count:
        assert count <= 25
