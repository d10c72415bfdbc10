"""Pure rules of points: caps, months, reversals, classes, who approves."""

from collections import defaultdict
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.core.access import Refused
from zhibu.points.policies import POINTS, catalogue_of_year, shipped_items
from zhibu.points.rules.booklet import slot_of
from zhibu.points.rules.catalogue import Catalogue, Kind, MemberClass, tenths_of
from zhibu.points.rules.months import class_in
from zhibu.points.rules.people import Decided, Deciding, check_approver, class_of
from zhibu.points.rules.totals import Sum, cap_of, count, grade_of, months_of

pytestmark = pytest.mark.dated

SHIPPED = Catalogue(
    items=shipped_items(),
    stars=(
        ("five_star", 960),
        ("four_star", 900),
        ("three_star", 800),
        ("two_star", 700),
        ("one_star", 600),
    ),
)
CODES = sorted(shipped_items())
ENTRIES = st.lists(st.tuples(st.integers(1, 12), st.sampled_from(CODES), st.integers(1, 3)), max_size=60)


def entries_of(drawn: list[tuple[int, str, int]]) -> list[tuple[int, str, int]]:
    """Month, item, tenths."""
    return [(202600 + month, code, n * SHIPPED.items[code].tenths) for month, code, n in drawn]


def sums_of(entries: list[tuple[int, str, int]]) -> dict[str, Sum]:
    """Added up by item, as the database does it."""
    found: dict[str, int] = defaultdict(int)
    for _, code, tenths in entries:
        found[code] += tenths
    return {code: Sum(tenths, 1) for code, tenths in found.items()}


def test_the_shipped_catalogue_has_24_items_and_follows_the_domain_reference() -> None:
    items = shipped_items()
    assert len(items) == 24
    assert (items["M01"].tenths, items["M01"].cap) == (5, 60)
    assert (items["D01"].tenths, items["D01"].cap, items["D01"].applies_to) == (-20, -120, frozenset("ABE"))
    assert {code for code, item in items.items() if item.ledger} == {
        "M01",
        "M02",
        "M03",
        "Y01",
        "Y02",
        "D01",
        "D02",
        "D04",
    }
    assert {code for code, item in items.items() if item.by_committee} == {"B03", "B08", "D08", "V01", "V02"}


def test_full_compliance_makes_88_three_stars() -> None:
    full = {"M01": 60, "M02": 60, "M03": 60, "M04": 60, "Y01": 30, "Y02": 10}
    total = count(SHIPPED, {code: Sum(tenths, 1) for code, tenths in full.items()})
    assert (total.total, total.grade) == (880, "three_star")


def test_who_pays_but_never_comes_ends_at_48() -> None:
    total = count(SHIPPED, {"M02": Sum(60, 12), "D01": Sum(-240, 12), "D04": Sum(-60, 2)})
    assert (total.total, total.grade) == (480, "below_base")


def test_items_are_capped_first_then_the_bonuses_together_then_the_total() -> None:
    sums = {"B01": Sum(200, 10), "B02": Sum(200, 20), "B03": Sum(300, 10), "B04": Sum(100, 5)}
    sums["B05"] = Sum(90, 3)
    total = count(SHIPPED, sums)
    assert (total.earned, total.items["B01"], total.counted, total.total) == (890, 60, 300, 900)


@given(ENTRIES)
def test_a_total_lies_between_nothing_and_its_cap(drawn: list[tuple[int, str, int]]) -> None:
    total = count(SHIPPED, sums_of(entries_of(drawn)))
    assert 0 <= total.total <= SHIPPED.total_cap
    assert total.total == total.base + total.counted


@given(ENTRIES, st.randoms())
def test_the_order_of_entries_never_changes_a_total(
    drawn: list[tuple[int, str, int]], random: object
) -> None:
    entries = entries_of(drawn)
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert months_of(SHIPPED, shuffled, year=2026) == months_of(SHIPPED, entries, year=2026)
    assert count(SHIPPED, sums_of(shuffled)).total == count(SHIPPED, sums_of(entries)).total


@given(ENTRIES, st.sampled_from(CODES), st.integers(1, 12), st.integers(1, 12))
def test_a_reversal_restores_the_total(
    drawn: list[tuple[int, str, int]], code: str, month: int, later: int
) -> None:
    entries = entries_of(drawn)
    tenths = SHIPPED.items[code].tenths
    with_both = [*entries, (202600 + month, code, tenths), (202600 + max(month, later), code, -tenths)]
    before = months_of(SHIPPED, entries, year=2026)[-1]
    assert months_of(SHIPPED, with_both, year=2026)[-1].total == before.total


