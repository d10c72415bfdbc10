"""Blank booklets: what comes in and goes out, the balance at every level, who may send to whom. Pure.

certificate.md "Life cycle": stock of blank booklets is counted at each level; printed, issued,
spoiled and remaining must balance. The limits in capitals are proposals.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop

LARGEST = 100_000  # one deed; a county of ten thousand members needs no more, a slip of the key does
FEW = 5  # more than so many leave the books by two people
FEW_WITHIN = timedelta(days=30)  # and so many small write-offs of one place together
CONFIRM_WITHIN = timedelta(days=7)


class Kind(StrEnum):
    """Why the number of blanks at a place changed."""

    RECEIVED = "received"
    ARRIVED = "arrived"
    RETURNED = "returned"
    FOUND = "found"
    SENT = "sent"
    SPOILED = "spoiled"
    ISSUED = "issued"
    MISSING = "missing"


KIND_LABELS = {
    Kind.RECEIVED: gettext_noop("进货"),
    Kind.ARRIVED: gettext_noop("上级发来"),
    Kind.RETURNED: gettext_noop("下级退回"),
    Kind.FOUND: gettext_noop("盘点多出"),
    Kind.SENT: gettext_noop("发出"),
    Kind.SPOILED: gettext_noop("报损"),
    Kind.ISSUED: gettext_noop("用于发证"),
    Kind.MISSING: gettext_noop("缺失"),
}
COMES_IN = frozenset({Kind.RECEIVED, Kind.ARRIVED, Kind.RETURNED, Kind.FOUND})
MOVES = frozenset({Kind.SENT, Kind.ARRIVED, Kind.RETURNED})


class TransferState(StrEnum):
    """What became of a parcel."""

    SENT = "sent"
    RECEIVED = "received"
    DECLINED = "declined"
    RECALLED = "recalled"


class WriteOffState(StrEnum):
    """What became of a proposal to write blanks off."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class Resolution(StrEnum):
    """How the shortfall of a parcel was explained: it came later, was never packed, or is lost."""

    ARRIVED = "arrived"
    KEPT = "kept"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Movement:
    """Blanks that came (plus) or went (minus); ``inside``: between two places that are both looked at."""

    kind: str
    quantity: int
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Balance:
    """What came in, what went out, what is left: of one organization, of one with all below, of the county.

    Between organizations only what crossed the border of those looked at counts as come or gone;
    ``on_the_way`` and ``shortfall`` are blanks that left one of them for another and did not arrive yet.
    """

    received: int = 0
    arrived: int = 0
    returned: int = 0
    found: int = 0
    sent: int = 0
    spoiled: int = 0
    issued: int = 0
    missing: int = 0
    remaining: int = 0
    on_the_way: int = 0
    shortfall: int = 0

    @property
    def came(self) -> int:
        """All that came in."""
        return self.received + self.arrived + self.returned + self.found

    @property
    def went(self) -> int:
        """All that went out."""
        return self.sent + self.spoiled + self.issued + self.missing

    @property
    def difference(self) -> int:
        """What the books cannot answer for. Always 0; anything else is a fault of the books."""
        return self.came - self.went - self.remaining - self.on_the_way - self.shortfall


def balance(movements: Iterable[Movement], *, on_the_way: int = 0, shortfall: int = 0) -> Balance:
    """The balance of some places. A reversal counts against the kind it reverses.

    ``on_the_way``, ``shortfall``: of the parcels between two of these places, from the parcels themselves,
    so that a parcel and its movements that disagree show as a difference.

    >>> balance([Movement("received", 100), Movement("issued", -3), Movement("issued", 1)]).remaining
    98
    """
    sums = dict.fromkeys(Kind, 0)
    remaining = 0
    for movement in movements:
        kind = Kind(movement.kind)
        remaining += movement.quantity
        if not (movement.inside and kind in MOVES):
            sums[kind] += movement.quantity if kind in COMES_IN else -movement.quantity
    return Balance(
        **{kind.value: number for kind, number in sums.items()},
        remaining=remaining,
        on_the_way=on_the_way,
        shortfall=shortfall,
    )


def available(remaining: int, *, counted: int | None, expected: int | None) -> int:
    """What may still be given out: what the books say, less what the last unexplained count did not find.

    >>> available(10, counted=7, expected=10), available(10, counted=12, expected=10)
    (7, 10)
    """
    if counted is None or expected is None:
        return remaining
    return remaining - max(expected - counted, 0)


def check_quantity(quantity: int) -> None:
    """Raises ``Refused`` unless it is a number of booklets one deed can have."""
    if not 1 <= quantity <= LARGEST:
        raise Refused(
            gettext_noop("数量要在1到{largest}本之间，现在是{quantity}。"),
            largest=LARGEST,
            quantity=quantity,
        )


