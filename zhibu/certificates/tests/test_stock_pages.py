"""Pages about blank booklets: what they show, what a second click does, what waits for whom."""

import io
from uuid import uuid4

import openpyxl
import pytest
from django.urls import reverse

from tests.world import TODAY, World
from zhibu.certificates.actions import stock
from zhibu.certificates.models import StockCount, StockTransfer, StockWriteOff
from zhibu.certificates.summaries.stock.places import places_under
from zhibu.certificates.summaries.stock.waiting import work
from zhibu.certificates.tests.stock_steps import confirm, hand_down, left_at, stock_up

pytestmark = pytest.mark.dated


@pytest.fixture
def stocked(world: World) -> World:
    """The county has 500 blanks, Ashi 60."""
    return stock_up(world)


def test_the_same_form_sent_twice_counts_once(stocked: World) -> None:
    client = stocked.client("organizer_ashi")
    at = [stocked.ashi.pk]
    receipts = [str(uuid4()) for _ in range(4)]
    forms = (
        ("stock_delivery", {"quantity": 10, "day": TODAY.isoformat(), "receipt": receipts[0]}),
        (
            "stock_sending",
            {
                "to_organization": stocked.a1.pk,
                "quantity": 7,
                "day": TODAY.isoformat(),
                "receipt": receipts[1],
            },
        ),
        (
            "stock_spoilage",
            {"quantity": 2, "reason": "受潮", "day": TODAY.isoformat(), "receipt": receipts[2]},
        ),
        ("stock_count", {"counted": 60, "receipt": receipts[3]}),
    )
    for name, data in forms:
        for _ in range(2):
            assert client.post(reverse(f"certificates:{name}", args=at), data).status_code == 303
    assert left_at(stocked.ashi) == 60 + 10 - 7 - 2
    assert (StockTransfer.objects.count(), StockCount.objects.count()) == (1, 1)


def test_the_page_shows_balance_parcels_and_findings(stocked: World) -> None:
    hand_down(stocked, 7)
    stock.count_blanks(by=stocked.scope("organizer_ashi"), organization=stocked.ashi, counted=50, on=TODAY)
    page = stocked.client("organizer_ashi").get(reverse("certificates:stock")).content.decode()
    for told in ("账平", "账面53本，实有50本", "发出还没有签收的", "内部在途7本", "冲正"):
        assert told in page
    assert reverse("certificates:stock_delivery", args=[stocked.ashi.pk]) in page
    branch = stocked.client("secretary_a1").get(reverse("certificates:stock")).content.decode()
    assert "阿市镇党委在2026-11-24发来空白证本7本，等本级点清签收" in branch
    assert reverse("certificates:stock_delivery", args=[stocked.a1.pk]) not in branch


def test_a_refusal_stands_on_the_form(stocked: World) -> None:
    answer = stocked.client("organizer_ashi").post(
        reverse("certificates:stock_sending", args=[stocked.ashi.pk]),
        {"to_organization": stocked.a1.pk, "quantity": 61, "day": TODAY.isoformat()},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "能动用的空白证本只有60本，不够61本" in page
    assert "请先盘点，或等上级发的证本签收后再登记" in page
    assert not StockTransfer.objects.exists()


def test_a_clerk_confirms_on_the_page_with_what_really_arrived(stocked: World) -> None:
    parcel = hand_down(stocked)
    client = stocked.client("secretary_a1")
    url = reverse("certificates:stock_arrival", args=[parcel.pk])
    assert 'value="20"' in client.get(url).content.decode()
    done = client.post(url, {"received": 18, "day": TODAY.isoformat()}, follow=True).content.decode()
    assert "已签收18本，差的列为差额，等上级查清" in done
    assert "差2本还没有查清去向" in done
    assert "由两头的上级说明" in done


def test_those_below_are_listed_with_what_is_left_and_what_does_not_agree(stocked: World) -> None:
    confirm(stocked, hand_down(stocked), 18)
    county = stocked.scope("county_organizer")
    places = {place.organization.pk: place for place in places_under(county, stocked.county)}
    ashi, a1 = places[stocked.ashi.pk], places[stocked.a1.pk]
    assert (ashi.remaining, ashi.total, a1.remaining, a1.findings) == (40, 58, 18, 1)
    assert [p.organization.pk for p in places_under(county, stocked.county, only="findings")] == [
        stocked.a1.pk
    ]
    assert len(places_under(county, stocked.county, only="empty")) == 3
    page = stocked.client("county_organizer").get(
        reverse("certificates:stock_below", args=[stocked.county.pk]), {"q": "阿市"}
    )
    assert "阿市镇党委" in page.content.decode()
    assert "团结村党支部" not in page.content.decode()


def test_the_ledger_as_a_workbook_ends_with_the_balance(stocked: World) -> None:
    hand_down(stocked)
    answer = stocked.client("organizer_ashi").get(
        reverse("certificates:stock_workbook", args=[stocked.ashi.pk])
    )
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert rows[3][1:7] == ["2026-11-24", "进货", 60, "", 60, ""]
    assert rows[4][1:7] == ["2026-11-24", "发出", "", 20, 40, "尔木村党支部"]
    assert str(rows[5][0]).startswith("收入合计60本，支出合计20本，结存40本。")


def test_work_waits_for_the_receiver_and_for_those_who_must_explain(stocked: World) -> None:
    parcel = hand_down(stocked)
    waiting = work(stocked.scope("secretary_a1"), on=TODAY)
    assert [(each.key, each.total) for each in waiting] == [("stock.incoming", 1)]
    assert waiting[0].items[0].title == "阿市镇党委发来空白证本20本"
    assert work(stocked.scope("organizer_ashi"), on=TODAY) == []
    late = work(stocked.scope("organizer_ashi"), on=TODAY.replace(month=12))
    assert [each.key for each in late] == ["stock.unconfirmed"]
    confirm(stocked, parcel, 19)
    found = work(stocked.scope("organizer_ashi"), on=TODAY)
    assert [(each.key, each.total) for each in found] == [("stock.findings", 1)]
    assert found[0].items[0].title == "尔木村党支部签收少了1本"
    assert work(stocked.scope("member_a1"), on=TODAY) == []


def test_who_proposed_to_write_off_sees_who_else_confirms_and_another_confirms(stocked: World) -> None:
    organizer, county = stocked.client("organizer_ashi"), stocked.client("county_organizer")
    form = {"quantity": 20, "reason": "受潮", "witness": "任佳", "day": TODAY.isoformat()}
    done = organizer.post(reverse("certificates:stock_spoilage", args=[stocked.ashi.pk]), form, follow=True)
    assert "减少20本要等另一位管空白证本的同志确认" in done.content.decode()
    assert "刘洋登记报损减少20本，等另一人确认" in done.content.decode()
    url = reverse("certificates:stock_write_off", args=[StockWriteOff.objects.get().pk])
    own = organizer.get(url).content.decode()
    assert "等待另一人确认" in own
    assert "确认减少</button>" not in own
    assert [each.key for each in work(stocked.scope("organizer_ashi"), on=TODAY)] == []
    (waiting,) = work(stocked.scope("county_organizer"), on=TODAY)
    assert (waiting.key, waiting.items[0].url) == ("stock.write_offs", url)
    assert "请先点清实物" in county.post(url, {"confirmed": ""}).content.decode()
    assert left_at(stocked.ashi) == 60
    assert county.post(url, {"confirmed": "on"}).status_code == 303
    assert left_at(stocked.ashi) == 40
    assert "已由" in county.get(url).content.decode()
