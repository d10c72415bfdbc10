"""Blank booklets: what each deed changes, and what is refused."""

import pytest

from tests.world import TODAY, World
from zhibu.audit.models import AuditRecord
from zhibu.certificates.actions import stock
from zhibu.certificates.models import StockEntry, StockWriteOff
from zhibu.certificates.summaries.stock.balances import (
    balance_at,
    balance_under,
    check_no_blanks,
    findings_at,
)
from zhibu.certificates.tests.stock_steps import confirm, differences, hand_down, left_at, stock_up
from zhibu.core.access import Denied, Refused
from zhibu.organizations import actions as organizations


@pytest.fixture
def stocked(world: World) -> World:
    """The county has 500 blanks, Ashi 60."""
    return stock_up(world)


def test_blanks_go_down_to_a_branch_and_are_confirmed_by_the_receiver(stocked: World) -> None:
    parcel = hand_down(stocked)
    assert (left_at(stocked.ashi), left_at(stocked.a1)) == (40, 0)
    assert balance_under(stocked.ashi.path).on_the_way == 20
    confirm(stocked, parcel, 20)
    assert (left_at(stocked.ashi), left_at(stocked.a1)) == (40, 20)
    assert balance_at(stocked.a1).arrived == 20
    assert set(differences(stocked)) == {0}
    events = AuditRecord.objects.filter(event__startswith="certificates.stock.").order_by("pk")
    assert [each.event.rpartition(".")[2] for each in events] == ["received", "received", "sent", "arrived"]
    assert events[3].data == {"count": 20, "expected": 20, "counterpart": stocked.ashi.pk}


def test_the_sender_does_not_sign_for_the_receiver(stocked: World) -> None:
    parcel = hand_down(stocked)
    with pytest.raises(Refused, match=r"发出和签收要由两个人办.*请尔木村党支部的同志签收"):
        stock.confirm_transfer(
            by=stocked.scope("organizer_ashi"), transfer=parcel, received=20, day=TODAY, on=TODAY
        )
    for stranger in ("secretary_a2", "organizer_bashi", "inspector"):
        with pytest.raises(Denied):
            stock.confirm_transfer(
                by=stocked.scope(stranger), transfer=parcel, received=20, day=TODAY, on=TODAY
            )
    assert left_at(stocked.a1) == 0
    parcel.refresh_from_db()
    assert parcel.state == "sent"


def test_a_second_confirmation_is_told_who_was_quicker(stocked: World) -> None:
    parcel = hand_down(stocked)
    confirm(stocked, parcel, 20)
    with pytest.raises(Refused, match=f"已由阿措克布在{TODAY}签收20本"):
        stock.confirm_transfer(
            by=stocked.scope("county_organizer"), transfer=parcel, received=19, day=TODAY, on=TODAY
        )
    with pytest.raises(Refused, match=f"已由阿措克布在{TODAY}签收20本"):
        stock.recall_transfer(by=stocked.scope("organizer_ashi"), transfer=parcel, reason="发错了", on=TODAY)
    assert left_at(stocked.a1) == 20


@pytest.mark.parametrize(
    ("resolution", "ashi", "a1", "missing"),
    [("arrived", 40, 20, 0), ("kept", 43, 17, 0), ("lost", 40, 17, 3)],
)
def test_a_shortfall_is_a_finding_until_it_is_explained(
    stocked: World, resolution: str, ashi: int, a1: int, missing: int
) -> None:
    parcel = confirm(stocked, hand_down(stocked), 17)
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
    with pytest.raises(Refused, match="刘洋发出的"):
        stock.explain_shortfall(
            by=stocked.scope("organizer_ashi"),
            transfer=parcel,
            resolution=resolution,
            explanation="我自己查过",
            on=TODAY,
        )
    stock.explain_shortfall(
        by=stocked.scope("county_organizer"),
        transfer=parcel,
        resolution=resolution,
        explanation="问过送证的人",
        on=TODAY,
    )
    assert (left_at(stocked.ashi), left_at(stocked.a1)) == (ashi, a1)
    assert balance_at(stocked.ashi).missing == missing
    assert balance_under(stocked.ashi.path).shortfall == 0
    assert set(differences(stocked)) == {0}
    with pytest.raises(Refused, match="已由王芳说明过"):
        stock.explain_shortfall(
            by=stocked.scope("county_organizer"),
            transfer=parcel,
            resolution="lost",
            explanation="再说一遍",
            on=TODAY,
        )