def check_day(day: date, *, on: date, since: date | None = None) -> None:
    """Raises ``Refused`` for a day in the future, or before ``since`` (the day the parcel was sent)."""
    if day > on:
        raise Refused(gettext_noop("日期{day}在今天以后。请填实际办理的那一天。"), day=day)
    if since is not None and day < since:
        raise Refused(gettext_noop("签收日期{day}早于发出日期{since}。请核对。"), day=day, since=since)


def check_enough(quantity: int, *, left: int, unit: str) -> None:
    """Raises ``Refused`` when more would go out than is there: stock is never below zero."""
    if quantity > left:
        raise Refused(
            gettext_noop("{unit}现在能动用的空白证本只有{left}本，不够{quantity}本。"),
            unit=unit,
            left=left,
            quantity=quantity,
            next_step=gettext_noop("请先盘点，或等上级发的证本签收后再登记。"),
        )


def takes_two(quantity: int, *, lately: int) -> bool:
    """Whether so many blanks leave the books by two people only.

    ``lately``: how many left the same place by one person within ``FEW_WITHIN``, so that a large number does
    not leave in small ones.

    >>> takes_two(5, lately=0), takes_two(6, lately=0), takes_two(2, lately=4)
    (False, True, True)
    """
    return quantity + max(lately, 0) > FEW


def arrives_as(sender: str, receiver: str) -> Kind:
    """As what a parcel comes in, by the tree paths of its ends: "returned" when it goes up, else "arrived".

    >>> arrives_as("1.2.4.", "1.2."), arrives_as("1.", "1.2.")
    (<Kind.RETURNED: 'returned'>, <Kind.ARRIVED: 'arrived'>)
    """
    return Kind.RETURNED if sender.startswith(receiver) else Kind.ARRIVED


def check_way(sender: str, receiver: str) -> None:
    """Raises ``Refused`` when neither organization, by their tree paths, stands above the other.

    What goes to a neighbor goes through the organization above both, which answers for it.
    """
    if sender == receiver:
        raise Refused(gettext_noop("不能发给自己。请选下级组织，或退回上级。"))
    if not (receiver.startswith(sender) or sender.startswith(receiver)):
        raise Refused(gettext_noop("空白证本只能发给下级或退回上级。给同级的，请先退回共同的上级再发。"))


def check_arrival(received: int, *, sent: int) -> None:
    """Raises ``Refused`` for an impossible number of booklets in a parcel."""
    if received > sent:
        raise Refused(
            gettext_noop("实收{received}本，多于发出的{sent}本。请先按{sent}本签收，多出的在盘点时登记。"),
            received=received,
            sent=sent,
        )


def check_reversible(kind: str, *, is_reversal: bool, is_reversed: bool, has_parcel: bool) -> None:
    """Raises ``Refused`` for an entry that cannot be reversed by itself."""
    if is_reversed:
        raise Refused(gettext_noop("这一笔已经冲正过了。"))
    if is_reversal:
        raise Refused(gettext_noop("这一笔本身就是冲正，不能再冲正。要恢复原来的，请重新登记。"))
    if has_parcel or kind in MOVES:
        raise Refused(
            gettext_noop(
                "发出和签收的证本不能冲正。还在路上的请撤回；签收以后数错的，请盘点，发错的请对方退回。"
            )
        )
    if kind in {Kind.FOUND, Kind.MISSING}:
        raise Refused(gettext_noop("盘点形成的增减不能冲正。请重新盘点，按实有数说明差额。"))


@dataclass(frozen=True, slots=True)
class Source:
    """A place blanks can be taken from: its id, its name for the sentence, what it may give out."""

    place: int
    unit: str
    left: int


def draw(quantity: int, sources: Sequence[Source]) -> list[tuple[int, int]]:
    """From which places so many blanks are taken: the branch's own first, then those above it, nearest first.

    Raises ``Refused`` with where to get blanks when all together have too few.

    >>> draw(3, [Source(11, "尔木村党支部", 1), Source(1, "阿市镇党委", 9)])
    [(11, 1), (1, 2)]
    """
    taken: list[tuple[int, int]] = []
    missing = quantity
    for source in sources:
        part = min(max(source.left, 0), missing)
        if part:
            taken.append((source.place, part))
            missing -= part
    if missing:
        raise Refused(
            gettext_noop(
                "要用{quantity}本空白证本，{units}一共只有{left}本，差{missing}本，这次领取没有登记。"
            ),
            quantity=quantity,
            units="、".join(source.unit for source in sources),
            left=quantity - missing,
            missing=missing,
            next_step=gettext_noop("请先由上级发放空白证本，在“空白证本”里签收，再登记领取。"),
        )
    return taken
