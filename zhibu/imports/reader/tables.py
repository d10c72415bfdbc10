"""From worksheets to one grid: the right sheet, its header, its rows."""

import re
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

_FOOTER = re.compile(
    r"^(合\s*计|总\s*计|小\s*计|填\s*表|制\s*表|审\s*核|经办|填报|备注[:：]|说明[:：]|注[:：])"
)


def choose(pages: list[Page], hidden: list[str], wanted: dict[str, Any]) -> tuple[Page, Header]:
    """The one worksheet whose header has every key column."""
    keys = set(wanted["keys"])
    candidates = [(page, header) for page in pages if (header := find_header(page.rows, wanted["titles"]))]
    whole = [(page, header) for page, header in candidates if keys <= set(header.found.values())]
    filled = [(page, header) for page, header in whole if _has_data(page, header)]
    if len(filled) > 1:
        raise Refusal("two_sheets", names=[page.name for page, _ in filled])
    if filled or whole:
        return (filled or whole)[0]
    if candidates:
        page, header = max(candidates, key=lambda each: len(each[1].found))
        missing = [key for key in wanted["keys"] if key not in header.found.values()]
        raise Refusal("missing_columns", keys=missing, name=page.name, row=header.row + 1)
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
    for down, column in page.errors:
        if down < len(rows) and column < len(rows[down]):
            rows[down][column] = "\0e"
    numbers: list[int] = []
    kept: list[list[Cell]] = []
    footers, key_places = [], [places[key] for key in wanted["keys"]]
    for index in range(first, len(rows)):
        row = rows[index]
        if len(row) < width:
            row.extend([""] * (width - len(row)))
        if all(is_blank(row[column]) for column in columns) or (row == titles):
            continue
        if _is_footer(row, columns, key_places):
            footers.append(index + 1)
            continue
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
    }


def _column(cells: tuple[Cell, ...]) -> list[str | int | float]:
    return list(cells) if set(map(type, cells)) <= {str, int} else [written(cell) for cell in cells]


def _is_footer(row: list[Cell], columns: list[int], keys: list[int]) -> bool:
    """A total or a signature under the table: no more than two cells, and the first says so."""
    if not keys or sum(not is_blank(row[key]) for key in keys) == len(keys) > 1:
        return False
    texts = [row[column] for column in columns if not is_blank(row[column])]
    first = texts[0]
    return len(texts) <= 2 and isinstance(first, str) and _FOOTER.match(first.strip()) is not None


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
