"""From worksheets to one grid: the right sheet, its header, its rows."""

import re
import unicodedata
from typing import Any

from zhibu.imports.reader import (
    HEADER_WITHIN,
    MAX_ROWS,
    Cell,
    Header,
    Refusal,
    find_header,
    is_blank,
    letter,
    plain_title,
)
from zhibu.imports.reader.files import Page, open_file

_TOTAL = re.compile(r".{0,30}?(?:合|小|总|共|累)计(?:[:：]?[\d.,]+[\u4e00-\u9fff]?)?[:：]?$")
_SIGNATURE = re.compile(
    r"(?:填表|制表|审核|审批|经办|填报|复核|统计|报送|录入|联系|单位负责|负责|支部书记|党委书记)(?:人|单位|时间|日期)?"
    r"(?:[(]?(?:签字|签名|签章|盖章)[)]?)?(?:[:：]|$)|(?:签字|签名|签章|盖章|公章|日期|填表日期|年月日)(?:[:：]|$)"
)
_SPACE = re.compile(r"\s+")
_NOTE = re.compile(r"(?:备注|说明|填表说明|注|附注|注意|附)\d*[:：]")


def choose(pages: list[Page], hidden: list[str], wanted: dict[str, Any]) -> tuple[Page, Header]:
    """The one worksheet whose header has every key column, else the one whose header has most columns."""
    keys = set(wanted["keys"])
    candidates = [(page, header) for page in pages if (header := find_header(page.rows, wanted["titles"]))]
    whole = [(page, header) for page, header in candidates if keys <= set(header.found.values())]
    filled = [(page, header) for page, header in whole if _has_data(page, header)]
    if len(filled) > 1:
        raise Refusal("two_sheets", names=[page.name for page, _ in filled])
    if filled or whole:
        return (filled or whole)[0]
    if candidates:
        return max(candidates, key=lambda each: len(each[1].found))
    if not any(
        any(not is_blank(cell) for cell in row) for page in pages for row in page.rows[:HEADER_WITHIN]
    ):
        raise Refusal("only_hidden_sheets" if hidden else "blank", names=hidden)
    raise Refusal("no_header")


def _has_data(page: Page, header: Header) -> bool:
    return any(
        not is_blank(row[column])
        for row in page.rows[header.row + 1 :]
        for column in header.found
        if column < len(row)
    )


def grid_of(page: Page, header: Header, wanted: dict[str, Any]) -> dict[str, object]:
    """Known columns of the rows that hold something, column by column, with remarks for the person."""
    places: dict[str, int] = {}
    for column in sorted(header.found):
        key = header.found[column]
        if key in places:
            raise Refusal("duplicate_column", key=key, columns=[letter(places[key]), letter(column)])
        places[key] = column
    columns, rows, first = list(places.values()), page.rows, header.row + 1
    width = max(columns) + 1
    titles = rows[header.row]
    _apply_marks(page)
    numbers: list[int] = []
    kept: list[list[Cell]] = []
    footers, key_places = [], [places[key] for key in wanted["keys"] if key in places]
    wide: dict[int, int] = {}
    last_title = max((index for index, cell in enumerate(titles) if not is_blank(cell)), default=0)
    last_title = max(last_title, width - 1)
    for index in range(first, len(rows)):
        row = rows[index]
        if len(row) < width:
            row.extend([""] * (width - len(row)))
        if all(is_blank(row[column]) for column in columns) or (row == titles):
            continue
        if is_footer(row, key_places):
            footers.append(index + 1)
            continue
        extra = _extra(row, last_title)
        if extra:
            wide[index + 1] = extra
        numbers.append(index + 1)
        kept.append(row)
    if len(numbers) > MAX_ROWS:
        raise Refusal("too_many_rows", rows=len(numbers))
    filled = _fill_merged(page, places, header, set(numbers))
    by_column = list(zip(*kept, strict=False)) if kept else [()] * width
    shown = set(numbers)
    return {
        "sheet": page.name,
        "header": header.row + 1,
        "keys": list(places),
        "places": columns,
        "numbers": numbers,
        "cells": [_column(by_column[column]) for column in columns],
        "unknown": [
            str(cell).strip()
            for column, cell in enumerate(titles)
            if column not in header.found
            and isinstance(cell, str)
            and not is_blank(cell)
            and plain_title(cell) not in wanted["ignored"]
        ],
        "hidden": [number for number in page.hidden if number in shown],
        "merged": filled,
        "footers": footers,
        "wide": wide,
        "missing": [key for key in wanted["keys"] if key not in places],
    }


