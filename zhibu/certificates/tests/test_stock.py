"""Blank booklets: what each deed changes, what is refused, what a second click does, what the pages show."""

import io
from collections.abc import Iterator
from uuid import uuid4

import openpyxl
import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.things import printed
from tests.world import NOW, TODAY, World
from zhibu.audit.models import AuditRecord
from zhibu.certificates import actions
from zhibu.certificates.actions import stock
from zhibu.certificates.models import Booklet, StockCount, StockEntry, StockTransfer
from zhibu.certificates.policies import BOOKLET
from zhibu.certificates.summaries.stock import (
    balance_at,
    balance_under,
    check_no_blanks,
    findings_at,
    places_under,
    remaining_at,
    work,
)
from zhibu.core.access import Denied, Refused
from zhibu.organizations import actions as organizations
from zhibu.organizations.models import Organization
from zhibu.rulebook.models import PolicyVersion


@pytest.fixture
def stocked(world: World) -> World:
    """The county has 500 blanks, Ashi 60."""
    county = world.scope("county_organizer")
    stock.receive_blanks(by=county, organization=world.county, quantity=500, day=TODAY, on=TODAY)
    stock.receive_blanks(
        by=world.scope("organizer_ashi"), organization=world.ashi, quantity=60, day=TODAY, on=TODAY
    )
    return world


def _hand_down(world: World, quantity: int = 20) -> StockTransfer:
    """Ashi sends blanks to A1."""
    return stock.send_blanks(
        by=world.scope("organizer_ashi"),
        from_organization=world.ashi,
        to_organization=world.a1,
        quantity=quantity,
        day=TODAY,
        on=TODAY,
    )


def _confirm(world: World, parcel: StockTransfer, received: int) -> StockTransfer:
    return stock.confirm_transfer(
        by=world.scope("secretary_a1"), transfer=parcel, received=received, day=TODAY, on=TODAY
    )


def _left(organization: Organization) -> int:
    return remaining_at([organization.pk])[organization.pk]


def _levels(world: World) -> Iterator[int]:
    for place in (world.county, world.ashi, world.bashi, world.a1, world.a2, world.b1):
        yield balance_at(place).difference
        yield balance_under(place.path).difference


def _use_stock() -> None:
    values = BOOKLET.shipped().model_dump(mode="json") | {"use_blank_stock": True}
    PolicyVersion.objects.create(
        policy="booklet",
        number=1,
        values=values,
        reason="启用空白证本",
        state="confirmed",
        effective_from=TODAY,
        drafted_at=NOW,
    )


def test_blanks_go_down_to_a_branch_and_are_confirmed_by_the_receiver(stocked: World) -> None:
    parcel = _hand_down(stocked)
    assert (_left(stocked.ashi), _left(stocked.a1)) == (40, 0)
    assert balance_under(stocked.ashi.path).on_the_way == 20
    _confirm(stocked, parcel, 20)
    assert (_left(stocked.ashi), _left(stocked.a1)) == (40, 20)
    assert balance_at(stocked.a1).arrived == 20
    assert set(_levels(stocked)) == {0}
    events = AuditRecord.objects.filter(event__startswith="certificates.stock.").order_by("pk")
    assert [each.event.rpartition(".")[2] for each in events] == ["received", "received", "sent", "arrived"]
    assert events[3].data == {"count": 20, "expected": 20, "counterpart": stocked.ashi.pk}


def test_the_sender_does_not_sign_for_the_receiver(stocked: World) -> None:
    parcel = _hand_down(stocked)
    with pytest.raises(Refused, match=r"发出和签收要由两个人办.*请尔木村党支部的同志签收"):
        stock.confirm_transfer(
            by=stocked.scope("organizer_ashi"), transfer=parcel, received=20, day=TODAY, on=TODAY
        )
    for stranger in ("secretary_a2", "organizer_bashi", "inspector"):
        with pytest.raises(Denied):
            stock.confirm_transfer(
                by=stocked.scope(stranger), transfer=parcel, received=20, day=TODAY, on=TODAY
            )
    assert _left(stocked.a1) == 0
    parcel.refresh_from_db()
    assert parcel.state == "sent"


