"""Files as people and other systems make them."""

import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

TITLES = ["索书号", "书名", "作者", "保管人身份证号", "类别", "购入日期", "是否借出", "册数"]
ROW = ["0012", "乡村振兴读本", "阿尔·木呷", "", "政治", "2025-11-06", "否", "3"]
MADE = datetime(2025, 11, 6, 9, 30)  # noqa: DTZ001 (what a workbook holds has no zone)
Draw = Callable[[Any, Any], None]


def xlsx(*rows: Sequence[Any], draw: Draw | None = None, name: str = "图书") -> bytes:
    """One worksheet. Strings are text cells, numbers number cells, dates date cells. ``draw`` adds to it."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": MADE})  # the same rows are the same bytes, also a second later
    page = book.add_worksheet(name)
    write(book, page, rows)
    if draw:
        draw(book, page)
    book.close()
    return buffer.getvalue()


def write(book: Any, page: Any, rows: Sequence[Sequence[Any]]) -> None:
    """Write rows from A1 on."""
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for index, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, date):
                page.write_datetime(index, column, value, day)
            elif isinstance(value, str):
                if value:
                    page.write_string(index, column, value)
            elif value is not None:
                page.write(index, column, value)


def with_cell(title: str, value: Any) -> bytes:
    """The header and one good row with one cell replaced."""
    row: list[Any] = list(ROW)
    row[TITLES.index(title)] = value
    return xlsx(TITLES, row)


def csv(*rows: Sequence[str], encoding: str = "utf-8", separator: str = ",") -> bytes:
    """A text file."""
    return "\r\n".join(separator.join(row) for row in rows).encode(encoding)


def encrypted_container() -> bytes:
    """The outside of a password-protected .xlsx: a compound file with the stream EncryptedPackage."""
    sector = 512
    header = bytearray(sector)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", header, 40, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    entries = b"".join(_entry(name, kind) for name, kind in [("Root Entry", 5), ("EncryptedPackage", 2)])
    return bytes(header) + table + entries.ljust(sector, b"\0")


def _entry(name: str, kind: int) -> bytes:
    raw = name.encode("utf-16-le")
    head = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw) + 2, kind, 1)
    return head + struct.pack("<III", 0xFFFFFFFF, 1 if kind == 5 else 0xFFFFFFFF, 0xFFFFFFFF) + b"\0" * 48


def bomb() -> bytes:
    """A small archive that unpacks to far more than any roster."""
    data = xlsx(TITLES, ROW)
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            new.writestr(member.filename, old.read(member))
        with new.open("xl/media/image1.bmp", "w", force_zip64=True) as image:
            for _ in range(40):
                image.write(b"\0" * 1024**2)
    return buffer.getvalue()


def liar() -> bytes:
    """An archive whose table of contents says the worksheet is small; it is not."""
    rows = b'<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>' * 40_000
    data = xlsx(TITLES, ROW)
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            name = member.filename
            new.writestr(name, rows if name == "xl/worksheets/sheet1.xml" else old.read(member))
    raw = bytearray(buffer.getvalue())
    struct.pack_into("<I", raw, raw.index(b"PK\x01\x02", raw.rindex(b"sheet1.xml") - 60) + 24, 400)
    return bytes(raw)