def _column(cells: tuple[Cell, ...]) -> list[str | int | float]:
    return list(cells) if set(map(type, cells)) <= {str, int} else [written(cell) for cell in cells]


def is_footer(row: list[Cell], keys: list[int]) -> bool:
    """A total, a signature or a note: told by its first words, or by a total in place of a name.

    A row with all key columns filled is one only where one of them says so itself.
    """
    texts = [
        _SPACE.sub("", unicodedata.normalize("NFKC", cell)) if isinstance(cell, str) else "" for cell in row
    ]
    keyed = [texts[key] for key in keys]
    is_whole = len(keys) > 1 and not any(is_blank(row[key]) for key in keys)
    told = keyed if is_whole else [*keyed, next(filter(None, texts), "")]
    return any(pattern.match(text) for pattern in (_TOTAL, _SIGNATURE, _NOTE) for text in told)


def _extra(row: list[Cell], last_title: int) -> int:
    """Cells that hold something beyond the last title and beside it."""
    if len(row) <= last_title + 1 or is_blank(row[last_title + 1]):
        return 0
    return max(index for index, cell in enumerate(row) if not is_blank(cell)) - last_title


def _apply_marks(page: Page) -> None:
    """Write into the cells what the values alone do not tell."""
    for places, mark in ((page.marks.errors, "\0e"), (page.marks.unsolved, "\0f")):
        for down, column in places:
            if down < len(page.rows):
                row = page.rows[down]
                row.extend([""] * (column + 1 - len(row)))
                row[column] = mark
    for down, column in page.marks.partial:
        if down < len(page.rows) and column < len(page.rows[down]):
            text = written(page.rows[down][column])
            if isinstance(text, str) and text[:2] in ("\0d", "\0m"):
                page.rows[down][column] = f"\0n{text[2:12]}"


def _fill_merged(page: Page, places: dict[str, int], header: Header, shown: set[int]) -> list[str]:
    """A value merged over several rows holds for each of them: as the person sees it. Names the places."""
    filled = []
    known = set(places.values())
    for (top, left), (bottom, _) in page.merged:
        if bottom <= top or top <= header.row or left not in known or top >= len(page.rows):
            continue
        value, hits = page.rows[top][left], 0
        for index in range(top + 1, min(bottom + 1, len(page.rows))):
            if index + 1 in shown and is_blank(page.rows[index][left]):
                page.rows[index][left] = value
                hits += 1
        if hits:
            filled.append(f"{letter(left)}{top + 1}:{letter(left)}{bottom + 1}")
    return filled


def written(cell: Cell) -> str | int | float:
    """A cell as JSON carries it. Whole numbers that a spreadsheet still holds exactly become int."""
    kind = cell.__class__
    if kind is str or kind is int:
        return cell  # type: ignore[no-any-return]
    if cell is None:
        return ""
    if kind is float:
        return int(cell) if cell.is_integer() and abs(cell) < 1e15 else cell
    if kind is bool:
        return "\0b1" if cell else "\0b0"
    name = kind.__name__
    if name == "date":
        return f"\0d{cell.isoformat()}"
    if name == "datetime":
        if not (cell.hour or cell.minute or cell.second):
            return f"\0d{cell.date().isoformat()}"
        return f"\0m{cell.isoformat(sep=' ', timespec='minutes')}"
    return f"\0t{cell}"


def read(wanted: dict[str, Any], data: bytes) -> dict[str, object]:
    """What standard output will hold. Raises ``Refusal``."""
    pages, hidden = open_file(data, wanted["titles"])
    page, header = choose(pages, hidden, wanted)
    if wanted.get("whole"):
        rows = page.rows[: MAX_ROWS + HEADER_WITHIN]
        return {
            "sheet": page.name,
            "header": header.row + 1,
            "rows": [[written(cell) for cell in row] for row in rows],
        }
    return grid_of(page, header, wanted)
