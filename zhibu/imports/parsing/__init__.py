"""Cells into values, one column at a time. Each distinct cell of a column is parsed once.

A parser returns a value, None for a blank cell, or ``Bad`` with a sentence that says what is wrong and
how to mend it. Nothing is guessed: what a spreadsheet program has damaged is refused.
"""

from collections.abc import Callable, Sequence
from typing import Final

from django.utils.translation import gettext as _

from zhibu.imports.parsing.cells import ERRORS, Bad, Parsed, Parser
from zhibu.imports.parsing.shifts import shifted_rows
from zhibu.imports.parsing.texts import distrust_zeros, identifier_parser, name_parser, text_parser
from zhibu.imports.parsing.values import birth_parser, choice_parser, date_parser, flag_parser, number_parser
from zhibu.imports.reader import letter
from zhibu.imports.reading import Grid, Raw
from zhibu.imports.sheets import CLEAR, Column, Problem, Row


def parse_grid(grid: Grid, columns: Sequence[Column]) -> list[Row]:
    """One row for each row of the grid, with the values and problems of its cells."""
    known = {column.key: column for column in columns}
    parsed, faulty = [], []
    for key, place, cells in zip(grid.keys, grid.places, grid.cells, strict=True):
        column = known[key]
        parse = parser_of(column, letter(place))
        memo = {raw: parse(_error_or(raw)) for raw in set(cells)}
        if column.kind == "identifier":
            distrust_zeros(memo, column, letter(place))
        if column.is_key:
            _refuse_blank_keys(memo, column)
        parsed.append(list(map(memo.__getitem__, cells)))
        if any(value.__class__ is Bad for value in memo.values()):
            faulty.append(len(parsed) - 1)
    keys = grid.keys
    rows = [
        Row(number, {key: value for key, value in zip(keys, values, strict=True) if value is not None})
        for number, values in zip(grid.numbers, zip(*parsed, strict=True), strict=True)
    ]
    for index in faulty:
        key = keys[index]
        for row, value in zip(rows, parsed[index], strict=True):
            if isinstance(value, Bad):
                del row.values[key]
                row.problems.append(Problem(key, value.sentence))
    for key in grid.missing:
        sentence = _("没有“{title}”列。请补上这一列，列名照模板写。").format(title=known[key].title)
        for row in rows:
            row.problems.append(Problem("", sentence))
    for row, shift in shifted_rows(grid, columns, rows):
        row.values.clear()
        row.problems[:] = [Problem("", shift)]
    return rows


def _error_or(raw: Raw) -> Raw:
    """An error that another program has written as a text is an error."""
    return "\0e" if isinstance(raw, str) and ERRORS.fullmatch(raw.strip()) else raw


def _refuse_blank_keys(memo: dict[Raw, Parsed], column: Column) -> None:
    for raw, value in memo.items():
        if value is None:
            memo[raw] = Bad(_("{title}不能空着。请补填。").format(title=column.title))
        elif value is CLEAR:
            memo[raw] = Bad(_("{title}不能清空，要靠它认出是哪一条。请照实填写。").format(title=column.title))


def parser_of(column: Column, place: str) -> Parser:
    """The parser of a column; ``place`` is its letter in the person's file."""
    return _PARSERS[column.kind](column, place)


_PARSERS: Final[dict[str, Callable[[Column, str], Parser]]] = {
    "text": text_parser,
    "amount": text_parser,
    "name": name_parser,
    "identifier": identifier_parser,
    "date": date_parser,
    "birth": birth_parser,
    "choice": choice_parser,
    "flag": flag_parser,
    "number": number_parser,
}