def test_more_than_was_sent_cannot_arrive(stocked: World) -> None:
    with pytest.raises(Refused, match="实收21本，多于发出的20本"):
        confirm(stocked, hand_down(stocked), 21)
    assert left_at(stocked.a1) == 0


def test_a_parcel_declined_or_recalled_stands_with_the_sender_again(stocked: World) -> None:
    stock.decline_transfer(
        by=stocked.scope("secretary_a1"), transfer=hand_down(stocked), reason="印错了村名", on=TODAY
    )
    recalled = hand_down(stocked)
    stock.recall_transfer(by=stocked.scope("organizer_ashi"), transfer=recalled, reason="发错了", on=TODAY)
    with pytest.raises(Refused, match=f"已由发出方刘洋在{TODAY}撤回"):
        confirm(stocked, recalled, 20)
    assert (left_at(stocked.ashi), left_at(stocked.a1)) == (60, 0)
    assert balance_at(stocked.ashi).sent == 0
    assert set(differences(stocked)) == {0}


def test_a_branch_moved_meanwhile_still_gets_what_was_sent_to_it(stocked: World) -> None:
    parcel = hand_down(stocked)
    stocked.a1.parent, stocked.a1.path = stocked.bashi, f"{stocked.bashi.path}{stocked.a1.pk}."
    stocked.a1.save()
    parcel.refresh_from_db()
    stock.confirm_transfer(
        by=stocked.scope("county_organizer"), transfer=parcel, received=20, day=TODAY, on=TODAY
    )
    assert left_at(stocked.a1) == 20
    assert set(differences(stocked)) == {0}


def test_a_unit_with_blanks_is_not_dissolved(stocked: World) -> None:
    parcel = hand_down(stocked)
    with pytest.raises(Refused, match="尔木村党支部收发的空白证本还没有签收或说明完"):
        check_no_blanks(stocked.a1)
    confirm(stocked, parcel, 20)
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
    confirm(stocked, hand_down(stocked), 20)
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
    assert (left_at(stocked.ashi), left_at(stocked.a1)) == (45, 15)


def test_stock_is_never_below_zero(stocked: World) -> None:
    with pytest.raises(Refused, match="阿市镇党委现在能动用的空白证本只有60本，不够61本"):
        hand_down(stocked, 61)
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
    hand_down(stocked, 60)
    with pytest.raises(Refused, match="只有0本，不够60本"):
        stock.reverse_entry(by=stocked.scope("organizer_ashi"), entry=entry, reason="送货单看错", on=TODAY)
    assert left_at(stocked.ashi) == 0
    assert StockEntry.objects.filter(organization=stocked.ashi).count() == 2


def test_a_branch_does_not_buy_from_the_printer(stocked: World) -> None:
    with pytest.raises(Refused, match="尔木村党支部的空白证本由上级发放"):
        stock.receive_blanks(
            by=stocked.scope("secretary_a1"), organization=stocked.a1, quantity=5, day=TODAY, on=TODAY
        )
    assert left_at(stocked.a1) == 0


def spoil(world: World, quantity: int, by: str = "organizer_ashi") -> StockEntry | StockWriteOff:
    return stock.spoil_blanks(
        by=world.scope(by),
        organization=world.ashi,
        quantity=quantity,
        reason="套打错位",
        witness="任佳",
        day=TODAY,
        on=TODAY,
    )


