"""Workbooks of the binary kind (.xlsb), which no library of ours writes: put together record by record."""

import io
import struct
import zipfile
from collections.abc import Sequence
from typing import Final

_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES: Final = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>"""
ERROR, REAL, TEXT, FORMULA_TEXT, FORMULA_NUMBER, FORMULA_ERROR = 3, 5, 6, 8, 9, 11


def number(value: float) -> bytes:
    return struct.pack("<d", value)


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def formula(result: bytes, *, awaits: bool = False) -> bytes:
    """A result with the flags and the (empty) tokens that follow it."""
    return result + struct.pack("<H", 2 if awaits else 0) + bytes(8)


Cell = str | tuple[int, bytes] | tuple[int, bytes, int]


def xlsb(
    *rows: Sequence[Cell],
    formats: Sequence[str] = (),
    hidden: Sequence[int] = (),
    far: tuple[int, int] | None = None,
    cut: int = 0,
) -> bytes:
    """One worksheet 图书. A cell is a text, or its kind, its content and the number of its format (from 1).

    ``far``: 0-based place of one more text. ``cut``: bytes that the worksheet lacks at its end.
    """
    sheet = _record(129) + _record(148, struct.pack("<4I", 0, len(rows), 0, 20)) + _record(145)
    for index, row in enumerate(rows):
        flags = 0x10 if index + 1 in hidden else 0
        sheet += _record(0, struct.pack("<IIHBBB", index, 0, 300, 0, flags, 0) + bytes(4))
        for column, cell in enumerate(row):
            if cell == "":
                continue
            kind, content, *style = (TEXT, wide(cell)) if isinstance(cell, str) else cell
            sheet += _record(kind, struct.pack("<II", column, style[0] if style else 0) + content)
    if far:
        sheet += _record(0, struct.pack("<IIHBBB", far[0], 0, 300, 0, 0, 0) + bytes(4))
        sheet += _record(TEXT, struct.pack("<II", far[1], 0) + wide("x"))
    sheet += _record(146) + _record(130)
    sheet = sheet[: len(sheet) - cut]
    styles = _record(615, struct.pack("<I", len(formats)))
    for place, code in enumerate(formats):
        styles += _record(44, struct.pack("<H", 170 + place) + wide(code))
    styles += _record(616) + _record(617, struct.pack("<I", len(formats) + 1))
    for identity in (0, *(170 + place for place in range(len(formats)))):
        styles += _record(47, struct.pack("<HH", 0, identity) + bytes(12))
    styles += _record(618)
    book = _record(131) + _record(143)
    book += _record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("图书")) + _record(144) + _record(132)
    parts = {
        "[Content_Types].xml": _TYPES.encode(),
        "_rels/.rels": _links(("rId1", "officeDocument", "xl/workbook.bin")),
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": _links(
            ("rId1", "worksheet", "worksheets/sheet1.bin"), ("rId2", "styles", "styles.bin")
        ),
        "xl/worksheets/sheet1.bin": sheet,
        "xl/styles.bin": styles,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _record(kind: int, content: bytes = b"") -> bytes:
    return _sevens(kind) + _sevens(len(content), least=1) + content


def _sevens(value: int, *, least: int = 1) -> bytes:
    found = bytearray()
    while value or len(found) < least:
        value, rest = value >> 7, value & 0x7F
        found.append(rest | (0x80 if value else 0))
    return bytes(found)


def _links(*links: tuple[str, str, str]) -> bytes:
    listed = "".join(
        f'<Relationship Id="{identity}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for identity, kind, target in links
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<?xml version="1.0"?><Relationships xmlns="{space}">{listed}</Relationships>'.encode()
