"""The catalogue of points as it holds on a day: items, caps, stars. Pure. Source: points.md, points.toml."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from zhibu.core.text import gettext_noop


class Kind(StrEnum):
    """What an item is for; also the groups a published list shows."""

    MONTHLY = "monthly"
    YEARLY = "yearly"
    BONUS = "bonus"
    DEDUCTION = "deduction"
    VETO = "veto"


KIND_LABELS: Final[Mapping[Kind, str]] = {
    Kind.MONTHLY: gettext_noop("每月必做"),
    Kind.YEARLY: gettext_noop("每年必做"),
    Kind.BONUS: gettext_noop("加分"),
    Kind.DEDUCTION: gettext_noop("扣分"),
    Kind.VETO: gettext_noop("一票否决"),
}
GROUPS: Final = (Kind.MONTHLY, Kind.YEARLY, Kind.BONUS, Kind.DEDUCTION)

UNIT_LABELS: Final[Mapping[str, str]] = {
    "month": gettext_noop("每月"),
    "year": gettext_noop("每年"),
    "event": gettext_noop("每次"),
}


class Source(StrEnum):
    """Where an entry comes from: a person, or one of the ledgers."""

    MANUAL = "manual"
    DUES = "dues"
    MEETINGS = "meetings"
    STUDY = "study"


SOURCE_LABELS: Final[Mapping[str, str]] = {
    Source.MANUAL: gettext_noop("手工登记"),
    Source.DUES: gettext_noop("党费台账"),
    Source.MEETINGS: gettext_noop("组织生活台账"),
    Source.STUDY: gettext_noop("学时台账"),
}


class MemberClass(StrEnum):
    """Classes of members (points.toml member_class)."""

    ORDINARY = "A"
    CADRE = "B"
    FRAIL = "C"
    FLOATING = "D"
    PROBATIONARY = "E"


CLASS_LABELS: Final[Mapping[str, str]] = {
    MemberClass.ORDINARY: gettext_noop("普通党员"),
    MemberClass.CADRE: gettext_noop("村“两委”成员和村组干部"),
    MemberClass.FRAIL: gettext_noop("年老体弱党员"),
    MemberClass.FLOATING: gettext_noop("流动党员"),
    MemberClass.PROBATIONARY: gettext_noop("预备党员"),
}

BELOW: Final = "below_base"
VETOED: Final = "vetoed"
STARS: Final = ("five_star", "four_star", "three_star", "two_star", "one_star")
GRADE_LABELS: Final[Mapping[str, str]] = {
    "five_star": gettext_noop("五星"),
    "four_star": gettext_noop("四星"),
    "three_star": gettext_noop("三星"),
    "two_star": gettext_noop("二星"),
    "one_star": gettext_noop("一星"),
    BELOW: gettext_noop("低于基础积分"),
    VETOED: gettext_noop("一票否决"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One item. ``tenths`` and ``cap`` (of a year) are signed tenths of a point, negative for deductions.

    ``ledger``: an automatic item comes from there and from nowhere else. ``by_committee``: the committee
    above the branch approves. ``applies_to``: classes of members it counts for.
    """

    code: str
    name: str
    kind: Kind
    unit: str
    tenths: int
    cap: int
    evidence: str
    applies_to: frozenset[str]
    ledger: str = ""
    by_committee: bool = False
    note: str = ""
    enabled: bool = True

    def applies(self, member_class: str) -> bool:
        """Whether it counts for the class: class C never loses for absence, D is judged by its contacts."""
        return member_class in self.applies_to


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that the county sets about points, in tenths where it is points.

    ``line``: below it is "低于基础积分", tested at the end of the year only. ``stars``: grade and its
    least total, highest first.
    """

    items: Mapping[str, Item]
    base: int = 600
    line: int = 600
    bonus_cap: int = 300
    deduction_cap: int = -600
    total_cap: int = 1200
    stars: Sequence[tuple[str, int]] = ()
    objection_days: int = 5
    settle_day: int = 10
    elderly_age: int = 75
    quarter_warning: bool = True


def tenths_of(text: str) -> int:
    """Points as written, in tenths.

    >>> tenths_of("0.5"), tenths_of("60"), tenths_of("-2.0")
    (5, 600, -20)
    """
    whole, _, part = text.lstrip("-").partition(".")
    value = int(whole) * 10 + int(part or "0")
    return -value if text.startswith("-") else value


def points_text(tenths: int) -> str:
    """Tenths as people write points: one decimal, the minus sign U+2212.

    >>> points_text(605), points_text(-20), points_text(0)
    ('60.5', '−2.0', '0.0')
    """
    sign = "−" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}"


def change_text(tenths: int) -> str:
    """A change, signed.

    >>> change_text(5), change_text(-20), change_text(0)
    ('+0.5', '−2.0', '0.0')
    """
    return f"+{points_text(tenths)}" if tenths > 0 else points_text(tenths)
