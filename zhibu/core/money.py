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


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")


def capitals(fen: int) -> str:
    """An amount in the capital numerals receipts are written with; 0 or more fen.

    >>> capitals(20), capitals(120), capitals(123405), capitals(1000000), capitals(10050007), capitals(0)
    ('贰角整', '壹元贰角整', '壹仟贰佰叁拾肆元零伍分', '壹万元整', '壹拾万零伍佰元零柒分', '零元整')
    """
    whole, rest = divmod(fen, 100)
    jiao, cents = divmod(rest, 10)
    text = f"{_whole(whole)}元" if whole else ""
    if not rest:
        return f"{text or '零元'}整"
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif whole:
        text += "零"
    return f"{text}{_DIGITS[cents]}分" if cents else f"{text}整"


def _whole(number: int) -> str:
    text, gap = "", False
    digits = str(number)
    for n, digit in enumerate(digits):
        place = len(digits) - n - 1
        if digit == "0":
            gap = bool(text)
        else:
            text += ("零" if gap else "") + _DIGITS[int(digit)] + _PLACES[place % 4]
            gap = False
        if place % 4 == 0 and place and digits[max(0, n - 3) : n + 1].strip("0"):
            text += _GROUPS[place // 4]
    return text