@given(ENTRIES, st.integers(1, 12))
def test_the_months_add_up_to_the_year(drawn: list[tuple[int, str, int]], months: int) -> None:
    entries = entries_of(drawn)
    found = months_of(SHIPPED, entries, year=2026, months=months)
    total = count(SHIPPED, sums_of(entries), months=months)
    assert sum(each.change for each in found) == total.counted
    assert found[-1].total == total.total
    assert sum(each.earned for each in found) == total.earned


@given(st.sampled_from(CODES), st.integers(1, 12))
def test_a_share_of_a_cap_is_never_below_one_entry_nor_above_the_year(code: str, months: int) -> None:
    item = SHIPPED.items[code]
    assert abs(item.tenths) <= abs(cap_of(item, months)) <= abs(item.cap)


def test_a_veto_overrides_the_score_until_it_is_reversed() -> None:
    assert count(SHIPPED, {"V01": Sum(0, 1)}).grade == "vetoed"
    undone = count(SHIPPED, {"V01": Sum(0, 0)})
    assert (undone.veto, undone.grade) == (False, "one_star")


@pytest.mark.parametrize(
    ("total", "grade"),
    [(960, "five_star"), (959, "four_star"), (800, "three_star"), (600, "one_star"), (599, "below_base")],
)
def test_stars(total: int, grade: str) -> None:
    assert grade_of(SHIPPED, total, veto=False) == grade


@pytest.mark.parametrize("code", [code for code in CODES if SHIPPED.items[code].kind == Kind.DEDUCTION])
def test_the_old_and_frail_lose_for_conduct_only_never_for_absence(code: str) -> None:
    for_absence = {"D01", "D04", "D05", "D07"}
    assert SHIPPED.items[code].applies("C") == (code not in for_absence)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, MemberClass.ORDINARY),
        ({"holds_post": True}, MemberClass.CADRE),
        ({"is_floating": True}, MemberClass.FLOATING),
        ({"birth_date": date(1951, 1, 1), "is_floating": True}, MemberClass.FRAIL),
        ({"is_probationary": True}, MemberClass.PROBATIONARY),
    ],
)
def test_classes(facts: dict[str, object], expected: MemberClass) -> None:
    values: dict[str, object] = {
        "birth_date": date(1980, 1, 1),
        "is_probationary": False,
        "is_floating": False,
        "holds_post": False,
        "elderly_age": 75,
        "on": date(2026, 1, 1),
        **facts,
    }
    assert class_of(**values) == expected  # type: ignore[arg-type]


def test_of_two_changes_the_later_month_holds() -> None:
    history = [[202604, "D"], [202609, "A"]]
    assert [class_in(month, "C", history) for month in (202601, 202604, 202608, 202609)] == list("CDDA")


def test_a_person_who_is_neither_recorder_nor_member_may_approve() -> None:
    what = Decided("王伟", "志愿服务", 3, 5, is_secretary=False, by_committee=False)
    check_approver(Deciding(9, at_committee=False), what)
    for user in (3, 5):
        with pytest.raises(Refused):
            check_approver(Deciding(user, at_committee=True), what)


def test_the_shipped_policy_gives_the_shipped_catalogue(db: None) -> None:
    found = catalogue_of_year(2026)
    assert dict(found.items) == dict(shipped_items())
    assert (found.base, found.bonus_cap, found.deduction_cap) == (600, 300, -600)
    assert found.stars == SHIPPED.stars


def test_points_in_a_policy_have_one_decimal_at_most() -> None:
    shipped = POINTS.shipped().model_dump()
    assert tenths_of(shipped["B02_points"]) == 10
    with pytest.raises(ValueError, match="B02_points"):
        POINTS.read({"B02_points": "1.25"})


def test_no_setting_ranks_people_and_the_rules_say_why() -> None:
    assert not [name for name in POINTS.schema.model_fields if "rank" in name]
    assert "国办函〔2026〕12号" in POINTS.note


def test_months_of_the_booklet_take_a_page_a_year() -> None:
    assert [slot_of(month, 2026) for month in (202601, 202612, 202701, 203012, 203101)] == [1, 12, 13, 60, 1]