def test_spoiling_many_waits_for_a_second_person_and_names_stay_out_of_the_log(stocked: World) -> None:
    waiting = spoil(stocked, 6)
    assert isinstance(waiting, StockWriteOff)
    assert waiting.note == "套打错位（见证人任佳）"
    assert left_at(stocked.ashi) == 60
    with pytest.raises(Refused, match="这一笔是刘洋登记的，登记的人不能自己确认"):
        stock.confirm_write_off(by=stocked.scope("organizer_ashi"), write_off=waiting, on=TODAY)
    with pytest.raises(Refused, match="不包括这项操作"):
        stock.confirm_write_off(by=stocked.scope("organizer_bashi"), write_off=waiting, on=TODAY)
    assert left_at(stocked.ashi) == 60
    stock.confirm_write_off(by=stocked.scope("county_organizer"), write_off=waiting, on=TODAY)
    assert left_at(stocked.ashi) == 54
    assert AuditRecord.objects.get(event="certificates.stock.spoiled").data == {"count": 6}
    assert balance_at(stocked.ashi).spoiled == 6
    with pytest.raises(Refused, match="办结，不用再办"):
        stock.confirm_write_off(by=stocked.scope("county_organizer_2"), write_off=waiting, on=TODAY)


def test_many_do_not_leave_in_small_numbers(stocked: World) -> None:
    assert isinstance(spoil(stocked, 3), StockEntry)
    back = spoil(stocked, 2)
    assert isinstance(back, StockEntry)
    waiting = spoil(stocked, 1)
    assert isinstance(waiting, StockWriteOff)
    assert left_at(stocked.ashi) == 55
    stock.reverse_entry(by=stocked.scope("organizer_ashi"), entry=back, reason="晾干还能用", on=TODAY)
    assert isinstance(spoil(stocked, 2), StockEntry)
    assert isinstance(spoil(stocked, 1), StockWriteOff)


def test_what_two_people_wrote_off_and_one_put_back_gives_that_one_nothing(stocked: World) -> None:
    organizer = stocked.scope("organizer_ashi")
    waiting = spoil(stocked, 20)
    assert isinstance(waiting, StockWriteOff)
    stock.confirm_write_off(by=stocked.scope("county_organizer"), write_off=waiting, on=TODAY)
    entry = StockEntry.objects.get(organization=stocked.ashi, kind="spoiled")
    stock.reverse_entry(by=organizer, entry=entry, reason="晾干还能用", on=TODAY)
    assert left_at(stocked.ashi) == 60
    assert isinstance(spoil(stocked, 6), StockWriteOff)


def test_a_proposal_not_agreed_leaves_the_books_and_the_next_count_alone(stocked: World) -> None:
    waiting = spoil(stocked, 20)
    assert isinstance(waiting, StockWriteOff)
    county = stocked.scope("county_organizer")
    with pytest.raises(Refused, match="还在等另一人确认"):
        stock.count_blanks(by=county, organization=stocked.ashi, counted=40, on=TODAY)
    stock.decline_write_off(by=county, write_off=waiting, reason="柜子里还在", on=TODAY)
    assert left_at(stocked.ashi) == 60
    assert stock.count_blanks(by=county, organization=stocked.ashi, counted=60, on=TODAY).expected == 60
    assert set(differences(stocked)) == {0}


def test_a_delivery_of_many_is_taken_back_by_two(stocked: World) -> None:
    entry = StockEntry.objects.get(organization=stocked.ashi)
    organizer = stocked.scope("organizer_ashi")
    waiting = stock.reverse_entry(by=organizer, entry=entry, reason="重复登记", on=TODAY)
    assert isinstance(waiting, StockWriteOff)
    with pytest.raises(Refused, match="正等另一人确认"):
        stock.reverse_entry(by=organizer, entry=entry, reason="重复登记", on=TODAY)
    stock.confirm_write_off(by=stocked.scope("county_organizer"), write_off=waiting, on=TODAY)
    assert left_at(stocked.ashi) == 0
    assert set(differences(stocked)) == {0}


