"""Dates and months without a clock. Pure."""

import re
from dataclasses import dataclass
from datetime import date

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


def full_years(since: date, on: date) -> int:
    """Completed years between two dates; 0 when ``on`` lies before ``since``.

    >>> full_years(date(2010, 6, 28), date(2026, 6, 27)), full_years(date(2010, 6, 28), date(2026, 6, 28))
    (15, 16)
    """
    return max(on.year - since.year - ((on.month, on.day) < (since.month, since.day)), 0)


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
