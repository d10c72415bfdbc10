"""Blank booklets: the balance is zero at every level whatever happens, and what the rules refuse."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.certificates.rules.stock import (
    Kind,
    Movement,
    Source,
    arrives_as,
    available,
    balance,
    check_way,
    draw,
    takes_two,
)
from zhibu.core.access import Refused

# County 1, committees 2 and 3, branches 4 and 5 below 2, branch 6 below 3.
PATHS = {1: "1.", 2: "1.2.", 3: "1.3.", 4: "1.2.4.", 5: "1.2.5.", 6: "1.3.6."}


@dataclass
class Parcel:
    """A parcel as the drawers know it: how many are really in it, how many never arrive."""

    sender: int
    receiver: int
    quantity: int
    short: int = 0
    is_open: bool = True


@dataclass
class County:
    """Real drawers beside the books. Deeds change both; only the books go into ``balance``."""

    drawers: dict[int, int] = field(default_factory=lambda: dict.fromkeys(PATHS, 0))
    books: list[tuple[int, Kind, int, Parcel | None]] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)

    def enter(self, place: int, kind: Kind, quantity: int, parcel: Parcel | None = None) -> None:
        self.books.append((place, kind, quantity, parcel))

    def do(self, deed: str, place: int, other: int, quantity: int) -> None:
        """One deed, cut to what the drawer holds; one that cannot be done does nothing."""
        getattr(self, deed)(place, other, quantity)

    def receive(self, place: int, other: int, quantity: int) -> None:
        self.drawers[place] += quantity
        self.enter(place, Kind.RECEIVED, quantity)

    def take(self, place: int, other: int, quantity: int) -> None:
        out = min(quantity, self.drawers[place])
        self.drawers[place] -= out
        self.enter(place, Kind.ISSUED if other % 2 else Kind.SPOILED, -out)

    def put_back(self, place: int, other: int, quantity: int) -> None:
        """Reverse the newest issue or spoiling of the place, as the ledger does."""
        entries = [row for row in self.books if row[0] == place and row[1] in (Kind.ISSUED, Kind.SPOILED)]
        for _, kind, change, _ in entries[-1:]:
            out = -change if change < 0 else 0
            self.drawers[place] += out
            self.enter(place, kind, out)

    def send(self, place: int, other: int, quantity: int) -> None:
        try:
            check_way(PATHS[place], PATHS[other])
        except Refused:
            return
        out = min(quantity, self.drawers[place])
        self.drawers[place] -= out
        parcel = Parcel(place, other, out)
        self.parcels.append(parcel)
        self.enter(place, Kind.SENT, -out, parcel)

    def settle(self, place: int, other: int, quantity: int) -> None:
        """The oldest parcel to the place arrives; ``quantity`` of it get lost on the way."""
        for parcel in [each for each in self.parcels if each.is_open and each.receiver == place][:1]:
            parcel.short = min(quantity, parcel.quantity)
            parcel.is_open = False
            arrived = parcel.quantity - parcel.short
            self.drawers[place] += arrived
            self.enter(place, arrives_as(PATHS[parcel.sender], PATHS[place]), arrived, parcel)

    def recall(self, place: int, other: int, quantity: int) -> None:
        for parcel in [each for each in self.parcels if each.is_open and each.sender == place][:1]:
            parcel.is_open = False
            self.drawers[place] += parcel.quantity
            self.enter(place, Kind.SENT, parcel.quantity, parcel)

    def explain(self, place: int, other: int, quantity: int) -> None:
        for parcel in [each for each in self.parcels if each.short and each.receiver == place][:1]:
            short, parcel.short = parcel.short, 0
            if other % 3 == 0:
                self.drawers[place] += short
                self.enter(place, arrives_as(PATHS[parcel.sender], PATHS[place]), short, parcel)
            else:
                self.enter(parcel.sender, Kind.SENT, short, parcel)
                if other % 3 == 1:
                    self.enter(parcel.sender, Kind.MISSING, -short, parcel)
                else:
                    self.drawers[parcel.sender] += short

    def count(self, place: int, other: int, quantity: int) -> None:
        """Some are really gone, or turn up; the count finds it and the explanation enters it."""
        difference = quantity if other % 2 else -min(quantity, self.drawers[place])
        self.drawers[place] += difference
        self.enter(place, Kind.FOUND if difference > 0 else Kind.MISSING, difference)


DEEDS = ("receive", "take", "put_back", "send", "send", "settle", "recall", "explain", "count")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(DEEDS),
            st.sampled_from(sorted(PATHS)),
            st.sampled_from(sorted(PATHS)),
            st.integers(0, 30),
        ),
        max_size=60,
    )
)
def test_the_balance_is_zero_at_every_level_after_any_deeds(deeds: list[tuple[str, int, int, int]]) -> None:
    county = County()
    for deed in [("receive", 1, 1, 100), *deeds]:
        county.do(*deed)
    levels = [{place} for place in PATHS]
    levels += [{pk for pk, path in PATHS.items() if path.startswith(PATHS[top])} for top in (1, 2, 3)]
    for places in levels:
        both_ends = [each for each in county.parcels if {each.sender, each.receiver} <= places]
        found = balance(
            [
                Movement(kind, quantity, parcel is not None and {parcel.sender, parcel.receiver} <= places)
                for place, kind, quantity, parcel in county.books
                if place in places
            ],
            on_the_way=sum(each.quantity for each in both_ends if each.is_open),
            shortfall=sum(each.short for each in both_ends),
        )
        assert found.difference == 0
        assert found.remaining == sum(county.drawers[place] for place in places)
        assert min(county.drawers.values()) >= 0
        assert found.came >= 0
        assert found.went >= 0


def test_a_parcel_and_its_movements_that_disagree_show_as_a_difference() -> None:
    movements = [Movement("received", 100), Movement("sent", -40, inside=True)]
    assert balance(movements, on_the_way=40).difference == 0
    assert balance(movements, on_the_way=39).difference == 1
    assert balance(movements).difference == 40


@given(st.integers(0, 50), st.lists(st.integers(0, 20), min_size=1, max_size=4))
def test_blanks_are_drawn_nearest_first_and_all_or_none(quantity: int, left: list[int]) -> None:
    sources = [Source(place, f"组织{place}", number) for place, number in enumerate(left)]
    if quantity > sum(left):
        with pytest.raises(Refused, match=f"一共只有{sum(left)}本，差{quantity - sum(left)}本"):
            draw(quantity, sources)
        return
    taken = draw(quantity, sources)
    assert sum(number for _, number in taken) == quantity
    assert all(0 < number <= left[place] for place, number in taken)
    last = taken[-1][0] if taken else 0
    assert all(dict(taken).get(place, 0) == left[place] for place in range(last))


def test_blanks_go_down_or_up_never_sideways() -> None:
    for sender, receiver in (("1.", "1.2.4."), ("1.2.4.", "1.2.")):
        check_way(sender, receiver)
    for receiver, sentence in (("1.2.5.", "只能发给下级或退回上级"), ("1.2.4.", "不能发给自己")):
        with pytest.raises(Refused, match=sentence):
            check_way("1.2.4.", receiver)


def test_more_than_a_few_leave_the_books_by_two_people_at_once_or_bit_by_bit() -> None:
    assert not takes_two(5, lately=0)
    assert takes_two(6, lately=0)
    assert takes_two(1, lately=5)
    assert not takes_two(5, lately=-20), "what was put back earns no credit"


def test_what_a_count_did_not_find_cannot_be_given_out() -> None:
    assert available(10, counted=None, expected=None) == 10
    assert available(10, counted=7, expected=10) == 7
    assert available(8, counted=7, expected=10) == 5
