"""Text as people and spreadsheets write it. Pure."""

import re
import unicodedata
from datetime import date

# With what no database stores: NUL, and halves of surrogate pairs.
_SPACES = re.compile(r"[\s\u00a0\u2000-\u200a\u202f\u3000\x00\ud800-\udfff]+")
# Soft hyphen, zero-width marks, marks of direction, variation selectors: what nobody sees and nobody typed.
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    r"\U000e0001-\U000e007f\U000e0100-\U000e01ef]+"
)
# Every sign that is typed or drawn for the dot inside a name; the ASCII full stop only where one searches.
_DOTS = str.maketrans(
    dict.fromkeys(
        "\u0387\u2022\u2027\u2219\u22c5\u2e31\u2e33\u30fb\uff65\u25cf\u25e6\u2024\u318d\u16eb\u1427\ua78f\uff0e",
        "·",
    )
)
_UNDOTTED = str.maketrans(dict.fromkeys([*map(chr, _DOTS), "·", ".", "。", "'", "’", " "]))
# Digits of any width, with spaces or hyphens between groups: 18 or 15 of a resident ID, 11 of a mobile phone.
_NUMBER = re.compile(
    r"(?<!\d)(?:\d(?:[ -]?\d){16}[ -]?[\dXxＸｘ]|[1-9１-９](?:[ -]?\d){14}|[1１][ -]?[3-9３-９](?:[ -]?\d){9})(?!\d)"
)


def gettext_noop(message: str) -> str:
    """Mark a Chinese sentence for the translation catalogues without translating it here."""
    return message


def drop_invisible(text: str) -> str:
    """Without marks that nobody sees: two names that look the same are then the same.

    >>> drop_invisible("阿\\u200d木\\ufe0f\\u202e")
    '阿木'
    """
    return _INVISIBLE.sub("", text)


def squeeze(text: str) -> str:
    """Strip, drop invisible marks, and turn every run of spaces (NBSP, ideographic, NUL) into one space.

    >>> squeeze(" \\u00a0阿\\u3000 木\\u200b \\x00")
    '阿 木'
    """
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def halfwidth(text: str) -> str:
    """Full-width digits and letters as ASCII, all spaces removed: for identifiers.

    >>> halfwidth("５１３４　ｘ 1")
    '5134x1'
    """
    return _SPACES.sub("", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)))


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


def without_dots(name: str) -> str:
    """A name as it is compared and searched: without spaces, invisible marks and any dot.

    >>> without_dots("阿尔•木呷"), without_dots(" 阿尔 ꞏ木呷"), without_dots("xi'an")
    ('阿尔木呷', '阿尔木呷', 'xian')
    """
    return squeeze(name).translate(_UNDOTTED)


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


def hide_numbers(text: str) -> str:
    """Resident IDs and mobile phones masked wherever they stand: a cell may hold what belongs in another column.

    >>> hide_numbers("吉则 513499190003150036，１３８0000 5678")
    '吉则 5****************6，138****5678'
    """
    return _NUMBER.sub(_hidden, text)


def _hidden(found: re.Match[str]) -> str:
    number = halfwidth(found[0]).replace("-", "")
    return mask_phone(number) if len(number) == 11 else mask_resident_id(number)


def mask_name(name: str) -> str:
    """First character and a star for each further one, at most two: what a public page may show.

    >>> mask_name("吉则日果"), mask_name("王伟")
    ('吉**', '王*')
    """
    return name[:1] + "*" * min(len(name) - 1, 2)
