"""Rows whose cells stand under the wrong titles."""

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from zhibu.core.text import halfwidth
from zhibu.imports.reading import Grid, Raw
from zhibu.imports.sheets import Column, Row

_NUMBER = re.compile(r"\d{17}[\dXx]")
_WORDS = "零一二三四五六七八九十"


def shifted_rows(grid: Grid, columns: Sequence[Column], rows: Sequence[Row]) -> Iterator[tuple[Row, str]]:
    """Each row that is out of place, with the one sentence that says so.

    Told by cells beyond the last title (unless most rows have one there: a column without a title), or by a
    resident ID that stands in another column than its own.
    """
    has_untitled = len(grid.wide) * 2 > len(rows)
    own = next((column.key for column in columns if column.mask == "resident_id"), "")
    strays = _strays(grid, own)
    for index, row in enumerate(rows):
        stray = strays.get(index)
        extra = grid.wide.get(row.number, 0)
        if extra and (row.problems or stray or not has_untitled):
            count = _WORDS[extra] if extra < len(_WORDS) else str(extra)
            sentence = _("第{row}行比表头多{count}格，内容错位。请照表头一格一格对齐，再传一次。")
            yield row, sentence.format(row=row.number, count=count)
        elif stray:
            title = next(column.title for column in columns if column.key == stray)
            sentence = _("第{row}行的身份证号落在“{title}”列，内容错位。请照表头一格一格对齐，再传一次。")
            yield row, sentence.format(row=row.number, title=title)


def _strays(grid: Grid, own: str) -> dict[int, str]:
    """Index of a row -> key of the column in which its resident ID stands instead of in its own."""
    if own not in grid.keys:
        return {}
    right = grid.cells[grid.keys.index(own)]
    return {
        index: key
        for key, cells in zip(grid.keys, grid.cells, strict=True)
        if key != own
        for index, cell in enumerate(cells)
        if _is_number(cell) and not _is_number(right[index])
    }


def _is_number(cell: Raw) -> bool:
    return isinstance(cell, str) and len(cell) >= 18 and _NUMBER.fullmatch(halfwidth(cell)) is not None
