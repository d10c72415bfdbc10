"""Rules of months: what may stand in a cell, what several entries come to, sums, seals."""

from dataclasses import fields, replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.core.access import Refused
from zhibu.core.months import shift_month
from zhibu.meetings.rules.attendance import Status
from zhibu.months.rules.cells import Claim, DuesCell, How, canonical, read_dues, read_status, settle
from zhibu.months.rules.months import Line, Totals, add_up, check_counted, due_day
from zhibu.months.rules.seals import Sheet, digest_of

pytestmark = pytest.mark.dated

VALUES = st.sampled_from(
    [
        {"how": "self"},
        {"how": "unpaid"},
        {"how": "proxy", "payer": "阿皮石布"},
        {"how": "self", "amount": 50},
    ]
)
CLAIMS = st.lists(st.builds(Claim, st.integers(0, 3), VALUES), max_size=5)


@given(CLAIMS)
def test_any_order_of_entries_comes_to_the_same(claims: list[Claim]) -> None:
    outcomes = set()
    for order in permutations(claims):
        settled = settle(order, default={"how": "self"})
        outcomes.add((canonical(settled.value), settled.version, len(settled.rivals)))
    assert len(outcomes) == 1


@given(CLAIMS)
def test_an_entry_that_arrives_twice_changes_nothing(claims: list[Claim]) -> None:
    once, twice = settle(claims, default={}), settle([*claims, *claims], default={})
    assert (once.value, once.version, len(once.rivals)) == (twice.value, twice.version, len(twice.rivals))


@given(CLAIMS, VALUES)
def test_whoever_saw_everything_decides(claims: list[Claim], value: dict[str, object]) -> None:
    seen = settle(claims, default={"how": "self"}).version
    settled = settle([*claims, Claim(seen, value)], default={"how": "self"})
    assert settled.value == value and settled.rivals == ()


def test_until_somebody_decides_the_careful_entry_stands() -> None:
    settled = settle(
        [Claim(0, {"how": "self"}, "甲"), Claim(0, {"how": "unpaid"}, "乙")], default={"how": "self"}
    )
    assert settled.value == {"how": "unpaid"}
    assert [claim.by for claim in settled.rivals] == ["乙", "甲"]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"how": "self", "amount": -20}, "金额要大于0"),
        ({"how": "self", "amount": 0}, "金额要大于0"),
        ({"how": "self", "amount": 1_000_000}, "不超过1000元"),
        ({"how": "self", "amount": "两毛"}, "金额要写成数字"),
        ({"how": "self", "amount": True}, "金额要写成数字"),
        ({"how": "proxy"}, "代交要写代交人的姓名"),
        ({"how": "proxy", "payer": "尔木村党支部"}, "不能替党员交党费"),
        ({"how": "host"}, "写明凭据"),
        ({"how": "free"}, "认不出来"),
        ("self", "认不出来"),
        (None, "认不出来"),
    ],
)
def test_what_cannot_stand_in_a_dues_cell(value: object, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        read_dues(value, assessed=20)


def test_a_cell_keeps_only_what_differs_from_the_usual() -> None:
    assert (
        read_dues({"how": "self", "amount": 20, "channel": "cash", "payer": "王伟"}, assessed=20)
        == DuesCell()
    )
    assert read_status({"status": "present", "reason": "到了"}).plain() == {"status": "present"}
    with pytest.raises(Refused, match="认不出来"):
        read_status({"status": "late"})


LINES = st.lists(
    st.builds(
        Line,
        member_id=st.integers(1, 99),
        kind=st.sampled_from(["due", "reduced", "exempt", "none", "pending"]),
        assessed=st.integers(0, 5000),
        dues=st.builds(
            DuesCell,
            st.sampled_from(How),
            st.just("王伟"),
            st.none() | st.integers(1, 9000),
            st.sampled_from(["cash", "transfer"]),
        ),
        elsewhere=st.sampled_from([0, 0, 20, 500]),
        statuses=st.dictionaries(st.integers(1, 3), st.sampled_from(Status), max_size=3),
        tenths=st.integers(-20, 30),
    ),
    max_size=12,
)


@given(LINES, st.integers(0, 12))
def test_sums_of_parts_are_the_sum_of_the_whole(lines: list[Line], at: int) -> None:
    whole, left, right = add_up(lines), add_up(lines[:at]), add_up(lines[at:])
    for each in fields(Totals):
        assert getattr(whole, each.name) == getattr(left, each.name) + getattr(right, each.name)


@given(LINES)
def test_money_that_came_is_cash_transfer_host_or_from_elsewhere(lines: list[Line]) -> None:
    totals = add_up(lines)
    transfers = sum(
        line.on_page
        for line in lines
        if line.dues.how in {How.SELF, How.PROXY} and line.dues.channel == "transfer"
    )
    assert totals.paid == totals.cash + transfers + totals.at_host + totals.elsewhere
    assert totals.came <= totals.should


@given(LINES, st.integers(-500, 500), st.integers(-3, 3))
def test_a_count_is_taken_only_when_it_agrees(lines: list[Line], cash: int, heads: int) -> None:
    totals = add_up(lines)
    counted = {"cash": totals.cash + cash, "heads": totals.payers + heads, "attended": totals.came}
    if (cash, heads) == (0, 0):
        check_counted(totals, **counted)
    else:
        with pytest.raises(Refused):
            check_counted(totals, **counted)


def test_the_difference_is_told() -> None:
    totals = Totals(cash=10520, payers=34, came=29)
    with pytest.raises(Refused) as refused:
        check_counted(totals, cash=10500, heads=35, attended=30)
    said = str(refused.value)
    assert "现金清点105.00元，各行合计105.20元，清点的少0.20元" in said
    assert "相差1人" in said and "相差1人次" in said


@given(st.integers(200001, 209912).filter(lambda m: 1 <= m % 100 <= 12), st.integers(-40, 40))
def test_shifting_there_and_back(month: int, by: int) -> None:
    assert shift_month(shift_month(month, by), -by) == month
    assert due_day(month, 10).day == 10


SHEET = Sheet(
    branch=1,
    month=202610,
    counted=(40, 2, 2),
    dues=[(1, "due", 20), (2, "due", 20)],
    payments=[(1, 1, 20, 0, "2026-10-15", "cash", "", "阿措克布", None)],
    meetings=[(1, "theme_party_day", "2026-10-15", "held")],
    attendance=[(1, 1, "present", ""), (1, 2, "absent", "")],
    points=[(1, 1, "M02", 5, "2026-10-15", None)],
)


def test_the_digest_does_not_depend_on_the_order_of_rows_and_on_everything_else() -> None:
    digest = digest_of(SHEET, previous="x")
    assert (
        digest_of(replace(SHEET, dues=SHEET.dues[::-1], attendance=SHEET.attendance[::-1]), previous="x")
        == digest
    )
    others = [
        replace(SHEET, counted=(60, 2, 2)),
        replace(SHEET, month=202611),
        replace(SHEET, dues=[(1, "due", 20), (2, "due", 30)]),
        replace(SHEET, attendance=[(1, 1, "present", ""), (1, 2, "leave", "")]),
        replace(SHEET, points=[]),
        replace(SHEET, payments=[]),
    ]
    digests = {digest_of(other, previous="x") for other in others}
    digests |= {digest_of(SHEET, previous="y"), digest_of(SHEET, previous="x", replaced=["z"])}
    assert len(digests | {digest}) == len(others) + 3
