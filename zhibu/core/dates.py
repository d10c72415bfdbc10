"""Dates and months without a clock. Pure."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_YMD = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")


def parse_date(text: str) -> date | None:
    """A date as Chinese offices write it, or None.

    >>> parse_date("2026年3月5日"), parse_date("2026.3.05"), parse_date("20260305"), parse_date("2026-02-30")
    (datetime.date(2026, 3, 5), datetime.date(2026, 3, 5), datetime.date(2026, 3, 5), None)
    """
    match = _YMD.match(text) or _COMPACT.match(text)
    if not match:
        return None
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


def is_in_force(from_: date, until: date | None, *, on: date) -> bool:
    """Half-open periods: ``until`` is the first day on which the thing no longer holds."""
    return from_ <= on and (until is None or on < until)


def add_months(day: date, months: int) -> date:
    """The same day so many months later; where that month is shorter, its last day.

    >>> add_months(date(2024, 3, 15), 12), add_months(date(2026, 8, 31), 6), add_months(date(2024, 2, 29), 12)
    (datetime.date(2025, 3, 15), datetime.date(2027, 2, 28), datetime.date(2025, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def full_since(on: date, months: int) -> date:
    """The latest day since which so many months are full ``on`` that day: for a query, ``add_months`` read backward.

    >>> full_since(date(2025, 2, 28), 12), full_since(date(2025, 2, 27), 12)
    (datetime.date(2024, 2, 29), datetime.date(2024, 2, 27))
    """
    found = add_months(on, -months)
    while add_months(found + timedelta(days=1), months) <= on:
        found += timedelta(days=1)
    return found


def full_years(since: date, on: date) -> int:
    """Completed years between two dates, each full on the day of ``add_months``; 0 when ``on`` lies before ``since``.

    >>> full_years(date(2010, 6, 28), date(2026, 6, 27)), full_years(date(2010, 6, 28), date(2026, 6, 28))
    (15, 16)
    >>> full_years(date(2024, 2, 29), date(2025, 2, 28))
    1
    """
    years = max(on.year - since.year, 0)
    return years - (years > 0 and on < add_months(since, 12 * years))


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, "2026-11"."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @classmethod
    def of(cls, on: date) -> "Month":
        """The month a day lies in."""
        return cls(on.year, on.month)


def means_birth(told: object, born: date) -> bool:
    """True when what a sheet's cell says of a birth, a day or only its ``Month``, fits the birth date of record.

    >>> means_birth(date(1984, 3, 1), date(1984, 3, 1)), means_birth(Month(1984, 3), date(1984, 3, 1))
    (True, True)
    """
    return told in (born, Month.of(born))
