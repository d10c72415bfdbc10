"""Which month an entry counts in, and a class within a month. Pure. Source: points.md rule 5."""

from collections.abc import Sequence
from datetime import date

from zhibu.core.months import month_of, shift_month


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
    in_time = shift_month(own, 1) == current and on.day <= settle_day
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
