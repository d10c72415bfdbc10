"""Credit hours (学时, 45 minutes each) in tenths, as people write and read them. Pure."""

import re

from zhibu.core.text import halfwidth

_WRITTEN = re.compile(r"(\d{1,3})(?:\.(\d))?(?:学时|课时)?")


def parse_hours(text: str) -> int | None:
    """Tenths of an hour of "2", "1.5" or "１．５学时"; None for anything else, more than one decimal too.

    >>> parse_hours("2"), parse_hours("１．５学时"), parse_hours("1.25"), parse_hours("-1")
    (20, 15, None, None)
    """
    found = _WRITTEN.fullmatch(halfwidth(text))
    return int(found[1]) * 10 + int(found[2] or 0) if found else None


def hours_text(tenths: int) -> str:
    """With one decimal.

    >>> hours_text(185), hours_text(-20)
    ('18.5', '-2.0')
    """
    return f"{'-' if tenths < 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10}"
