"""Numbers written so that nobody can alter them (大写), as an introduction letter needs them. Pure.

Source: 组通字〔2006〕45号, notes on filling in: month of dues and validity of the letter stand in capital numerals.
"""

from typing import Final

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"


def capital(number: int) -> str:
    """A number from 0 to 99 in capital numerals. ``ValueError`` for others.

    >>> capital(7), capital(10), capital(12), capital(30), capital(90)
    ('柒', '壹拾', '壹拾贰', '叁拾', '玖拾')
    """
    if not 0 <= number <= 99:
        raise ValueError(number)
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return f"{_DIGITS[tens]}拾{_DIGITS[ones] if ones else ''}"


def capital_year(year: int) -> str:
    """A year digit by digit.

    >>> capital_year(2026)
    '贰零贰陆'
    """
    return "".join(_DIGITS[int(digit)] for digit in str(year))


def capital_month(text: str) -> str:
    """A month kept as "2026-10", as the letter says it; "" stays empty.

    >>> capital_month("2026-10"), capital_month("2026-03"), capital_month("")
    ('贰零贰陆年壹拾月', '贰零贰陆年叁月', '')
    """
    year, _, month = text.partition("-")
    return f"{capital_year(int(year))}年{capital(int(month))}月" if month else ""
