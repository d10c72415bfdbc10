"""What is already in the books, laid out for comparing a roster row by row."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from zhibu.core.access import Scope
from zhibu.core.dates import means_birth
from zhibu.core.text import mask_phone, mask_resident_id
from zhibu.members.models import EnrollmentProposal, Member, MembershipEvent, PostHolding
from zhibu.members.querysets import Members
from zhibu.members.rules.facts import FIELD_LABELS, Facts
from zhibu.members.rules.stages import Standing, join_posts
from zhibu.organizations.models import Organization

# Compared in the clear; the resident ID is compared by its blind index and never decrypted for it.
COMPARED: Final = tuple(name for name in FIELD_LABELS if name != "resident_id")
PLACE: Final = {name: place for place, name in enumerate(COMPARED)}
_IDENTITY: Final = ("pk", "branch_id", "standing", "resident_id_index")
_FEW: Final = 500


class Existing(NamedTuple):
    """A record as the roster compares it; ``values`` in the order of ``COMPARED``."""

    pk: int
    branch_id: int
    standing: str
    number_index: str
    values: tuple[Any, ...]

    def value(self, name: str) -> Any:
        """One compared value."""
        return self.values[PLACE[name]]


class Elsewhere(NamedTuple):
    """Where a resident ID of the file is registered that no branch of the file holds."""

    pk: int
    branch_id: int
    standing: str


@dataclass(slots=True)
class Book:
    """The records of the branches that a file names, by what rows are matched on; and what waits for a decision there."""

    branches: dict[str, Organization] = field(default_factory=dict)
    by_number: dict[str, Existing] = field(default_factory=dict)
    by_name: dict[tuple[int, str], list[Existing]] = field(default_factory=lambda: defaultdict(list))
    posts: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    elsewhere: dict[str, Elsewhere] = field(default_factory=dict)
    organizations: dict[int, Organization] = field(default_factory=dict)
    masks: dict[int, str] = field(default_factory=dict)
    waiting_numbers: set[str] = field(default_factory=set)
    waiting_people: set[tuple[int, str, date]] = field(default_factory=set)
    waiting_events: dict[int, MembershipEvent] = field(default_factory=dict)

    def namesakes(self, branch_id: int, name: str, birth: object) -> list[Existing]:
        """Records of the branch with this name whose birth date fits what a cell says, a day or a ``Month``."""
        return [
            each
            for each in self.by_name.get((branch_id, name), ())
            if means_birth(birth, each.value("birth_date"))
        ]


def read_book(branches: Mapping[str, Organization], numbers: Iterable[str], *, with_masks: bool) -> Book:
    """Records of these branches, and where else the given blind indexes are registered.

    ``with_masks``: also each resident ID as an export masks it. Five to seven queries for up to
    500 branches, whatever the number of rows.
    """
    book = Book(branches=dict(branches))
    book.organizations = {row.pk: row for row in branches.values()}
    ids = sorted(book.organizations)
    for start in range(0, len(ids), _FEW):
        some = ids[start : start + _FEW]
        _read_members(book, some)
        _read_waiting(book, some)
        held = PostHolding.objects.filter(organization_id__in=some, until=None)
        for member_id, post in held.values_list("member_id", "post"):
            book.posts[member_id].add(post)
        if with_masks:
            stored = Member.objects.filter(branch_id__in=some, merged_into=None).values_list(
                "pk", "resident_id"
            )
            book.masks |= {pk: mask_resident_id(number) for pk, number in stored}
    missing = [number for number in set(numbers) if number not in book.by_number]
    if missing:
        _read_elsewhere(book, missing)
    return book


def _read_members(book: Book, branch_ids: list[int]) -> None:
    rows = Member.objects.filter(branch_id__in=branch_ids, merged_into=None).values_list(
        *_IDENTITY, *COMPARED
    )
    name_place = PLACE["name"]
    by_number, by_name = book.by_number, book.by_name
    for row in rows.iterator(chunk_size=5000):
        values = row[4:]
        record = Existing(row[0], row[1], row[2], row[3], values)
        if record.number_index:
            by_number[record.number_index] = record
        by_name[(record.branch_id, values[name_place])].append(record)


def _read_waiting(book: Book, branch_ids: list[int]) -> None:
    proposed = EnrollmentProposal.objects.open().filter(branch_id__in=branch_ids)
    for branch_id, name, birth_date, index in proposed.values_list(
        "branch_id", "name", "birth_date", "resident_id_index"
    ):
        if index:
            book.waiting_numbers.add(index)
        else:
            book.waiting_people.add((branch_id, name, birth_date))
    events = MembershipEvent.objects.open().filter(member__branch_id__in=branch_ids)
    book.waiting_events |= {row.member_id: row for row in events.only("member_id", "kind", "wanted")}


def _read_elsewhere(book: Book, numbers: list[str]) -> None:
    rows = Member.objects.filter(merged_into=None).exclude(resident_id_index="")
    if len(numbers) <= _FEW:
        rows = rows.filter(resident_id_index__in=numbers)
    wanted = set(numbers)
    for index, pk, branch_id, standing in rows.values_list(
        "resident_id_index", "pk", "branch_id", "standing"
    ).iterator(chunk_size=5000):
        if index in wanted:
            book.elsewhere[index] = Elsewhere(pk, branch_id, standing)
    unknown = {each.branch_id for each in book.elsewhere.values()} - book.organizations.keys()
    if unknown:
        book.organizations |= Organization.objects.in_bulk(list(unknown))


def read_namesakes(book: Book, people: set[tuple[str, date]]) -> dict[tuple[object, object], set[int]]:
    """Of people by name and birth, the branches in which someone is enrolled as such. Two queries at most."""
    found: dict[tuple[object, object], set[int]] = defaultdict(set)
    if not people:
        return found
    rows = Member.objects.enrolled()
    if len(people) <= _FEW:
        rows = rows.filter(name__in={name for name, _ in people})
    for name, birth, branch_id in rows.values_list("name", "birth_date", "branch_id").iterator(
        chunk_size=5000
    ):
        if (name, birth) in people:
            found[(name, birth)].add(branch_id)
    unknown = {each for places in found.values() for each in places} - book.organizations.keys()
    if unknown:
        book.organizations |= Organization.objects.in_bulk(sorted(unknown))
    return found


def stored_number(pk: int) -> str:
    """The resident ID of one record, to check other values against; never to show."""
    number: str = Member.objects.values_list("resident_id", flat=True).get(pk=pk)
    return number


def export_rows(members: Members[Member], scope: Scope, permission: str) -> Iterator[dict[str, Any]]:
    """One mapping for each of the members: marked fields masked, unknown values left out.

    Two queries.
    """
    posts: dict[int, set[str]] = defaultdict(set)
    held = PostHolding.objects.visible_to(scope, permission).filter(until=None)
    for member_id, post in held.values_list("member_id", "post"):
        posts[member_id].add(post)
    rows = (
        members.visible_to(scope, permission)
        .order_by("branch__code", "pinyin", "pk")
        .values_list("pk", "branch__code", "branch__short_name", "standing", *Facts._fields)
    )
    for pk, code, short_name, standing, *values in rows.iterator(chunk_size=2000):
        facts = dict(zip(Facts._fields, values, strict=True))
        facts["resident_id"] = mask_resident_id(facts["resident_id"])
        facts["phone"] = mask_phone(facts["phone"])
        row: dict[str, Any] = {"branch_code": code, "branch_name": short_name}
        row |= {name: value for name, value in facts.items() if value not in ("", None)}
        if pk in posts and standing == Standing.ACTIVE:
            row["posts"] = join_posts(posts[pk])
        yield row
