"""What a member pays a month (dues.md "Who pays what"). Pure; money in fen, rates in basis points.

Sources: 中组发〔2008〕3号 art. 1-7; 组电明字〔2017〕5号 items (1)-(3): assessed once a year, at most 1000 yuan, and the
base of the retired is their basic pension without allowances.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from zhibu.core.access import Refused
from zhibu.core.money import yuan
from zhibu.core.months import parse_month
from zhibu.core.text import gettext_noop

BASE_LIMIT: Final = 100_000_000
"""A monthly income above a million yuan is a typing error."""

BASE_LEAST: Final = 10_000
"""So is one below a hundred yuan: most likely the dues were typed instead of the income."""


class Method(StrEnum):
    """How a category's amount comes about."""

    BANDS = "bands"
    RANGE = "range"
    FIXED = "fixed"
    RELIEF = "relief"


METHODS: Final[Mapping[str, Method]] = {
    "salaried": Method.BANDS,
    "annual_salary": Method.BANDS,
    "irregular_income": Method.BANDS,
    "retired": Method.BANDS,
    "farmer": Method.RANGE,
    "student": Method.FIXED,
    "laid_off": Method.FIXED,
    "relief_dependent": Method.FIXED,
    "minimum_living": Method.FIXED,
    "reduced": Method.RELIEF,
    "exempt": Method.RELIEF,
}

RELIEF_SOURCE: Final = gettext_noop(
    "第七条：支部研究，报上级党委批准；离退休党员确有困难的，由支部决定，告知上级党委（组电明字〔2017〕5号）。"
)
SOURCES: Final[Mapping[str, str]] = {
    "salaried": gettext_noop("第一条、第二条：每月税后固定的、经常性的工资收入，按比例交。"),
    "annual_salary": gettext_noop("第三条：按当月实际领取的薪酬。"),
    "irregular_income": gettext_noop("第四条：按上季度月平均纯收入。"),
    "retired": gettext_noop(
        "第五条：按每月的基本离退休费或者基本养老金，不含津贴补贴（组电明字〔2017〕5号）。"
    ),
    "farmer": gettext_noop("第六条：农民党员每月交0.2元至1元。"),
    "student": gettext_noop("第六条：每月0.2元。"),
    "laid_off": gettext_noop("第六条：每月0.2元。"),
    "relief_dependent": gettext_noop("第六条：每月0.2元。"),
    "minimum_living": gettext_noop("第六条：每月0.2元。"),
    "reduced": RELIEF_SOURCE,
    "exempt": RELIEF_SOURCE,
}


@dataclass(frozen=True, slots=True)
class Band:
    """Incomes above the band before and up to and including ``up_to`` (None: without end) pay ``rate``."""

    up_to: int | None
    rate: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """The values that hold for a month. ``label`` names the version, for the assessment that follows it."""

    label: str
    salaried: tuple[Band, ...]
    retired: tuple[Band, ...]
    farmer_min: int
    farmer_max: int
    farmer_default: int
    fixed: int
    cap: int

    def bands_of(self, category: str) -> tuple[Band, ...]:
        """The bands of a category whose amount follows from an income."""
        return self.retired if category == "retired" else self.salaried


def rate_of(base: int, bands: tuple[Band, ...]) -> int:
    """The rate of the band an income lies in, in basis points; an upper limit belongs to the lower band.

    >>> bands = (Band(300_000, 50), Band(500_000, 100), Band(None, 150))
    >>> [rate_of(base, bands) for base in (300_000, 300_001, 500_001)]
    [50, 100, 150]
    """
    return next(band.rate for band in bands if band.up_to is None or base <= band.up_to)


def assess(base: int, bands: tuple[Band, ...], cap: int) -> int:
    """Monthly dues in fen. The rate of the band applies to the whole base, so amounts jump; half up to the fen.

    >>> bands = (Band(300_000, 50), Band(500_000, 100), Band(1_000_000, 150), Band(None, 200))
    >>> [assess(base, bands, 100_000) for base in (299_999, 300_000, 300_001, 500_001, 1_000_001, 6_000_000)]
    [1500, 1500, 3000, 7500, 20000, 100000]
    """
    return min((base * rate_of(base, bands) * 2 + 10_000) // 20_000, cap)


def amount_of(category: str, *, base: int | None, chosen: int | None, schedule: Schedule) -> int:
    """What a member of the category pays: from the income, from the range (``chosen``), or fixed.

    Raises ``Refused`` with what is missing or out of range.
    """
    method = METHODS.get(category)
    if method is None:
        raise Refused(gettext_noop("党费类别不对，请从名单里选。"))
    if method is Method.RELIEF:
        raise Refused(
            gettext_noop("少交、免交没有固定金额。请先按原来的类别核定，再办少交免交审批。"),
        )
    if method is Method.FIXED:
        return schedule.fixed
    if method is Method.RANGE:
        amount = schedule.farmer_default if chosen is None else chosen
        if not schedule.farmer_min <= amount <= schedule.farmer_max:
            raise Refused(
                gettext_noop("农民党员每月交{low}元至{high}元，填的是{amount}元。依据第六条。"),
                low=yuan(schedule.farmer_min),
                high=yuan(schedule.farmer_max),
                amount=yuan(amount),
            )
        return amount
    if base is None:
        raise Refused(gettext_noop("这个类别按收入计算，请填计算基数（元/月）。"))
    if not BASE_LEAST <= base <= BASE_LIMIT:
        raise Refused(
            gettext_noop("计算基数{base}元不对。这里填每月的收入，不是党费，单位是元。"),
            base=yuan(base),
        )
    return max(assess(base, schedule.bands_of(category), schedule.cap), 1)


def usual_amount(category: str, schedule: Schedule) -> int | None:
    """What the category pays without an assessment; None where an income or an approval decides."""
    method = METHODS.get(category)
    if method is Method.FIXED:
        return schedule.fixed
    return schedule.farmer_default if method is Method.RANGE else None


def month_to_assess(text: str, *, on: date) -> int:
    """From which month dues are assessed: as asked, else from the next January.

    In November and December one assesses for the year to come, before for the present one.

    >>> month_to_assess("2026-07", on=date(2026, 3, 1)), month_to_assess("", on=date(2025, 11, 2))
    (202607, 202601)
    """
    return parse_month(text) or (on.year + 1 if on.month > 10 else on.year) * 100 + 1
