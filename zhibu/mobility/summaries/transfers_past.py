"""Reads for the sheet of past transfers."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhibu.core.access import Scope
from zhibu.members.models import Member
from zhibu.mobility.models import Transfer
from zhibu.mobility.querysets import Transfers
from zhibu.mobility.rules.transfers import Direction, TransferState
from zhibu.mobility.summaries.transfers import HANDLE


@dataclass(frozen=True, slots=True)
class Kept:
    """A past transfer that is in the books: what a row that says the same must agree with."""

    letter: str
    dues_paid_to: str


MoveKey = tuple[int, int | None, int | None, date]


@dataclass(frozen=True, slots=True)
class Book:
    """The transfers that a file of past ones is checked against."""

    kept: Mapping[MoveKey, Kept]
    moves: Mapping[int, list[date]]


def read_book(scope: Scope) -> Book:
    """Received transfers of members the scope handles. One query."""
    kept: dict[MoveKey, Kept] = {}
    moves: dict[int, list[date]] = defaultdict(list)
    rows = (
        Transfer.objects.filter(
            state=TransferState.RECEIVED,
            direction__in=(Direction.INSIDE, Direction.IN),
            member__in=Member.objects.visible_to(scope, HANDLE).values("pk"),
        )
        .order_by("pk")
        .values_list(
            "member_id", "from_branch_id", "to_branch_id", "received_on", "letter_text", "dues_paid_to"
        )
    )
    for member_id, from_id, to_id, received_on, letter, dues in rows:
        if received_on is None:
            continue
        kept[(member_id, from_id, to_id, received_on)] = Kept(letter, dues)
        moves[member_id].append(received_on)
    return Book(kept, moves)


def known_moves(member_ids: Sequence[int]) -> dict[int, list[date]]:
    """Days on which these members were received before. One query per 500."""
    found: dict[int, list[date]] = defaultdict(list)
    for start in range(0, len(member_ids), 500):
        rows = Transfer.objects.filter(
            state=TransferState.RECEIVED, member__in=member_ids[start : start + 500]
        ).values_list("member_id", "received_on")
        for member_id, received_on in rows:
            if received_on is not None:
                found[member_id].append(received_on)
    return found


def export_rows(
    transfers: Transfers[Transfer], scope: Scope, *, path: str = ""
) -> Iterator[dict[str, str | date]]:
    """Of these transfers the received ones of members enrolled under the path, without resident IDs. One query."""
    rows = (
        transfers.filter(
            state=TransferState.RECEIVED,
            direction__in=(Direction.INSIDE, Direction.IN),
            member__in=Member.objects.visible_to(scope, HANDLE).enrolled().under(path).values("pk"),
        )
        .order_by("member__branch__code", "member__pinyin", "member_id", "received_on", "pk")
        .values_list(
            "member__branch__code",
            "member__name",
            "member__birth_date",
            "from_branch__code",
            "outside",
            "to_branch__code",
            "received_on",
            "letter_text",
            "dues_paid_to",
        )
    )
    names = (
        "branch",
        "name",
        "birth_date",
        "from_code",
        "outside",
        "to_code",
        "received_on",
        "letter",
        "dues",
    )
    for values in rows.iterator(chunk_size=2000):
        yield {key: value for key, value in zip(names, values, strict=True) if value}