def test_a_second_confirmation_is_told_who_was_quicker(stocked: World) -> None:
    parcel = _hand_down(stocked)
    _confirm(stocked, parcel, 20)
    with pytest.raises(Refused, match="已由阿措克布在2026-11-24签收20本"):
        stock.confirm_transfer(
            by=stocked.scope("county_organizer"), transfer=parcel, received=19, day=TODAY, on=TODAY
        )
    with pytest.raises(Refused, match="已由阿措克布在2026-11-24签收20本"):
        stock.recall_transfer(by=stocked.scope("organizer_ashi"), transfer=parcel, reason="发错了", on=TODAY)
    assert _left(stocked.a1) == 20


@pytest.mark.parametrize(
    ("resolution", "ashi", "a1", "missing"),
    [("arrived", 40, 20, 0), ("kept", 43, 17, 0), ("lost", 40, 17, 3)],
)
def test_a_shortfall_is_a_finding_until_it_is_explained(
    stocked: World, resolution: str, ashi: int, a1: int, missing: int
) -> None:
    parcel = _confirm(stocked, _hand_down(stocked), 17)
    assert balance_under(stocked.ashi.path).shortfall == 3
    assert [each.pk for each in findings_at(stocked.scope("secretary_a1"), stocked.a1).shortfalls] == [
        parcel.pk
    ]
    with pytest.raises(Denied):
        stock.explain_shortfall(
            by=stocked.scope("secretary_a1"),
            transfer=parcel,
            resolution=resolution,
            explanation="路上少的",
            on=TODAY,
        )
    stock.explain_shortfall(
        by=stocked.scope("organizer_ashi"),
        transfer=parcel,
        resolution=resolution,
        explanation="问过送证的人",
        on=TODAY,
    )
    assert (_left(stocked.ashi), _left(stocked.a1)) == (ashi, a1)
    assert balance_at(stocked.ashi).missing == missing
    assert balance_under(stocked.ashi.path).shortfall == 0
    assert set(_levels(stocked)) == {0}
    with pytest.raises(Refused, match="已由刘洋说明过"):
        stock.explain_shortfall(
            by=stocked.scope("organizer_ashi"),
            transfer=parcel,
            resolution="lost",
            explanation="再说一遍",
            on=TODAY,
        )


def test_more_than_was_sent_cannot_arrive(stocked: World) -> None:
    with pytest.raises(Refused, match="实收21本，多于发出的20本"):
        _confirm(stocked, _hand_down(stocked), 21)
    assert _left(stocked.a1) == 0


def test_a_parcel_declined_or_recalled_stands_with_the_sender_again(stocked: World) -> None:
    stock.decline_transfer(
        by=stocked.scope("secretary_a1"), transfer=_hand_down(stocked), reason="印错了村名", on=TODAY
    )
    recalled = _hand_down(stocked)
    stock.recall_transfer(by=stocked.scope("organizer_ashi"), transfer=recalled, reason="发错了", on=TODAY)
    with pytest.raises(Refused, match="已由发出方刘洋在2026-11-24撤回"):
        _confirm(stocked, recalled, 20)
    assert (_left(stocked.ashi), _left(stocked.a1)) == (60, 0)
    assert balance_at(stocked.ashi).sent == 0
    assert set(_levels(stocked)) == {0}


def test_a_branch_moved_meanwhile_still_gets_what_was_sent_to_it(stocked: World) -> None:
    parcel = _hand_down(stocked)
    stocked.a1.parent, stocked.a1.path = stocked.bashi, f"{stocked.bashi.path}{stocked.a1.pk}."
    stocked.a1.save()
    parcel.refresh_from_db()
    stock.confirm_transfer(
        by=stocked.scope("county_organizer"), transfer=parcel, received=20, day=TODAY, on=TODAY
    )
    assert _left(stocked.a1) == 20
    assert set(_levels(stocked)) == {0}


def test_a_unit_with_blanks_is_not_dissolved(stocked: World) -> None:
    parcel = _hand_down(stocked)
    with pytest.raises(Refused, match="尔木村党支部收发的空白证本还没有签收或说明完"):
        check_no_blanks(stocked.a1)
    _confirm(stocked, parcel, 20)
    with pytest.raises(Refused, match="尔木村党支部还有20本空白证本"):
        check_no_blanks(stocked.a1)
    empty = organizations.close_organization(
        by=stocked.scope("county_organizer"), organization=stocked.b1, closed_on=TODAY, on=TODAY
    )
    assert empty.closed_on == TODAY
    with pytest.raises(Refused, match="团结村党支部已经撤销，不能再收发空白证本"):
        stock.send_blanks(
            by=stocked.scope("county_organizer"),
            from_organization=stocked.county,
            to_organization=empty,
            quantity=1,
            day=TODAY,
            on=TODAY,
        )


