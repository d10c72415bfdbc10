"""Floating registration: who may be entered, when contact is due. Floating is never lost contact by itself. Pure.

Source: 《关于进一步加强和改进流动党员管理工作的意见》 (FLOAT24), the rhythm is the county's within it.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from zhibu.core.access import Refused
from zhibu.core.dates import add_months
from zhibu.core.text import gettext_noop

WAYS: Final[Mapping[str, str]] = {
    "phone": gettext_noop("电话"),
    "visit": gettext_noop("见面"),
    "message": gettext_noop("短信、微信"),
    "video": gettext_noop("视频"),
    "other": gettext_noop("其他"),
}


class Due(StrEnum):
    """How near the next contact is."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"


def next_due(from_date: date, contacts: Iterable[date], rhythm_months: int) -> date:
    """The day by which the next contact is due: the rhythm after the departure or the latest contact.

    >>> next_due(date(2026, 8, 31), [], 3), next_due(date(2026, 8, 31), [date(2026, 11, 2)], 3)
    (datetime.date(2026, 11, 30), datetime.date(2027, 2, 2))
    """
    return add_months(max((from_date, *contacts)), rhythm_months)


def due_state(due: date, *, on: date, notice_days: int) -> Due:
    """Overdue from the day after the due day, soon from ``notice_days`` before it."""
    if due < on:
        return Due.OVERDUE
    return Due.SOON if due <= on + timedelta(days=notice_days) else Due.LATER


def expected_back(from_date: date, expected_months: int | None) -> date | None:
    """The day the person meant to be back; None when nothing was said."""
    return add_months(from_date, expected_months) if expected_months else None


def check_departure(day: date, *, join_date: date | None, on: date) -> None:
    """Raise ``Refused`` for a departure in the future or before joining. ``join_date`` None: a guest."""
    if day > on:
        raise Refused(gettext_noop("外出日期{day}在今天以后。请等出发以后再登记。"), day=day)
    if join_date is not None and day < join_date:
        raise Refused(
            gettext_noop("外出日期{day}早于入党时间{joined}。请填入党以后外出的那一天。"),
            day=day,
            joined=join_date,
        )


def check_rhythm(months: int, *, most: int) -> None:
    """Raise ``Refused`` for a rhythm outside 1 to ``most`` months."""
    if not 1 <= months <= most:
        raise Refused(
            gettext_noop("联系间隔要在1到{most}个月之间，现在是{months}个月。"), most=most, months=months
        )


def check_contact(day: date, *, from_date: date, until: date | None, on: date) -> None:
    """Raise ``Refused`` for a contact in the future, before the departure or after the return.

    The day of return counts: who came home was met.
    """
    if day > on:
        raise Refused(gettext_noop("联系日期{day}在今天以后。请在联系之后登记。"), day=day)
    if day < from_date:
        raise Refused(
            gettext_noop("联系日期{day}早于外出日期{start}。外出以前的联系不用登记在这里。"),
            day=day,
            start=from_date,
        )
    if until is not None and day > until:
        raise Refused(
            gettext_noop("联系日期{day}晚于返回日期{until}。返回以后不用再登记联系。"), day=day, until=until
        )


def check_return(day: date, *, from_date: date, last_contact: date | None, on: date) -> None:
    """Raise ``Refused`` for a return in the future, not after the departure, or before a contact that is logged."""
    if day > on:
        raise Refused(gettext_noop("返回日期{day}在今天以后。请在返回以后登记。"), day=day)
    if day <= from_date:
        raise Refused(
            gettext_noop("返回日期{day}要在外出日期{start}以后。请核对这两个日期。"), day=day, start=from_date
        )
    if last_contact is not None and day < last_contact:
        raise Refused(
            gettext_noop("返回日期{day}早于最近一次联系{last}。请核对，记错的联系可以撤销。"),
            day=day,
            last=last_contact,
        )
