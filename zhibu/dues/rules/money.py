"""Money in fen, as people write it in yuan. Pure."""

import re

from zhibu.core.text import halfwidth

_YUAN = re.compile(r"^(\d{1,9})(?:\.(\d{1,2}))?元?$")


def yuan(fen: int) -> str:
    """Two decimals, groups of three.

    >>> yuan(20), yuan(123450), yuan(-5), yuan(0)
    ('0.20', '1,234.50', '-0.05', '0.00')
    """
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


def parse_yuan(text: str) -> int | None:
    """Fen of what was typed, None for what is no amount: no sign, at most two decimals.

    >>> parse_yuan("0.2"), parse_yuan(" 1,234.50元"), parse_yuan("０.20"), parse_yuan("-1"), parse_yuan("1.005")
    (20, 123450, 20, None, None)
    """
    match = _YUAN.match(halfwidth(text).replace(",", ""))
    if match is None:
        return None
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0") or 0)