def test_a_branch_sends_back_to_its_committee(stocked: World) -> None:
    _confirm(stocked, _hand_down(stocked), 20)
    parcel = stock.send_blanks(
        by=stocked.scope("secretary_a1"),
        from_organization=stocked.a1,
        to_organization=stocked.ashi,
        quantity=5,
        day=TODAY,
        on=TODAY,
    )
    stock.confirm_transfer(
        by=stocked.scope("organizer_ashi"), transfer=parcel, received=5, day=TODAY, on=TODAY
    )
    assert balance_at(stocked.ashi).returned == 5
    assert (_left(stocked.ashi), _left(stocked.a1)) == (45, 15)


def test_stock_is_never_below_zero(stocked: World) -> None:
    with pytest.raises(Refused, match="阿市镇党委现在能动用的空白证本只有60本，不够61本"):
        _hand_down(stocked, 61)
    with pytest.raises(Refused, match="尔木村党支部现在能动用的空白证本只有0本"):
        stock.spoil_blanks(
            by=stocked.scope("secretary_a1"),
            organization=stocked.a1,
            quantity=1,
            reason="受潮",
            day=TODAY,
            on=TODAY,
        )
    entry = StockEntry.objects.get(organization=stocked.ashi)
    _hand_down(stocked, 60)
    with pytest.raises(Refused, match="只有0本，不够60本"):
        stock.reverse_entry(by=stocked.scope("organizer_ashi"), entry=entry, reason="送货单看错", on=TODAY)
    assert _left(stocked.ashi) == 0
    assert StockEntry.objects.filter(organization=stocked.ashi).count() == 2


def test_a_branch_does_not_buy_from_the_printer(stocked: World) -> None:
    with pytest.raises(Refused, match="尔木村党支部的空白证本由上级发放"):
        stock.receive_blanks(
            by=stocked.scope("secretary_a1"), organization=stocked.a1, quantity=5, day=TODAY, on=TODAY
        )
    assert _left(stocked.a1) == 0


def test_spoiling_many_needs_a_second_name_that_stays_out_of_the_log(stocked: World) -> None:
    organizer = stocked.scope("organizer_ashi")
    with pytest.raises(Refused, match="要有第二个人在场"):
        stock.spoil_blanks(
            by=organizer, organization=stocked.ashi, quantity=6, reason="套打错位", day=TODAY, on=TODAY
        )
    entry = stock.spoil_blanks(
        by=organizer,
        organization=stocked.ashi,
        quantity=6,
        reason="套打错位",
        witness="任佳",
        day=TODAY,
        on=TODAY,
    )
    assert entry.note == "套打错位（见证人任佳）"
    assert AuditRecord.objects.get(event="certificates.stock.spoiled").data == {"count": 6}
    assert balance_at(stocked.ashi).spoiled == 6


def test_a_mistake_is_reversed_once_by_another_entry(stocked: World) -> None:
    organizer = stocked.scope("organizer_ashi")
    spoiled = stock.spoil_blanks(
        by=organizer, organization=stocked.ashi, quantity=4, reason="受潮", day=TODAY, on=TODAY
    )
    reversal = stock.reverse_entry(by=organizer, entry=spoiled, reason="晾干还能用", on=TODAY)
    assert (_left(stocked.ashi), balance_at(stocked.ashi).spoiled) == (60, 0)
    with pytest.raises(Refused, match="已经冲正过"):
        stock.reverse_entry(by=organizer, entry=spoiled, reason="再来一次", on=TODAY)
    with pytest.raises(Refused, match="本身就是冲正"):
        stock.reverse_entry(by=organizer, entry=reversal, reason="再来一次", on=TODAY)
    sent = StockEntry.objects.get(transfer=_hand_down(stocked))
    with pytest.raises(Refused, match="还在路上的请撤回"):
        stock.reverse_entry(by=organizer, entry=sent, reason="发错了", on=TODAY)
    assert set(_levels(stocked)) == {0}


