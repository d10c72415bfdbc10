"""The suite's day, and days and months told from it.

Every test runs with the clock at ``NOW``, whatever day it really is. ``ZHIBU_TEST_DAY`` moves it: the fast
part of the suite is also run on a drawn awkward day (``scripts/run_tests.py``). A test module that tells its
story in calendar dates carries the mark ``dated`` and runs on the usual day only.
"""

import os
from datetime import UTC, date, datetime, timedelta

TODAY = date.fromisoformat(os.environ.get("ZHIBU_TEST_DAY") or os.environ.get("TEST_DAY") or "2026-11-24")
NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 2, 0, tzinfo=UTC)


def ago(days: int) -> date:
    """So many days before the suite's day; a negative number lies ahead."""
    return TODAY - timedelta(days=days)


def month_back(back: int = 0) -> int:
    """The month of the suite's day as ``YYYYMM``, or so many before it; a negative number lies ahead."""
    years, months = divmod(TODAY.year * 12 + TODAY.month - 1 - back, 12)
    return years * 100 + months + 1


def dashed(number: int) -> str:
    """A month as forms write it.

    >>> dashed(202610)
    '2026-10'
    """
    return f"{number // 100}-{number % 100:02d}"


def day_in(number: int, day: int) -> date:
    """A day of a month ``YYYYMM``.

    >>> day_in(202610, 15)
    datetime.date(2026, 10, 15)
    """
    return date(number // 100, number % 100, day)


def dotted(day: date) -> str:
    """A day as booklets and printed lists write it: 2026.11.24."""
    return f"{day:%Y.%m.%d}"
