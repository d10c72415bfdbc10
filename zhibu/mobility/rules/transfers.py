"""Transfers of the organizational relationship: states, days, letter numbers. Pure.

Sources: EDU19 art. 25 (a transfer is due when the member's place changes; committees transfer directly);
membership.md for the letter: dues paid to a month, validity, receipt slip. Until the receipt the sending
branch holds the member.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from zhibu.core.access import Refused
from zhibu.core.dates import Month
from zhibu.core.text import gettext_noop, halfwidth


class Direction(StrEnum):
    """Between two branches of the county, out of it, or into it."""

    INSIDE = "inside"
    OUT = "out"
    IN = "in"


class TransferState(StrEnum):
    """Where a transfer stands; codes/transfer_state.csv."""

    REQUESTED = "requested"
    AGREED = "agreed"
    ISSUED = "issued"
    RECEIVED = "received"
    CANCELED = "canceled"


OPEN: Final = frozenset({TransferState.REQUESTED, TransferState.AGREED, TransferState.ISSUED})
# What must hold before each deed.
_BEFORE: Final = {
    "agree": TransferState.REQUESTED,
    "issue": TransferState.AGREED,
    "reissue": TransferState.ISSUED,
    "receive": TransferState.ISSUED,
}
_CHARACTERS_OF_UNIT = 6


def check_state(state: str, deed: str, *, received_on: date | None = None) -> None:
    """Raise ``Refused`` unless the transfer stands where the deed (agree, issue, reissue, receive) begins."""
    if state == _BEFORE[deed]:
        return
    if state == TransferState.RECEIVED:
        raise Refused(
            gettext_noop("这次转接已在{day}接收，介绍信只能用一次，不能再办。"), day=received_on or ""
        )
    if state == TransferState.CANCELED:
        raise Refused(gettext_noop("这次转接已经取消，不能再办。确实要转的，请重新申请。"))
    if deed in ("receive", "reissue"):
        raise Refused(gettext_noop("还没有开介绍信（或党委批准），不能办这一步。请先由转出方党委办理。"))
    if deed == "issue" and state == TransferState.REQUESTED:
        raise Refused(gettext_noop("转出支部还没有同意，不能开介绍信。请先由转出支部办理。"))
    raise Refused(gettext_noop("这一步已经有人办过了。请刷新页面看现在的情况。"))


def check_standing(standing: str) -> None:
    """Only a membership in good standing moves: after 停止党籍 it is restored first (membership.md)."""
    if standing == "ended":
        raise Refused(gettext_noop("这位党员已经不在册，没有组织关系可转。请核对是不是选错了人。"))
    if standing != "active":
        raise Refused(gettext_noop("这位党员已经停止党籍，不能转接组织关系。请先按程序恢复党籍。"))


def check_dues_month(text: str, *, join_date: date, on: date) -> str:
    """The month dues are paid to, as "2026-10". Refused when unreadable, before joining, or over a year ahead.

    >>> check_dues_month("2026年10月", join_date=date(2009, 6, 28), on=date(2026, 11, 24))
    '2026-10'
    """
    match = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})月?", halfwidth(text))
    number = int(match[2]) if match else 0
    if match is None or not 1 <= number <= 12:
        raise Refused(gettext_noop("党费交至年月请写成2026-10这样。"))
    month = Month(int(match[1]), number)
    if month < Month.of(join_date):
        raise Refused(
            gettext_noop("党费交至{month}早于入党时间{join}。请照党费收据核对。"),
            month=month,
            join=join_date,
        )
    if month > Month(on.year + 1, on.month):
        raise Refused(gettext_noop("党费交至{month}超过今天一年以上。请照党费收据核对年月。"), month=month)
    return str(month)


def check_day(name: str, day: date, *, on: date, since: date, since_name: str) -> None:
    """Raise ``Refused`` for a day in the future or before the step that comes first."""
    if day > on:
        raise Refused(gettext_noop("{name}{day}在今天以后。请填实际办理的那一天。"), name=name, day=day)
    if day < since:
        raise Refused(
            gettext_noop("{name}{day}早于{since_name}{since}。请核对日期。"),
            name=name,
            day=day,
            since_name=since_name,
            since=since,
        )


def valid_until(issued_on: date, days: int) -> date:
    """First day on which the letter no longer holds: the day of issue counts as the first.

    >>> valid_until(date(2026, 11, 24), 30)
    datetime.date(2026, 12, 24)
    """
    return issued_on + timedelta(days=days)


def is_overdue(state: str, until: date | None, *, on: date) -> bool:
    """True once a letter that is out is no longer valid. Nothing changes by itself."""
    return state == TransferState.ISSUED and until is not None and until <= on


def needs_late_reason(until: date | None, *, received_on: date) -> bool:
    """True when the letter had lapsed on the day it was received."""
    return until is not None and until <= received_on


def needs_letter(direction: str, *, same_committee: bool, within_committee: bool) -> bool:
    """Whether a letter is written, or the committee's approval is enough (county setting)."""
    return direction != Direction.INSIDE or not same_committee or within_committee


def letter_text(prefix: str, word: str, year: int, number: int) -> str:
    """The number of a letter as it is printed.

    >>> letter_text("越西", "普", 2026, 12)
    '越西普字〔2026〕第12号'
    """
    return f"{prefix}{word}字〔{year}〕第{number}号"


def unit_word(short_name: str, others: Collection[str]) -> str:
    """A committee's word in letter numbers: the shortest beginning of its short name no other one shares.

    >>> unit_word("普雄镇党委", ["大瑞镇党委"]), unit_word("大瑞镇党委", ["大花镇党委"])
    ('普', '大瑞')
    """
    for length in range(1, _CHARACTERS_OF_UNIT + 1):
        word = short_name[:length]
        if not any(other.startswith(word) for other in others if other != short_name):
            return word
    return short_name[:_CHARACTERS_OF_UNIT]


def read_unit_words(text: str) -> dict[str, str]:
    """The county's own words, written "普雄镇党委=普；大瑞镇党委=瑞", as a mapping."""
    pairs = (part.replace("＝", "=").partition("=") for part in re.split("[；;]", text))
    return {name.strip(): word.strip() for name, _, word in pairs if name.strip() and word.strip()}


@dataclass(frozen=True, slots=True)
class PastMove:
    """A move of past years as a table states it; organizations by id, None for one outside the county."""

    received_on: date
    from_id: int | None
    to_id: int
    to_exists: bool


def check_past_move(
    move: PastMove, *, join_date: date, branch_id: int, later: Collection[date], on: date
) -> None:
    """Raise ``Refused`` when the move would jump a state: before joining, or not leading to the present branch.

    ``later``: days of the member's other known moves. The latest must lead to where the member is, unless
    that branch has been dissolved since.
    """
    if move.received_on > on:
        raise Refused(gettext_noop("接收日期{day}在今天以后。请照介绍信回执联核对。"), day=move.received_on)
    if move.received_on < join_date:
        raise Refused(
            gettext_noop("接收日期{day}早于入党时间{join}，入党以前没有组织关系可转。请核对这两个日期。"),
            day=move.received_on,
            join=join_date,
        )
    if move.from_id == move.to_id:
        raise Refused(gettext_noop("转出和转入是同一个支部。请照介绍信核对。"))
    is_latest = all(day < move.received_on for day in later)
    if is_latest and move.to_exists and move.to_id != branch_id:
        raise Refused(
            gettext_noop(
                "这是最近的一次转接，转入的却不是现在所在的支部。现在要转的，请在“组织关系转接”页面办理。"
            )
        )
