"""Text as people and spreadsheets write it. Pure."""

import re
import unicodedata
from datetime import date

# With what no database stores: NUL, and halves of surrogate pairs.
_SPACES = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\u3000\ufeff\x00\ud800-\udfff]+")
_DOTS = str.maketrans(dict.fromkeys("•‧∙・･⋅●．", "·"))


def gettext_noop(message: str) -> str:
    """Mark a Chinese sentence for the translation catalogues without translating it here."""
    return message


def squeeze(text: str) -> str:
    """Strip, and turn every run of spaces (NBSP, ideographic, zero-width, NUL) into one space.

    >>> squeeze(" \\u00a0阿\\u3000 木 \\x00")
    '阿 木'
    """
    return _SPACES.sub(" ", text).strip()


def halfwidth(text: str) -> str:
    """Full-width digits and letters as ASCII, all spaces removed: for identifiers.

    >>> halfwidth("５１３４　ｘ 1")
    '5134x1'
    """
    return _SPACES.sub("", unicodedata.normalize("NFKC", text))


def clean_name(text: str) -> str:
    """A person's or unit's name: spaces out of Han names, one middle dot U+00B7.

    Rare characters beyond the BMP and Yi syllables stay as they are: no NFKC, which would
    rewrite compatibility ideographs that are really part of a name.

    >>> clean_name("阿尔 • 木呷"), clean_name("王　伟")
    ('阿尔·木呷', '王伟')
    """
    return (
        squeeze(unicodedata.normalize("NFC", text))
        .translate(_DOTS)
        .replace(" ·", "·")
        .replace("· ", "·")
        .replace(" ", "")
    )


def is_name(text: str) -> bool:
    """1 to 40 letters of a person's name, with single middle dots inside.

    >>> is_name("阿尔·木呷"), is_name("·木呷"), is_name("a1"), is_name("𠀀")
    (True, False, False, True)
    """
    parts = text.split("·")
    return 1 <= len(text) <= 40 and all(
        part and all(c.isalpha() or c in "〇" for c in part) for part in parts
    )


def mask_resident_id(number: str) -> str:
    """First and last character only: with region and birth month known, over a thousand numbers still fit.

    >>> mask_resident_id("513499190003150036"), mask_resident_id("5")
    ('5****************6', '*')
    """
    if len(number) < 8:
        return "*" * len(number)
    return number[0] + "*" * (len(number) - 2) + number[-1]


def hide_digits(text: str) -> str:
    """Digits as stars but for a year in front: a cell that may be a birth date, however it is written.

    >>> hide_digits("1984-13-40"), hide_digits("三月6日"), hide_digits("30742")
    ('1984-**-**', '三月*日', '*****')
    """
    year = re.match(r"(19|20)\d\d(?!\d)", text)
    kept = year.end() if year else 0
    return text[:kept] + re.sub(r"\d", "*", text[kept:])


def birth_month(born: date) -> str:
    """Year and month of a birth: what lists, pages and prints show of it.

    >>> birth_month(date(1984, 3, 1))
    '1984-03'
    """
    return f"{born:%Y-%m}"


def mask_birth_date(born: date) -> str:
    """A birth date in a sheet's cell: no spreadsheet program takes it for a date.

    >>> mask_birth_date(date(1984, 3, 1))
    '1984-03-**'
    """
    return f"{birth_month(born)}-**"


def mask_phone(number: str) -> str:
    """First three and last four digits shown.

    >>> mask_phone("13800005678")
    '138****5678'
    """
    if len(number) < 8:
        return "*" * len(number)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def mask_name(name: str) -> str:
    """First character and a star for each further one, at most two: what a public page may show.

    >>> mask_name("吉则日果"), mask_name("王伟")
    ('吉**', '王*')
    """
    return name[:1] + "*" * min(len(name) - 1, 2)
