"""Months as numbers: 202610 is October 2026. Pure."""

from calendar import monthrange
from datetime import date

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop


def is_month(month: int) -> bool:
    """True for a month of the years 1921 to 2200.

    >>> is_month(202612), is_month(202613), is_month(0)
    (True, False, False)
    """
    return 1921 <= month // 100 <= 2200 and 1 <= month % 100 <= 12


def check_month(month: int) -> None:
    """Raise ``Refused`` for a number that names no month, such as 202613."""
    if not is_month(month):
        raise Refused(gettext_noop("没有{month}这个月份。月份写成202610这样。"), month=month)


def month_of(on: date) -> int:
    """The month a day lies in.

    >>> month_of(date(2026, 10, 15))
    202610
    """
    return on.year * 100 + on.month


def shift_month(month: int, by: int) -> int:
    """So many months later, or earlier when negative.

    >>> shift_month(202611, 2), shift_month(202601, -1), shift_month(202611, 0)
    (202701, 202512, 202611)
    """
    place = month // 100 * 12 + month % 100 - 1 + by
    return place // 12 * 100 + place % 12 + 1


def months_between(since: int, until: int) -> int:
    """How many months ``until`` lies after ``since``; negative before.

    >>> months_between(202611, 202701), months_between(202611, 202605)
    (2, -6)
    """
    return (until // 100 - since // 100) * 12 + until % 100 - since % 100


def month_range(since: int, until: int) -> list[int]:
    """The months of [since, until).

    >>> month_range(202611, 202702)
    [202611, 202612, 202701]
    """
    return [shift_month(since, n) for n in range(max(months_between(since, until), 0))]


def first_day(month: int) -> date:
    """The first day of a month."""
    return date(month // 100, month % 100, 1)


def last_day(month: int) -> date:
    """The last day of a month.

    >>> last_day(202602)
    datetime.date(2026, 2, 28)
    """
    year, number = divmod(month, 100)
    return date(year, number, monthrange(year, number)[1])


def parse_month(text: str) -> int | None:
    """A month as addresses, forms and people write it, None for nonsense.

    >>> parse_month("2026-10"), parse_month("202610"), parse_month("2026年3月"), parse_month("2026-13")
    (202610, 202610, 202603, None)
    """
    plain = text.strip().removesuffix("月").replace("年", "-").replace(".", "-").replace("/", "-")
    year, dash, number = plain.partition("-")
    if not dash and len(year) == 6:
        year, number = year[:4], year[4:]
    if not (plain.isascii() and year.isdigit() and number.isdigit() and len(year) == 4 and len(number) <= 2):
        return None
    month = int(year) * 100 + int(number)
    return month if is_month(month) else None


def month_text(month: int) -> str:
    """As people write it.

    >>> month_text(202603)
    '2026年3月'
    """
    return f"{month // 100}年{month % 100}月"


def month_code(month: int) -> str:
    """As addresses, fields and audit data carry it.

    >>> month_code(202603)
    '2026-03'
    """
    return f"{month // 100}-{month % 100:02d}"


def period_text(since: int, until: int) -> str:
    """The months of [since, until) as people write them.

    >>> period_text(202607, 202608), period_text(202607, 202610), period_text(202612, 202703)
    ('2026年7月', '2026年7至9月', '2026年12月至2027年2月')
    """
    last = shift_month(until, -1)
    if last <= since:
        return month_text(since)
    if since // 100 == last // 100:
        return f"{since // 100}年{since % 100}至{last % 100}月"
    return f"{month_text(since)}至{month_text(last)}"