def test_a_count_that_differs_is_a_finding_until_explained(stocked: World) -> None:
    organizer = stocked.scope("organizer_ashi")
    count = stock.count_blanks(by=organizer, organization=stocked.ashi, counted=57, on=TODAY)
    assert _left(stocked.ashi) == 60
    with pytest.raises(Refused, match="只有57本，不够58本"):
        _hand_down(stocked, 58)
    stock.explain_count(by=organizer, count=count, explanation="10月发放漏登", on=TODAY)
    assert (_left(stocked.ashi), balance_at(stocked.ashi).missing) == (57, 3)
    assert findings_at(organizer, stocked.ashi).counts == []
    with pytest.raises(Refused, match="已由刘洋说明过"):
        stock.explain_count(by=organizer, count=count, explanation="再说一遍", on=TODAY)
    with pytest.raises(Refused, match="盘点形成的增减不能冲正"):
        stock.reverse_entry(
            by=organizer, entry=StockEntry.objects.get(kind="missing"), reason="数错了", on=TODAY
        )
    assert set(_levels(stocked)) == {0}


def test_a_later_count_takes_the_place_of_one_nobody_explained(stocked: World) -> None:
    organizer = stocked.scope("organizer_ashi")
    wrong = stock.count_blanks(by=organizer, organization=stocked.ashi, counted=50, on=TODAY)
    right = stock.count_blanks(by=organizer, organization=stocked.ashi, counted=60, on=TODAY)
    wrong.refresh_from_db()
    assert wrong.explanation == "以2026-11-24重新盘点的数为准。"
    assert findings_at(organizer, stocked.ashi).counts == []
    assert _left(stocked.ashi) == 60
    with pytest.raises(Refused, match="账实相符"):
        stock.explain_count(by=organizer, count=right, explanation="没有差额", on=TODAY)


def test_many_missing_are_written_off_by_two_names(stocked: World) -> None:
    organizer = stocked.scope("organizer_ashi")
    count = stock.count_blanks(by=organizer, organization=stocked.ashi, counted=40, on=TODAY)
    with pytest.raises(Refused, match="要有第二个人在场"):
        stock.explain_count(by=organizer, count=count, explanation="漏雨泡坏", on=TODAY)
    stock.explain_count(by=organizer, count=count, explanation="漏雨泡坏", witness="任佳", on=TODAY)
    assert _left(stocked.ashi) == 40


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
    assert _left(stocked.ashi) == 60 + 10 - 7 - 2
    assert (StockTransfer.objects.count(), StockCount.objects.count()) == (1, 1)


def test_handing_over_leaves_blanks_alone_unless_the_county_says_so(stocked: World) -> None:
    printed(stocked)
    _hand_over(stocked)
    assert _left(stocked.ashi) == 60
    assert not StockEntry.objects.filter(kind="issued").exists()


def _hand_over(world: World) -> int:
    return actions.hand_over(
        by=world.scope("organizer_ashi"),
        organization=world.ashi,
        handed_over_on=TODAY,
        receiver="",
        on=TODAY,
    )


def test_handing_over_uses_the_branch_s_blanks_then_its_committee_s(stocked: World) -> None:
    _use_stock()
    _confirm(stocked, _hand_down(stocked, 2), 2)
    printed(stocked)
    assert _hand_over(stocked) == 3
    assert (_left(stocked.a1), _left(stocked.ashi)) == (0, 57)
    assert balance_under(stocked.ashi.path).issued == 3
    assert _hand_over(stocked) == 0
    assert balance_under(stocked.ashi.path).issued == 3
    assert set(_levels(stocked)) == {0}


def test_handing_over_is_refused_as_a_whole_when_blanks_are_lacking(world: World) -> None:
    _use_stock()
    stock.receive_blanks(
        by=world.scope("organizer_ashi"), organization=world.ashi, quantity=2, day=TODAY, on=TODAY
    )
    printed(world)
    with pytest.raises(
        Refused, match="要用3本空白证本，尔木村党支部、阿市镇党委一共只有2本，差1本"
    ) as refusal:
        _hand_over(world)
    assert "请先由上级发放空白证本" in refusal.value.next_step
    assert _left(world.ashi) == 2
    assert not Booklet.objects.filter(state="issued").exists()


def test_use_by_hand_is_entered_only_where_handing_over_does_not_count(stocked: World) -> None:
    organizer = stocked.scope("organizer_ashi")
    stock.enter_use(by=organizer, organization=stocked.ashi, quantity=3, note="", day=TODAY, on=TODAY)
    assert balance_at(stocked.ashi).issued == 3
    _use_stock()
    with pytest.raises(Refused, match="自动扣减空白证本，不用另外登记"):
        stock.enter_use(by=organizer, organization=stocked.ashi, quantity=3, note="", day=TODAY, on=TODAY)
    assert _left(stocked.ashi) == 57


