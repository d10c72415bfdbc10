"""Months as numbers (202610), and which one an entry counts in. Pure. Source: points.md rule 5."""

from collections.abc import Sequence
from datetime import date, timedelta


def month_of(on: date) -> int:
    """The month a day lies in.

    >>> month_of(date(2026, 10, 5))
    202610
    """
    return on.year * 100 + on.month


def is_month(month: int) -> bool:
    """True for a month between 2000 and 2199.

    >>> is_month(202612), is_month(202613), is_month(2026)
    (True, False, False)
    """
    return 200000 < month < 220000 and 1 <= month % 100 <= 12


def add_months(month: int, n: int) -> int:
    """So many months later; negative: earlier.

    >>> add_months(202612, 1), add_months(202601, -1), add_months(202611, -12)
    (202701, 202512, 202511)
    """
    whole = month // 100 * 12 + month % 100 - 1 + n
    return whole // 12 * 100 + whole % 12 + 1


def first_day(month: int) -> date:
    """Its first day."""
    return date(month // 100, month % 100, 1)


def last_day(month: int) -> date:
    """Its last day.

    >>> last_day(202602)
    datetime.date(2026, 2, 28)
    """
    return first_day(add_months(month, 1)) - timedelta(days=1)


def counting_month(fact_on: date, *, on: date, settle_day: int, is_open: bool, is_reopened: bool) -> int:
    """The month an entry counts in: that of the fact until the settling day of the next, later the current one.

    ``is_open``: the month of the fact is neither locked nor published; ``is_reopened``: an exception opens
    it for a while.

    >>> at = dict(settle_day=10, is_open=True, is_reopened=False)
    >>> counting_month(date(2026, 10, 5), on=date(2026, 11, 10), **at)
    202610
    >>> counting_month(date(2026, 10, 5), on=date(2026, 11, 11), **at)
    202611
    """
    own, current = month_of(fact_on), month_of(on)
    if is_reopened or own == current:
        return own
    in_time = add_months(own, 1) == current and on.day <= settle_day
    return own if is_open and in_time else current


def class_in(month: int, member_class: str, history: Sequence[Sequence[object]]) -> str:
    """The member's class in a month: a change applies from the month it names (points.md rule 6).

    ``history``: pairs of first month and class, oldest first; before the first the class of the opening.

    >>> class_in(202603, "A", [[202604, "C"]]), class_in(202604, "A", [[202604, "C"]])
    ('A', 'C')
    """
    found = member_class
    for entry in history:
        if month >= int(str(entry[0])):
            found = str(entry[1])
    return found
