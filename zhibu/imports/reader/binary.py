"""What the values of an .xlsb do not tell. Its parts are records: kind and size in groups of seven bits, then the content."""

import struct
from collections.abc import Iterator

from zhibu.imports.reader import MAX_CELLS, Refusal, letter
from zhibu.imports.reader.marks import BUILT_IN, Marks, shows_a_part

# Kinds of records ([MS-XLSB] 2.3.2). Cells of kinds 2 to 11 hold something, those of 8 to 11 are formulas.
_ROW, _SHEET, _FORMAT, _STYLE, _STYLES, _STYLES_END = 0, 156, 44, 47, 617, 618
_ERRORS = (3, 11)
_TEXT_RESULT, _NUMBER_RESULT = 8, 9
_ALWAYS_CALCULATED = 0x02


def records(part: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, place and size of each record."""
    at = 0
    while at < len(part):
        kind, at = _number(part, at, 2)
        size, at = _number(part, at, 4)
        yield kind, at, size
        at += size


def _number(part: bytes, at: int, most: int) -> tuple[int, int]:
    found = 0
    for shift in range(most):
        byte = part[at]
        found |= (byte & 0x7F) << (7 * shift)
        at += 1
        if byte < 0x80:
            break
    return found, at


def _text(part: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", part, at)
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * length
    return part[at + 4 : end].decode("utf-16-le", "replace"), end


def names_of(workbook: bytes) -> dict[str, str]:
    """Worksheet name -> the id of its relation."""
    found = {}
    for kind, at, _size in records(workbook):
        if kind == _SHEET:
            relation, end = _text(workbook, at + 8)
            found[_text(workbook, end)[0]] = relation
    return found


def partial_styles(styles: bytes) -> set[int]:
    """Numbers of the cell styles whose number format shows a part of a day."""
    formats: dict[int, str] = {}
    found: set[int] = set()
    number, is_inside = 0, False
    for kind, at, _size in records(styles):
        if kind == _FORMAT:
            formats[struct.unpack_from("<H", styles, at)[0]] = _text(styles, at + 2)[0]
        elif kind in (_STYLES, _STYLES_END):
            is_inside = kind == _STYLES
        elif kind == _STYLE and is_inside:
            (identity,) = struct.unpack_from("<H", styles, at + 2)
            if shows_a_part(formats[identity]) if identity in formats else identity in BUILT_IN:
                found.add(number)
            number += 1
    return found


def of_xlsb(name: str, sheet: bytes, styles: set[int]) -> Marks:
    """Marks of a worksheet part. Refuses one whose last cell lies too far out to be laid open."""
    marks, row, last_row, last_column = Marks(), 0, 0, 0
    for kind, at, size in records(sheet):
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", sheet, at)
            if size > 11 and sheet[at + 11] & 0x10:
                marks.hidden.append(row + 1)
        elif 2 <= kind <= 11 and size >= 8:
            column, style = struct.unpack_from("<II", sheet, at)
            last_row, last_column = max(last_row, row), max(last_column, column)
            if kind in _ERRORS:
                marks.errors.add((row, column))
            elif _is_unsolved(kind, sheet, at + 8):
                marks.unsolved.add((row, column))
            elif style & 0xFFFFFF in styles:
                marks.partial.add((row, column))
    if (last_row + 1) * (last_column + 1) > MAX_CELLS:
        raise Refusal("far", name=name, cell=f"{letter(last_column)}{last_row + 1}")
    return marks


def _is_unsolved(kind: int, sheet: bytes, at: int) -> bool:
    """A formula that is to be calculated when the file is opened, and has nothing or zero as its result till then."""
    if kind == _NUMBER_RESULT:
        return sheet[at : at + 8] == bytes(8) and bool(sheet[at + 8] & _ALWAYS_CALCULATED)
    if kind == _TEXT_RESULT:
        result, end = _text(sheet, at)
        return not result and bool(sheet[end] & _ALWAYS_CALCULATED)
    return False