DEEDS = ("receive", "send", "confirm", "decline", "spoil", "count", "explain", "shortfall", "use")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 30)), min_size=8, max_size=20))
def test_the_balance_in_the_database_is_zero_after_any_deeds(
    world: World, deeds: list[tuple[str, int]]
) -> None:
    for deed, number in deeds:
        _try(world, deed, number)
        assert set(_levels(world)) == {0}
        assert min(remaining_at([world.county.pk, world.ashi.pk, world.a1.pk]).values()) >= 0


def _try(world: World, deed: str, number: int) -> None:
    county, clerk = world.scope("county_organizer"), world.scope("secretary_a1")
    parcel = StockTransfer.objects.filter(state="sent").first()
    short = StockTransfer.objects.filter(state="received", explained_at=None).first()
    count = StockCount.objects.filter(explained_at=None).first()
    places = (world.county, world.ashi, world.a1)
    at, to = places[number % 3], places[number // 3 % 3]
    deeds = {
        "receive": lambda: stock.receive_blanks(
            by=county, organization=at, quantity=number, day=TODAY, on=TODAY
        ),
        "send": lambda: stock.send_blanks(
            by=county, from_organization=at, to_organization=to, quantity=number, day=TODAY, on=TODAY
        ),
        "confirm": lambda: (
            parcel and stock.confirm_transfer(by=clerk, transfer=parcel, received=number, day=TODAY, on=TODAY)
        ),
        "decline": lambda: (
            parcel and stock.decline_transfer(by=clerk, transfer=parcel, reason="不收", on=TODAY)
        ),
        "spoil": lambda: stock.spoil_blanks(
            by=county, organization=at, quantity=number, reason="受潮", witness="任佳", day=TODAY, on=TODAY
        ),
        "count": lambda: stock.count_blanks(by=county, organization=at, counted=number, on=TODAY),
        "explain": lambda: (
            count
            and stock.explain_count(by=county, count=count, explanation="漏登", witness="任佳", on=TODAY)
        ),
        "shortfall": lambda: (
            short
            and stock.explain_shortfall(
                by=county,
                transfer=short,
                resolution=("arrived", "kept", "lost")[number % 3],
                explanation="问过",
                on=TODAY,
            )
        ),
        "use": lambda: stock.use_blanks(by=county, organization=world.a1, quantity=number, on=TODAY),
    }
    try:
        deeds[deed]()
    except Refused:
        return


def test_the_page_shows_balance_parcels_and_findings(stocked: World) -> None:
    _hand_down(stocked, 7)
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
    assert answer.status_code == 200
    assert "能动用的空白证本只有60本，不够61本" in page
    assert "请先盘点，或等上级发的证本签收后再登记" in page
    assert not StockTransfer.objects.exists()


def test_a_clerk_confirms_on_the_page_with_what_really_arrived(stocked: World) -> None:
    parcel = _hand_down(stocked)
    client = stocked.client("secretary_a1")
    url = reverse("certificates:stock_arrival", args=[parcel.pk])
    assert 'value="20"' in client.get(url).content.decode()
    done = client.post(url, {"received": 18, "day": TODAY.isoformat()}, follow=True).content.decode()
    assert "已签收18本，差的列为差额，等上级查清" in done
    assert "差2本还没有查清去向" in done
    assert "由两头的上级说明" in done


def test_those_below_are_listed_with_what_is_left_and_what_does_not_agree(stocked: World) -> None:
    _confirm(stocked, _hand_down(stocked), 18)
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
    _hand_down(stocked)
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
    parcel = _hand_down(stocked)
    waiting = work(stocked.scope("secretary_a1"), on=TODAY)
    assert [(each.key, each.total) for each in waiting] == [("stock.incoming", 1)]
    assert waiting[0].items[0].title == "阿市镇党委发来空白证本20本"
    assert work(stocked.scope("organizer_ashi"), on=TODAY) == []
    late = work(stocked.scope("organizer_ashi"), on=TODAY.replace(month=12))
    assert [each.key for each in late] == ["stock.unconfirmed"]
    _confirm(stocked, parcel, 19)
    found = work(stocked.scope("organizer_ashi"), on=TODAY)
    assert [(each.key, each.total) for each in found] == [("stock.findings", 1)]
    assert found[0].items[0].title == "尔木村党支部签收少了1本"
    assert work(stocked.scope("member_a1"), on=TODAY) == []
