"""Blank booklets used up by handing over, and the balance in the database after any deeds."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.things import printed
from tests.world import TODAY, World
from zhibu.certificates import actions
from zhibu.certificates.actions import stock
from zhibu.certificates.models import Booklet, StockCount, StockEntry, StockTransfer, StockWriteOff
from zhibu.certificates.summaries.stock.balances import (
    OPEN_COUNT,
    OPEN_SHORTFALL,
    balance_at,
    balance_under,
    remaining_at,
)
from zhibu.certificates.tests.stock_steps import (
    confirm,
    differences,
    hand_down,
    left_at,
    stock_up,
    use_stock,
)
from zhibu.core.access import Refused


@pytest.fixture
def stocked(world: World) -> World:
    """The county has 500 blanks, Ashi 60."""
    return stock_up(world)


def test_handing_over_leaves_blanks_alone_unless_the_county_says_so(stocked: World) -> None:
    printed(stocked)
    _hand_over(stocked)
    assert left_at(stocked.ashi) == 60
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
    use_stock()
    confirm(stocked, hand_down(stocked, 2), 2)
    printed(stocked)
    assert _hand_over(stocked) == 3
    assert (left_at(stocked.a1), left_at(stocked.ashi)) == (0, 57)
    assert balance_under(stocked.ashi.path).issued == 3
    assert _hand_over(stocked) == 0
    assert balance_under(stocked.ashi.path).issued == 3
    assert set(differences(stocked)) == {0}


def test_handing_over_is_refused_as_a_whole_when_blanks_are_lacking(world: World) -> None:
    use_stock()
    stock.receive_blanks(
        by=world.scope("organizer_ashi"), organization=world.ashi, quantity=2, day=TODAY, on=TODAY
    )
    printed(world)
    with pytest.raises(
        Refused, match="要用3本空白证本，尔木村党支部、阿市镇党委一共只有2本，差1本"
    ) as refusal:
        _hand_over(world)
    assert "请先由上级发放空白证本" in refusal.value.next_step
    assert left_at(world.ashi) == 2
    assert not Booklet.objects.filter(state="issued").exists()


def test_use_by_hand_is_entered_only_where_handing_over_does_not_count(stocked: World) -> None:
    organizer = stocked.scope("organizer_ashi")
    stock.enter_use(by=organizer, organization=stocked.ashi, quantity=3, note="", day=TODAY, on=TODAY)
    assert balance_at(stocked.ashi).issued == 3
    use_stock()
    with pytest.raises(Refused, match="自动扣减空白证本，不用另外登记"):
        stock.enter_use(by=organizer, organization=stocked.ashi, quantity=3, note="", day=TODAY, on=TODAY)
    assert left_at(stocked.ashi) == 57


DEEDS = ("receive", "send", "confirm", "decline", "spoil", "agree", "count", "explain", "shortfall", "use")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 30)), min_size=8, max_size=20))
def test_the_balance_in_the_database_is_zero_after_any_deeds(
    world: World, deeds: list[tuple[str, int]]
) -> None:
    for deed, number in deeds:
        _try(world, deed, number)
        assert set(differences(world)) == {0}
        assert min(remaining_at([world.county.pk, world.ashi.pk, world.a1.pk]).values()) >= 0


def _try(world: World, deed: str, number: int) -> None:
    county, other = world.scope("county_organizer"), world.scope("county_organizer_2")
    parcel = StockTransfer.objects.filter(state="sent").first()
    short = StockTransfer.objects.filter(OPEN_SHORTFALL).first()
    count = StockCount.objects.filter(OPEN_COUNT).first()
    waiting = StockWriteOff.objects.filter(state="proposed").first()
    places = (world.county, world.ashi, world.a1)
    at, to = places[number % 3], places[number // 3 % 3]
    deeds: dict[str, Callable[[], object]] = {
        "receive": lambda: stock.receive_blanks(
            by=county, organization=at, quantity=number, day=TODAY, on=TODAY
        ),
        "send": lambda: stock.send_blanks(
            by=county, from_organization=at, to_organization=to, quantity=number, day=TODAY, on=TODAY
        ),
        "confirm": lambda: (
            parcel and stock.confirm_transfer(by=other, transfer=parcel, received=number, day=TODAY, on=TODAY)
        ),
        "decline": lambda: (
            parcel and stock.decline_transfer(by=other, transfer=parcel, reason="不收", on=TODAY)
        ),
        "spoil": lambda: stock.spoil_blanks(
            by=county, organization=at, quantity=number, reason="受潮", witness="任佳", day=TODAY, on=TODAY
        ),
        "agree": lambda: waiting and stock.confirm_write_off(by=other, write_off=waiting, on=TODAY),
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
