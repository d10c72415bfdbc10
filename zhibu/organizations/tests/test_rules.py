from datetime import date
from typing import Any

import pytest

from zhibu.core.access import Refused
from zhibu.organizations.rules import (
    PARENTS,
    Category,
    Kind,
    Numbering,
    Term,
    check_code,
    check_opening,
    check_place,
    check_segment,
    complete_term,
    may_hang_under,
    next_segment,
    numbering,
    term_years,
)

pytestmark = pytest.mark.dated


@pytest.mark.parametrize(
    ("kind", "parent", "allowed"),
    [
        (Kind.COUNTY_COMMITTEE, None, True),
        (Kind.COMMITTEE, Kind.COUNTY_COMMITTEE, True),
        (Kind.GENERAL_BRANCH, Kind.COUNTY_COMMITTEE, True),
        (Kind.GENERAL_BRANCH, Kind.COMMITTEE, True),
        (Kind.BRANCH, Kind.GENERAL_BRANCH, True),
        (Kind.GROUP, Kind.BRANCH, True),
        (Kind.BRANCH, Kind.COUNTY_COMMITTEE, False),
        (Kind.COMMITTEE, Kind.COMMITTEE, False),
        (Kind.BRANCH, None, False),
        (Kind.GROUP, Kind.COMMITTEE, False),
        (Kind.COUNTY_COMMITTEE, Kind.COUNTY_COMMITTEE, False),
    ],
)
def test_a_unit_hangs_only_where_the_tree_allows(kind: Kind, parent: Kind | None, allowed: bool) -> None:
    assert may_hang_under(kind, parent) is allowed
    if allowed:
        check_place(kind, parent)
    else:
        with pytest.raises(Refused):
            check_place(kind, parent)


def test_the_refusal_names_where_the_unit_may_hang() -> None:
    with pytest.raises(Refused, match="党支部不能设在县委下面，可以设在党委、党工委、党总支下面"):
        check_place(Kind.BRANCH, Kind.COUNTY_COMMITTEE)
    with pytest.raises(Refused, match="党小组必须有上级组织"):
        check_place(Kind.GROUP, None)


@pytest.mark.parametrize(
    ("kind", "parent", "segment"),
    [
        (Kind.COMMITTEE, Kind.COUNTY_COMMITTEE, Numbering.COMMITTEE),
        (Kind.GENERAL_BRANCH, Kind.COUNTY_COMMITTEE, Numbering.COMMITTEE),
        (Kind.GENERAL_BRANCH, Kind.COMMITTEE, Numbering.NONE),
        (Kind.BRANCH, Kind.GENERAL_BRANCH, Numbering.BRANCH),
        (Kind.TEMPORARY_BRANCH, Kind.COMMITTEE, Numbering.BRANCH),
        (Kind.GROUP, Kind.BRANCH, Numbering.NONE),
        (Kind.COUNTY_COMMITTEE, None, Numbering.NONE),
    ],
)
def test_which_segment_a_unit_carries(kind: Kind, parent: Kind | None, segment: Numbering) -> None:
    assert numbering(kind, parent) == segment


def test_every_kind_is_placed() -> None:
    assert set(PARENTS) == set(Kind)


@pytest.mark.parametrize("segment", ["000", "1", "0001", "abc", "００１", ""])
def test_a_segment_is_three_digits_and_not_zero(segment: str) -> None:
    with pytest.raises(Refused):
        check_segment(segment)


def test_when_all_segments_are_given_the_county_must_decide() -> None:
    with pytest.raises(Refused, match="全部用完"):
        next_segment([f"{n:03d}" for n in range(1, 1000)])


@pytest.mark.parametrize("code", ["", "a b", "1" * 31, "组织1"])
def test_codes_are_plain_letters_and_digits(code: str) -> None:
    with pytest.raises(Refused):
        check_code(code)


@pytest.mark.parametrize("day", [date(2026, 11, 25), date(1921, 6, 30)])
def test_nothing_opens_tomorrow_or_before_the_party(day: date) -> None:
    with pytest.raises(Refused):
        check_opening(day, on=date(2026, 11, 24))


@pytest.mark.parametrize(
    ("kind", "category", "years"),
    [
        (Kind.BRANCH, Category.VILLAGE, 5),
        (Kind.BRANCH, Category.COMMUNITY, 5),
        (Kind.GENERAL_BRANCH, Category.VILLAGE, 5),
        (Kind.COMMITTEE, Category.TOWNSHIP, 5),
        (Kind.BRANCH, Category.ORGAN, 3),
        (Kind.TEMPORARY_BRANCH, Category.VILLAGE, 0),
        (Kind.GROUP, Category.VILLAGE, 0),
    ],
)
def test_years_of_a_term(kind: Kind, category: Category, years: int) -> None:
    assert term_years(kind, category) == years


def test_a_term_is_filled_in_from_either_end() -> None:
    def village(**said: Any) -> Term | None:
        facts: dict[str, Any] = {"number": None, "from_date": None, "due_on": None, **said}
        return complete_term(Kind.BRANCH, Category.VILLAGE, **facts)

    assert village() is None
    assert village(from_date=date(2021, 1, 10)) == Term(1, date(2021, 1, 10), date(2026, 1, 10))
    assert village(due_on=date(2026, 1, 10), number=10) == Term(10, date(2021, 1, 10), date(2026, 1, 10))
    current = Term(10, date(2021, 1, 10), date(2026, 1, 10))
    assert village(from_date=date(2026, 1, 12), current=current) == Term(
        11, date(2026, 1, 12), date(2031, 1, 12)
    )
    assert village(due_on=date(2026, 3, 1), current=current) == Term(10, date(2021, 1, 10), date(2026, 3, 1))
    with pytest.raises(Refused, match="不能改成第9届"):
        village(number=9, from_date=date(2021, 1, 10), current=current)
    with pytest.raises(Refused, match="届满日期"):
        village(from_date=date(2021, 1, 10), due_on=date(2021, 1, 10))
    with pytest.raises(Refused, match="没有任期"):
        complete_term(
            Kind.GROUP, Category.VILLAGE, number=1, from_date=date(2021, 1, 1), due_on=None, current=None
        )
