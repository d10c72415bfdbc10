"""Reads one spreadsheet in a process of its own, so that a bad file ends this process and never the server.

Started with ``python -I -S`` (see ``reading``): it imports neither Django nor anything of ours outside
this folder, and is up in 30 ms. Standard input is one line of JSON (what to look for), then the bytes of the file.
Standard output is one JSON object: the grid, or ``{"refused": code, ...}`` whose sentence ``reading`` knows.
A cell that is no plain text or number is written as NUL and a letter: ``d`` date, ``m`` moment with a
time of day, ``n`` date of which the person sees only a part, ``t`` time, ``b`` true or false, ``e`` formula
error, ``f`` formula without a result.
"""

import re
import unicodedata
from typing import Any

MEMORY = 1536 * 1024**2  # bytes of address space; 100,000 rows of 16 columns need 0.4 GB
SECONDS = 60  # of processor time
MAX_ROWS = 110_000
MAX_CELLS = 12_000_000  # from A1 to the last one that holds something
MAX_UNPACKED = 500 * 1024**2
MAX_RATIO = 250  # deflate reaches 1,032 on zeros; rosters of equal rows stay under 60
MAX_MEMBERS = 3_000
HEADER_WITHIN = 40  # rows

Cell = Any  # what the library yields: str, int, float, bool, date, datetime, time, timedelta

_STRIP = re.compile(r"[\s\u00a0\u00ad\u2000-\u200f\u202a-\u202f\u2060-\u206f\u3000\ufe00-\ufe0f\ufeff*:：]+")
_BRACKETS = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]$")


class Refusal(Exception):
    """The file cannot be used; ``code`` chooses the sentence."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def plain_title(text: str) -> str:
    """A column title without spaces, stars, colons and a closing bracket, in half width.

    >>> plain_title("＊身份证号\\n（18位）"), plain_title("入党 时间：")
    ('身份证号', '入党时间')
    """
    found = _STRIP.sub("", unicodedata.normalize("NFKC", text))
    return _BRACKETS.sub("", found) or found


def letter(index: int) -> str:
    """Column letters of a 0-based index.

    >>> letter(0), letter(25), letter(26), letter(701), letter(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """0-based index of column letters.

    >>> column_index("A"), column_index("AA")
    (0, 26)
    """
    index = 0
    for each in letters:
        index = index * 26 + ord(each) - 64
    return index - 1


def is_blank(cell: Cell) -> bool:
    """True for nothing and for spaces only."""
    return cell is None or (cell.__class__ is str and not _STRIP.sub("", cell))


class Header:
    """Where the titles stand: 0-based row, and 0-based column -> key."""

    def __init__(self, row: int, found: dict[int, str]) -> None:
        self.row, self.found = row, found


def find_header(rows: list[list[Cell]], titles: dict[str, str]) -> Header | None:
    """The row of the first ones that holds most of the titles; at least two, or all of a sheet with one.

    A blank cell takes the title above it: that is how a title merged over two rows looks.
    """
    best, most = None, min(2, len(set(titles.values()))) - 1
    above: list[Cell] = []
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        found, direct = {}, 0
        for column, cell in enumerate(row):
            is_blank = cell == "" or cell is None
            text = cell if not is_blank else (above[column] if column < len(above) else "")
            key = titles.get(plain_title(text)) if isinstance(text, str) else None
            if key is not None:
                found[column] = key
                direct += not is_blank
        if direct and len(found) > most:
            best, most = Header(index, found), len(found)
        above = row
    return best