def test_a_mistake_is_reversed_once_by_another_entry(stocked: World) -> None:
    organizer = stocked.scope("organizer_ashi")
    spoiled = stock.spoil_blanks(
        by=organizer, organization=stocked.ashi, quantity=4, reason="受潮", day=TODAY, on=TODAY
    )
    assert isinstance(spoiled, StockEntry)
    reversal = stock.reverse_entry(by=organizer, entry=spoiled, reason="晾干还能用", on=TODAY)
    assert (left_at(stocked.ashi), balance_at(stocked.ashi).spoiled) == (60, 0)
    assert isinstance(reversal, StockEntry)
    with pytest.raises(Refused, match="已经冲正过"):
        stock.reverse_entry(by=organizer, entry=spoiled, reason="再来一次", on=TODAY)
    with pytest.raises(Refused, match="本身就是冲正"):
        stock.reverse_entry(by=organizer, entry=reversal, reason="再来一次", on=TODAY)
    sent = StockEntry.objects.get(transfer=hand_down(stocked))
    with pytest.raises(Refused, match="还在路上的请撤回"):
        stock.reverse_entry(by=organizer, entry=sent, reason="发错了", on=TODAY)
    assert set(differences(stocked)) == {0}


def test_a_count_that_differs_is_a_finding_until_explained(stocked: World) -> None:
    organizer = stocked.scope("organizer_ashi")
    count = stock.count_blanks(by=organizer, organization=stocked.ashi, counted=57, on=TODAY)
    assert left_at(stocked.ashi) == 60
    with pytest.raises(Refused, match="只有57本，不够58本"):
        hand_down(stocked, 58)
    stock.explain_count(by=organizer, count=count, explanation="10月发放漏登", on=TODAY)
    assert (left_at(stocked.ashi), balance_at(stocked.ashi).missing) == (57, 3)
    assert findings_at(organizer, stocked.ashi).counts == []
    with pytest.raises(Refused, match="已由刘洋说明过"):
        stock.explain_count(by=organizer, count=count, explanation="再说一遍", on=TODAY)
    with pytest.raises(Refused, match="盘点形成的增减不能冲正"):
        stock.reverse_entry(
            by=organizer, entry=StockEntry.objects.get(kind="missing"), reason="数错了", on=TODAY
        )
    assert set(differences(stocked)) == {0}


def test_a_later_count_takes_the_place_of_one_nobody_explained(stocked: World) -> None:
    organizer = stocked.scope("organizer_ashi")
    wrong = stock.count_blanks(by=organizer, organization=stocked.ashi, counted=50, on=TODAY)
    right = stock.count_blanks(by=organizer, organization=stocked.ashi, counted=60, on=TODAY)
    wrong.refresh_from_db()
    assert wrong.explanation == f"以{TODAY}重新盘点的数为准。"
    assert findings_at(organizer, stocked.ashi).counts == []
    assert left_at(stocked.ashi) == 60
    with pytest.raises(Refused, match="账实相符"):
        stock.explain_count(by=organizer, count=right, explanation="没有差额", on=TODAY)


def test_many_missing_are_written_off_by_two_people(stocked: World) -> None:
    organizer = stocked.scope("organizer_ashi")
    count = stock.count_blanks(by=organizer, organization=stocked.ashi, counted=20, on=TODAY)
    waiting = stock.explain_count(by=organizer, count=count, explanation="漏雨泡坏", witness="任佳", on=TODAY)
    assert isinstance(waiting, StockWriteOff)
    assert left_at(stocked.ashi) == 60
    with pytest.raises(Refused, match="已由刘洋登记，正等另一人确认"):
        stock.explain_count(by=organizer, count=count, explanation="再说一遍", on=TODAY)
    with pytest.raises(Refused, match="登记的人不能自己确认"):
        stock.confirm_write_off(by=organizer, write_off=waiting, on=TODAY)
    stock.confirm_write_off(by=stocked.scope("county_organizer"), write_off=waiting, on=TODAY)
    count.refresh_from_db()
    assert (left_at(stocked.ashi), count.explained_by) == (20, "刘洋")
    assert set(differences(stocked)) == {0}
