"""Reads for the sheet of past transfers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhibu.core.access import Scope
from zhibu.members.models import Member
from zhibu.mobility.models import Transfer
from zhibu.mobility.rules.transfers import Direction, TransferState
from zhibu.mobility.summaries.transfers import HANDLE
from zhibu.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Known:
    """A member of the scope, as a row is matched against."""

    pk: int
    name: str
    birth_date: date
    join_date: date
    branch_id: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A past transfer that is in the books: what a row that says the same must agree with."""

    letter: str
    dues_paid_to: str


MoveKey = tuple[int, int | None, int | None, date]


@dataclass(frozen=True, slots=True)
class Book:
    """All a file of past transfers is checked against."""

    by_number: Mapping[str, Known]
    by_name: Mapping[tuple[str, str], Sequence[Known]]
    units: Mapping[str, Organization]
    kept: Mapping[MoveKey, Kept]
    moves: Mapping[int, list[date]]


def read_book(scope: Scope, codes: Iterable[str]) -> Book:
    """Members the scope handles, units by code, received transfers. Three queries and one per 500 codes."""
    by_number: dict[str, Known] = {}
    by_name: dict[tuple[str, str], list[Known]] = defaultdict(list)
    members = (
        Member.objects.visible_to(scope, HANDLE)
        .enrolled()
        .values_list(
            "pk", "name", "birth_date", "join_date", "branch_id", "branch__code", "resident_id_index"
        )
    )
    for pk, name, birth_date, join_date, branch_id, code, index in members:
        known = Known(pk, name, birth_date, join_date, branch_id)
        by_number[index] = known
        by_name[(code, name)].append(known)
    by_number.pop("", None)
    listed = sorted(set(codes))
    units: dict[str, Organization] = {}
    for start in range(0, len(listed), 500):
        found = Organization.objects.branches().filter(code__in=listed[start : start + 500])
        units |= {unit.code: unit for unit in found}
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
    return Book(by_number, by_name, units, kept, moves)


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


def export_rows(scope: Scope, path: str) -> Iterator[dict[str, str | date]]:
    """Received transfers of members enrolled under the path, without resident IDs. One query."""
    rows = (
        Transfer.objects.filter(
            state=TransferState.RECEIVED,
            direction__in=(Direction.INSIDE, Direction.IN),
            member__in=Member.objects.visible_to(scope, HANDLE).enrolled().under(path).values("pk"),
        )
        .order_by("member__branch__path", "member__pinyin", "member_id", "received_on", "pk")
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
