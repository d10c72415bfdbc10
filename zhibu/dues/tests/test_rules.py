"""The examples of dues.md, and what holds for every amount and every month."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.core.access import Refused
from zhibu.core.money import parse_yuan, yuan
from zhibu.core.months import month_range, months_between, parse_month, shift_month
from zhibu.dues.policies import DUES, DuesRules
from zhibu.dues.rules.owing import Arrival, check_payer, check_payment, due_of, last_due_month, longest_unpaid
from zhibu.dues.rules.relieving import branch_decides
from zhibu.dues.rules.remitting import check_remittance, suggested
from zhibu.dues.rules.schedule import METHODS, SOURCES, amount_of, assess, rate_of

pytestmark = pytest.mark.dated

SCHEDULE = DUES.shipped().schedule("dues-0")
TERMS = DUES.shipped().terms()
MONTHS = st.builds(lambda year, number: year * 100 + number, st.integers(2008, 2100), st.integers(1, 12))


@pytest.mark.parametrize(
    ("category", "base", "amount"),
    [
        ("salaried", 299_999, 1500),
        ("salaried", 300_000, 1500),
        ("salaried", 300_001, 3000),
        ("salaried", 500_000, 5000),
        ("salaried", 500_001, 7500),
        ("salaried", 1_000_000, 15000),
        ("salaried", 1_000_001, 20000),
        ("salaried", 6_000_000, 100_000),
        ("annual_salary", 500_001, 7500),
        ("irregular_income", 300_001, 3000),
        ("retired", 500_000, 2500),
        ("retired", 500_001, 5000),
    ],
)
def test_the_examples_of_the_rules(category: str, base: int, amount: int) -> None:
    assert amount_of(category, base=base, chosen=None, schedule=SCHEDULE) == amount


def test_the_base_of_the_retired_is_the_basic_pension_without_allowances() -> None:
    assert "基本养老金，不含津贴补贴（组电明字〔2017〕5号）" in SOURCES["retired"]
    assert "实际领取" not in SOURCES["retired"]


@pytest.mark.parametrize("category", list(METHODS))
def test_only_on_the_retired_the_branch_decides_itself(category: str) -> None:
    assert branch_decides(category) is (category == "retired")


def test_fixed_amounts_and_the_range_of_farmers() -> None:
    for category in ("student", "laid_off", "relief_dependent", "minimum_living"):
        assert amount_of(category, base=None, chosen=None, schedule=SCHEDULE) == 20
    assert amount_of("farmer", base=None, chosen=None, schedule=SCHEDULE) == 20
    assert amount_of("farmer", base=None, chosen=100, schedule=SCHEDULE) == 100
    for amount in (19, 101):
        with pytest.raises(Refused, match="农民党员每月交0"):
            amount_of("farmer", base=None, chosen=amount, schedule=SCHEDULE)
    with pytest.raises(Refused, match="请填计算基数"):
        amount_of("salaried", base=None, chosen=None, schedule=SCHEDULE)
    with pytest.raises(Refused, match="请先按原来的类别核定"):
        amount_of("exempt", base=None, chosen=None, schedule=SCHEDULE)


@given(base=st.integers(1, 99_999_999), more=st.integers(0, 1_000_000))
def test_a_higher_income_never_pays_less_and_nobody_pays_above_the_cap(base: int, more: int) -> None:
    low, high = (assess(each, SCHEDULE.salaried, SCHEDULE.cap) for each in (base, base + more))
    assert 0 <= low <= high <= SCHEDULE.cap
    rate = next(band.rate for band in SCHEDULE.salaried if band.up_to is None or base <= band.up_to)
    if low < SCHEDULE.cap:
        assert abs(low * 10_000 - base * rate) <= 5_000


def test_bands_that_do_not_ascend_are_refused() -> None:
    with pytest.raises(ValueError, match="bands ascend"):
        DuesRules(salaried_1_up_to=600_000)


@given(fen=st.integers(0, 99_999_999_999))
def test_what_is_shown_is_read_back(fen: int) -> None:
    assert parse_yuan(yuan(fen)) == fen
    assert parse_yuan(f"￥{yuan(fen)}") is None


@given(month=MONTHS, count=st.integers(-200, 200))
def test_months_add_up(month: int, count: int) -> None:
    later = shift_month(month, count)
    assert months_between(month, later) == count
    assert len(month_range(month, later)) == max(count, 0)
    assert parse_month(f"{later // 100}-{later % 100:02d}") == later


def test_before_the_start_and_during_suspension_nothing_is_owed() -> None:
    def of(month: int, **facts: object) -> tuple[str, int]:
        values: dict[str, object] = {
            "join_date": date(2026, 3, 20),
            "standing": "active",
            "category": "farmer",
            "assessed": None,
            "relief": None,
            "schedule": SCHEDULE,
        }
        kind, amount = due_of(month, **{**values, **facts})  # type: ignore[arg-type]
        return str(kind), amount

    assert of(202602) == ("none", 0)
    assert of(202603) == ("due", 20)
    assert of(202604, standing="suspended") == ("none", 0)
    assert of(202604, standing="ended") == ("left", 0)
    letter = Arrival(202606, came=202604)
    months = (202603, 202604, 202605, 202606)
    assert [of(month, arrival=letter)[0] for month in months] == ["due", "none", "none", "due"]
    assert of(202604, assessed=50) == ("due", 50)
    assert of(202604, category="salaried") == ("due", 0)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"amount": -20}, "不能是负数"),
        ({"extra": -1}, "不能是负数"),
        ({"amount": 0}, "金额是0"),
        ({"amount": 100_000_001}, "太大"),
        ({"month": 202613}, "月份不对"),
        ({"paid_on": date(2026, 11, 25)}, "在今天以后"),
        ({"channel": "barter"}, "交款方式不对"),
        ({"channel": "host"}, "写明凭据"),
        ({"month": 202604}, "超过6个月.*上级党委研究"),
        ({"month": 202702}, "最多预交2个月"),
    ],
)
def test_bad_payments_are_refused_with_a_sentence(facts: dict[str, object], sentence: str) -> None:
    values: dict[str, object] = {
        "name": "吉克",
        "month": 202611,
        "amount": 20,
        "extra": 0,
        "paid_on": date(2026, 11, 24),
        "channel": "cash",
        "note": "",
        "has_decision": False,
        "terms": TERMS,
        "on": date(2026, 11, 24),
    }
    check_payment(**values)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refusal:
        check_payment(**{**values, **facts})  # type: ignore[arg-type]
    assert re.search(sentence, str(refusal.value))


def test_six_months_back_may_be_paid_and_a_decision_lifts_the_limit() -> None:
    values = {
        "name": "吉克",
        "amount": 20,
        "extra": 0,
        "paid_on": date(2026, 11, 24),
        "channel": "cash",
        "note": "",
        "terms": TERMS,
        "on": date(2026, 11, 24),
    }
    check_payment(month=202605, has_decision=False, **values)  # type: ignore[arg-type]
    check_payment(month=202512, has_decision=True, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("payer", ["新村党支部", "村委会", "某某公司", "阿市镇党委"])
def test_no_organization_pays_for_a_member(payer: str) -> None:
    with pytest.raises(Refused, match="不能替党员交党费"):
        check_payer(payer)


def test_a_proxy_is_a_person() -> None:
    check_payer("")
    check_payer("吉克·木呷")
    with pytest.raises(Refused, match="请填姓名"):
        check_payer("0831")


@given(st.lists(st.booleans(), max_size=30))
def test_the_longest_run_is_a_run_and_none_is_longer(unpaid: list[bool]) -> None:
    months = [(shift_month(202401, n), each) for n, each in enumerate(unpaid)]
    run, since = longest_unpaid(months)
    text = "".join("x" if each else "." for each in unpaid)
    assert "x" * run in text
    assert "x" * (run + 1) not in text
    if run:
        start = months_between(202401, since)
        assert all(unpaid[start : start + run])


def test_a_month_is_late_from_the_day_after_the_due_day() -> None:
    assert last_due_month(date(2026, 11, 25), due_day=25) == 202610
    assert last_due_month(date(2026, 11, 26), due_day=25) == 202611
    assert last_due_month(date(2026, 1, 3), due_day=25) == 202512


@given(collected=st.integers(0, 10**9), share=st.integers(0, 10_000))
def test_what_is_suggested_adds_up(collected: int, share: int) -> None:
    amount = suggested(collected, share)
    assert 0 <= amount <= collected
    check_remittance(
        from_month=202607,
        months=3,
        follows=202607,
        this_month=202611,
        collected=collected,
        amount=amount,
        kept=collected - amount,
    )


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"amount": 900}, "对不上，差1.00元"),
        ({"amount": 1100, "kept": -100}, "对不上"),
        ({"months": 2}, "按月或按季度"),
        ({"from_month": 202608}, "1月、4月、7月或10月"),
        ({"follows": 202604}, "这次要从2026年4月开始"),
        ({"from_month": 202610, "follows": None}, "还没有到"),
    ],
)
def test_remittances_that_do_not_add_up_are_refused(facts: dict[str, object], sentence: str) -> None:
    values: dict[str, object] = {
        "from_month": 202607,
        "months": 3,
        "follows": 202607,
        "this_month": 202611,
        "collected": 1000,
        "amount": 1000,
        "kept": 0,
    }
    with pytest.raises(Refused) as refusal:
        check_remittance(**{**values, **facts})  # type: ignore[arg-type]
    assert re.search(sentence, str(refusal.value))


def test_the_rate_shown_is_the_rate_the_amount_comes_from() -> None:
    for base in (299_999, 300_000, 300_001, 500_001, 1_000_001):
        rate = rate_of(base, SCHEDULE.salaried)
        assert assess(base, SCHEDULE.salaried, SCHEDULE.cap) == min(
            (base * rate + 5000) // 10_000, SCHEDULE.cap
        )
