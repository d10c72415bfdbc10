"""Opening a file: what kind it is, whether it is safe to open, its worksheets."""

import csv
import io
import re

from zhibu.imports.reader import (
    HEADER_WITHIN,
    MAX_MEMBERS,
    MAX_RATIO,
    MAX_UNPACKED,
    Cell,
    Refusal,
    column_index,
    find_header,
)

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HIDDEN_ROW = re.compile(rb'<row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_ERROR_CELL = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*?\br="([A-Z]+)(\d+)"')


class Page:
    """One worksheet: name, rows from A1, and what the values alone do not tell."""

    def __init__(self, name: str, rows: list[list[Cell]]) -> None:
        self.name, self.rows = name, rows
        self.merged: list[tuple[tuple[int, int], tuple[int, int]]] = []
        self.hidden: list[int] = []
        self.errors: list[tuple[int, int]] = []


def open_file(data: bytes, titles: dict[str, str]) -> tuple[list[Page], list[str]]:
    """The visible worksheets of a file and the names of the hidden ones. Raises ``Refusal``."""
    if data.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in data:
        raise Refusal("password")
    if data.startswith((ZIP, OLE)):
        return open_book(data)
    if data.startswith(b"PK"):
        raise Refusal("damaged")
    try:
        return [open_text(data, titles)], []
    except csv.Error as error:
        raise Refusal("damaged") from error


def open_text(data: bytes, titles: dict[str, str]) -> Page:
    """A .csv file: UTF-8 with or without mark, GB18030, or UTF-16 with its mark; comma, tab or semicolon."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in data:
        raise Refusal("not_a_table")
    else:
        encodings = ["utf-8-sig", "gb18030"]
    text = None
    for encoding in encodings:
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None:
        raise Refusal("encoding")
    start = text[:2000].lstrip().lower()
    if start.startswith(("<!doctype", "<html", "<table", "<?xml", "<meta", "mime-version")):
        raise Refusal("web_page")
    best, most = ",", -1
    for delimiter in (",", "\t", ";"):
        head = [
            row
            for row, _ in zip(
                csv.reader(io.StringIO(text), delimiter=delimiter), range(HEADER_WITHIN), strict=False
            )
        ]
        header = find_header(head, titles)
        if header is not None and len(header.found) > most:
            best, most = delimiter, len(header.found)
    return Page("", list(csv.reader(io.StringIO(text, newline=""), delimiter=best)))


def open_book(data: bytes) -> tuple[list[Page], list[str]]:
    """The visible worksheets of .xlsx, .xls, .et, .ods, and the names of hidden ones."""
    import python_calamine as calamine

    parts = check_archive(data) if data.startswith(ZIP) else {}
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [(meta.name, str(meta.visible).endswith(".Visible")) for meta in book.sheets_metadata]
        pages = []
        xml = worksheet_parts(parts)
        for name, is_visible in sheets:
            if not is_visible:
                continue
            sheet = book.get_sheet_by_name(name)
            page = Page(name, sheet.to_python(skip_empty_area=False))
            page.merged = sheet.merged_cell_ranges or []
            text = xml.get(name, b"")
            if b'hidden="' in text:
                page.hidden = [int(number) for number in _HIDDEN_ROW.findall(text)]
            if b't="e"' in text:
                page.errors = [
                    (int(row) - 1, column_index(column.decode())) for column, row in _ERROR_CELL.findall(text)
                ]
            pages.append(page)
    except calamine.PasswordError as error:
        raise Refusal("password") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Refusal("damaged") from error
    return pages, [name for name, is_visible in sheets if not is_visible]


def check_archive(data: bytes) -> dict[str, bytes]:
    """Look at an archive's true sizes before anything is unpacked; the small parts that name the worksheets."""
    import zipfile

    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Refusal("damaged") from error
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked > len(data) * MAX_RATIO:
        raise Refusal("bomb", megabytes=unpacked // 1024**2)
    if any(member.flag_bits & 1 for member in members):
        raise Refusal("password")
    names = {member.filename for member in members}
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        raise Refusal("not_a_table")
    parts = {}
    try:
        for name in names:
            if name in {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} or name.startswith(
                "xl/worksheets/sheet"
            ):
                parts[name] = archive.read(name)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, RuntimeError) as error:
        raise Refusal("damaged") from error
    return parts


def worksheet_parts(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Worksheet name -> its XML."""
    targets = {}
    for tag in re.findall(rb"<Relationship\b[^>]*>", parts.get("xl/_rels/workbook.xml.rels", b"")):
        identity, target = re.search(rb'\bId="([^"]*)"', tag), re.search(rb'\bTarget="([^"]*)"', tag)
        if identity and target:
            targets[identity[1]] = target[1].decode("utf-8", "replace")
    found = {}
    for tag in re.findall(rb"<sheet\b[^>]*>", parts.get("xl/workbook.xml", b"")):
        name, identity = re.search(rb'\bname="([^"]*)"', tag), re.search(rb'\br:id="([^"]*)"', tag)
        if name and identity and identity[1] in targets:
            where = targets[identity[1]]
            path = where.lstrip("/") if where.startswith("/") else f"xl/{where}"
            if path in parts:
                found[_unescape(name[1].decode("utf-8", "replace"))] = parts[path]
    return found


def _unescape(text: str) -> str:
    for mark, plain in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(mark, plain)
    return text
