"""Paying by the quarter with the branch's consent, and from when a month is late. Pure.

Source: DUES08 art. 12 (in a special situation and with the consent of the branch, dues may be paid once a quarter).
"""

from dataclasses import dataclass
from datetime import date
from typing import Self

from zhibu.core.access import Refused
from zhibu.core.months import is_month, last_day, month_of, month_text, shift_month
from zhibu.core.text import gettext_noop
from zhibu.dues.rules.owing import last_due_month


def quarter_start(month: int) -> int:
    """The first month of the quarter a month lies in.

    >>> quarter_start(202611), quarter_start(202601)
    (202610, 202601)
    """
    return month - (month % 100 - 1) % 3


def quarter_end(month: int) -> int:
    """The last month of the quarter a month lies in.

    >>> quarter_end(202611), quarter_end(202612)
    (202612, 202612)
    """
    return quarter_start(month) + 2


def quarter_text(month: int) -> str:
    """As people write it.

    >>> quarter_text(202611)
    '2026年第4季度'
    """
    return f"{month // 100}年第{(month % 100 + 2) // 3}季度"


def waits_for_quarter(month: int, *, by_quarter: bool) -> bool:
    """Whether what is owed for a month need not be there when the month ends.

    >>> waits_for_quarter(202610, by_quarter=True), waits_for_quarter(202612, by_quarter=True)
    (True, False)
    """
    return by_quarter and month != quarter_end(month)


def paid_by(month: int, *, by_quarter: bool) -> date:
    """The last day on which a month's dues are paid in time: of the month, by the quarter of its quarter.

    >>> paid_by(202610, by_quarter=False), paid_by(202610, by_quarter=True)
    (datetime.date(2026, 10, 31), datetime.date(2026, 12, 31))
    """
    return last_day(quarter_end(month) if by_quarter else month)


@dataclass(frozen=True, slots=True)
class Late:
    """The newest months that are late on a day: ``month`` for who pays every month, ``quarter`` by the quarter.

    >>> Late.on(date(2026, 12, 26), due_day=25)
    Late(month=202612, quarter=202609)
    """

    month: int
    quarter: int

    @classmethod
    def on(cls, on: date, *, due_day: int) -> Self:
        """By the quarter nothing is late before the quarter is over."""
        return cls(last_due_month(on, due_day=due_day), shift_month(quarter_start(month_of(on)), -1))

    def is_late(self, month: int, *, by_quarter: bool) -> bool:
        """True for a month that has to be paid by now."""
        return month <= (self.quarter if by_quarter else self.month)


def check_consent(*, from_month: int, decided_on: date, member: int | None, by: int | None, on: date) -> None:
    """Raise ``Refused`` for a decision that cannot be: not from a quarter on, after the fact, or on oneself.

    ``member`` and ``by``: accounts of whom it is about and of who enters it.
    """
    if not is_month(from_month) or from_month != quarter_start(from_month):
        raise Refused(gettext_noop("按季交从一个季度的第一个月起，请选1月、4月、7月或10月。"))
    if decided_on > on:
        raise Refused(gettext_noop("支部决定的日期不能在今天以后。"))
    if from_month < quarter_start(month_of(decided_on)):
        raise Refused(
            gettext_noop("支部是{day}决定的，最早从{quarter}起。以前的季度仍按月算，没有交的请补交。"),
            day=decided_on,
            quarter=quarter_text(month_of(decided_on)),
        )
    if from_month > shift_month(quarter_start(month_of(on)), 12):
        raise Refused(gettext_noop("{month}太远，请到那一年再决定。"), month=month_text(from_month))
    if member is not None and member == by:
        raise Refused(gettext_noop("按季交是支部的决定，不能由本人登记，请由支部的另一位同志登记。"))
