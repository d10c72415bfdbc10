"""Whether a county office would believe the numbers, and nobody could take the people for real ones."""

from collections import Counter, defaultdict
from datetime import date
from functools import cache

import pytest
from django.conf import LazySettings

from zhibu.core import codes
from zhibu.core.access import Refused
from zhibu.core.dates import full_years
from zhibu.core.resident_id import is_synthetic, parse_resident_id
from zhibu.core.wording import is_name
from zhibu.demo.actions import BRANCH, PASSWORD, PEOPLE, SIBLING, build_demo
from zhibu.demo.history.presence import window
from zhibu.demo.names import AVOIDED
from zhibu.demo.people import MEMBERS, make_rows
from zhibu.demo.units import COUNTY_CODE, Unit, branches, make_units
from zhibu.demo.workbooks import SEED
from zhibu.imports.sheets import Value, no_ticker
from zhibu.members.importers.values import new_facts
from zhibu.members.rules.facts import findings
from zhibu.organizations.rules import Category, Kind, may_hang_under

pytestmark = pytest.mark.dated

ON = date(2026, 11, 24)
BELOW_JUNIOR_HIGH = {"80", "81", "83", "90"}


@cache
def units() -> list[Unit]:
    return make_units(SEED)


@cache
def people() -> list[dict[str, Value]]:
    return list(make_rows(branches(units()), seed=SEED, on=ON))


def share(key: str, *values: object) -> float:
    return sum(row.get(key) in values for row in people()) / MEMBERS


def test_the_county_has_38_townships_and_289_villages() -> None:
    townships = [u for u in units() if u.kind is Kind.COMMITTEE and u.category is Category.TOWNSHIP]
    villages = [u for u in units() if u.kind is Kind.BRANCH and u.category is Category.VILLAGE]
    assert (len(townships), len(villages)) == (38, 289)
    assert townships[0].name == "中国共产党越西县越城镇委员会"
    assert "中共越西县越城镇外南村支部委员会" in {u.name for u in villages}
    assert "外南村党支部" in {u.short_name for u in villages}


def test_every_unit_hangs_where_it_may_under_a_code_of_its_own() -> None:
    kinds = {COUNTY_CODE: Kind.COUNTY_COMMITTEE} | {u.code: u.kind for u in units()}
    assert len(kinds) == len(units()) + 1
    assert [u.code for u in units() if not may_hang_under(u.kind, kinds[u.parent])] == []
    assert max(Counter((u.parent, u.name) for u in units()).values()) == 1


def test_there_are_exactly_10174_members_and_every_branch_can_exist() -> None:
    assert len(people()) == MEMBERS == 10_174
    full = Counter(row["branch_code"] for row in people() if row["stage"] == "full")
    assert set(full) == {unit.code for unit in branches(units())}
    assert min(full.values()) >= 3  # BRANCH18: three full members
    villages = {u.code for u in units() if u.category is Category.VILLAGE}
    sizes = Counter(row["branch_code"] for row in people() if row["branch_code"] in villages)
    assert max(sizes.values()) <= 50


def test_numbers_are_valid_reserved_and_given_once() -> None:
    numbers = [str(row["resident_id"]) for row in people()]
    assert len(set(numbers)) == MEMBERS
    assert all(is_synthetic(number) and parse_resident_id(number, on=ON) for number in numbers)
    phones = [row["phone"] for row in people() if "phone" in row]
    assert len(set(phones)) == len(phones) > 9_000
    assert all(str(phone).startswith("1990") for phone in phones)


def test_every_row_keeps_the_rules_of_a_members_record() -> None:
    faults = [(row["name"], finding.field) for row in people() for finding in findings(new_facts(row), on=ON)]
    assert faults == []
    assert 3 <= sum("identity_reason" in row for row in people()) <= 12


def test_names_are_names_with_the_rare_ones_among_them() -> None:
    names = [str(row["name"]) for row in people()]
    assert all(map(is_name, names))
    assert AVOIDED.isdisjoint(names)
    assert any(ord(letter) > 0xFFFF for name in names for letter in name)
    assert 20 < sum("·" in name for name in names) < 300
    assert Counter(names).most_common(1)[0][1] < 20


def test_the_shares_are_believable() -> None:
    assert 0.15 < share("sex", "2") < 0.35
    assert 0.5 < share("ethnic_group", "07") < 0.8
    assert share("education", *BELOW_JUNIOR_HIGH) * MEMBERS > 1_000
    assert 0.005 < share("stage", "probationary") < 0.03
    assert 0.04 < share("is_floating", True) < 0.08
    assert 0.5 < share("dues_category", "farmer") < 0.8
    ages = [full_years(birth, ON) for row in people() if isinstance(birth := row["birth_date"], date)]
    assert min(ages) >= 18
    assert max(ages) < 100
    assert 42 < sum(ages) / len(ages) < 56


def test_codes_are_those_of_the_tables() -> None:
    for key, table in (
        ("sex", "sex"),
        ("ethnic_group", "ethnic_group"),
        ("education", "education"),
        ("dues_category", "dues_category"),
        ("stage", "member_stage"),
    ):
        assert {row[key] for row in people()} <= set(codes.table(table))


def test_every_branch_has_one_secretary_and_a_committee_of_its_size() -> None:
    posts: dict[Value, list[str]] = defaultdict(list)
    full = Counter(row["branch_code"] for row in people() if row["stage"] == "full")
    for row in people():
        if "posts" in row:
            assert row["stage"] == "full"
            posts[row["branch_code"]] += str(row["posts"]).split("、")
    assert all(held.count("书记") == 1 for held in posts.values())
    assert set(posts) == set(full)
    assert all(2 <= len(held) <= (2 if full[code] < 7 else 5) for code, held in posts.items())


def test_the_same_day_gives_the_same_people() -> None:
    assert list(make_rows(branches(make_units(SEED)), seed=SEED, on=ON)) == people()


def test_those_who_sign_in_stand_in_the_county() -> None:
    codes_of_units = {COUNTY_CODE} | {unit.code for unit in units()}
    assert {person.place for person in PEOPLE} <= codes_of_units
    by_code = {unit.code: unit for unit in units()}
    assert by_code[BRANCH].parent == by_code[SIBLING].parent
    assert len(PASSWORD) >= 12


def test_it_is_built_nowhere_but_in_a_demonstration(db: None, settings: LazySettings) -> None:
    settings.DEMO = False
    with pytest.raises(Refused, match="只能建在演示环境里"):
        build_demo(on=ON, tick=no_ticker)


def test_the_window_ends_with_the_month_that_is_still_written() -> None:
    assert window(date(2026, 11, 24))[0::11] == [202512, 202611]
    assert window(date(2026, 11, 10))[-1] == 202610
    assert window(date(2027, 1, 3))[-1] == 202612
