"""Steps of the tests about blank booklets."""

from collections.abc import Iterator

from tests.world import NOW, TODAY, World
from zhibu.certificates.actions import stock
from zhibu.certificates.models import StockTransfer
from zhibu.certificates.policies import BOOKLET
from zhibu.certificates.summaries.stock.balances import balance_at, balance_under, remaining_at
from zhibu.organizations.models import Organization
from zhibu.rulebook.models import PolicyVersion


def stock_up(world: World) -> World:
    """The county has 500 blanks, Ashi 60."""
    county = world.scope("county_organizer")
    stock.receive_blanks(by=county, organization=world.county, quantity=500, day=TODAY, on=TODAY)
    stock.receive_blanks(
        by=world.scope("organizer_ashi"), organization=world.ashi, quantity=60, day=TODAY, on=TODAY
    )
    return world


def hand_down(world: World, quantity: int = 20) -> StockTransfer:
    """Ashi sends blanks to A1."""
    return stock.send_blanks(
        by=world.scope("organizer_ashi"),
        from_organization=world.ashi,
        to_organization=world.a1,
        quantity=quantity,
        day=TODAY,
        on=TODAY,
    )


def confirm(world: World, parcel: StockTransfer, received: int) -> StockTransfer:
    """The clerk of A1 counted the parcel."""
    return stock.confirm_transfer(
        by=world.scope("secretary_a1"), transfer=parcel, received=received, day=TODAY, on=TODAY
    )


def left_at(organization: Organization) -> int:
    """What the books say lies there."""
    return remaining_at([organization.pk])[organization.pk]


def differences(world: World) -> Iterator[int]:
    """What the books of every organization cannot answer for, alone and with all below."""
    for place in (world.county, world.ashi, world.bashi, world.a1, world.a2, world.b1):
        yield balance_at(place).difference
        yield balance_under(place.path).difference


def use_stock() -> None:
    """The county decides that handing over uses up blanks."""
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
