"""Opening a file: what kind it is, whether it is safe to open, its worksheets."""

import csv
import io
import re
import struct
import xml.etree.ElementTree as ET
import zipfile
import zlib

from zhibu.imports.reader import (
    HEADER_WITHIN,
    MAX_CELLS,
    MAX_MEMBERS,
    MAX_RATIO,
    MAX_UNPACKED,
    Cell,
    Refusal,
    binary,
    column_index,
    find_header,
)
from zhibu.imports.reader.marks import Marks, of_ods, of_xls, of_xlsx, partial_styles

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HIDDEN_ROW = re.compile(rb'<row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_FILLED = re.compile(rb"<(?:\w+:)?(?:v|is)[\s>]")
_FAR = re.compile(rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*[\"']([A-Z]{2,3})\d+[\"'][^>]*[^/>]?>\s*<(?!/)")
# Libraries that write formulas without calculating them say so to the program that opens the file; it drops the word.
_AWAITS = re.compile(rb"fullCalcOnLoad\s*=\s*[\"'](?:1|true)[\"']")
_ROW = re.compile(rb"<(?:\w+:)?row\s(?:[^>]*?\s)?r\s*=\s*[\"'](\d+)[\"']")
_PIECE = 64 * 1024


class Page:
    """One worksheet: name, rows from A1, and what the values alone do not tell."""

    def __init__(self, name: str, rows: list[list[Cell]]) -> None:
        self.name, self.rows = name, rows
        self.merged: list[tuple[tuple[int, int], tuple[int, int]]] = []
        self.hidden: list[int] = []
        self.marks = Marks()


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

    archive = check_archive(data) if data.startswith(ZIP) else None
    try:
        marks = marks_of(data, archive)
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [(meta.name, str(meta.visible).endswith(".Visible")) for meta in book.sheets_metadata]
        pages = []
        for name, is_visible in sheets:
            if not is_visible:
                continue
            sheet = book.get_sheet_by_name(name)
            page = Page(name, sheet.to_python(skip_empty_area=False))
            page.merged = sheet.merged_cell_ranges or []
            page.marks = marks.get(name, page.marks)
            page.hidden = page.marks.hidden
            pages.append(page)
    except calamine.PasswordError as error:
        raise Refusal("password") from error
    except (calamine.CalamineError, ET.ParseError, OSError, ValueError) as error:
        raise Refusal("damaged") from error
    return pages, [name for name, is_visible in sheets if not is_visible]


def check_archive(data: bytes) -> zipfile.ZipFile:
    """An archive whose members are proven to hold what its table of contents says, before anything is unpacked."""
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
    if not {member.filename for member in members} & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        raise Refusal("not_a_table")
    try:
        for member in members:
            prove(data, member)
    except (struct.error, zlib.error) as error:
        raise Refusal("damaged") from error
    return archive


def prove(data: bytes, member: zipfile.ZipInfo) -> None:
    """Inflate a member piece by piece and keep nothing: it must end where the table of contents says."""
    start = member.header_offset
    name, extra = struct.unpack_from("<HH", data, start + 26)
    start += 30 + name + extra
    packed = memoryview(data)[start : start + member.compress_size]
    size = len(packed)
    if member.compress_type == zipfile.ZIP_DEFLATED:
        size, inflating = 0, zlib.decompressobj(-zlib.MAX_WBITS)
        for at in range(0, len(packed), _PIECE):
            piece: bytes | memoryview[int] = packed[at : at + _PIECE]
            while piece and size <= member.file_size:
                size += len(inflating.decompress(piece, 16 * _PIECE))
                piece = inflating.unconsumed_tail
        if not inflating.eof:
            raise Refusal("damaged")
    elif member.compress_type != zipfile.ZIP_STORED:
        raise Refusal("damaged")
    if size != member.file_size:
        raise Refusal("damaged")


def marks_of(data: bytes, archive: zipfile.ZipFile | None) -> dict[str, Marks]:
    """What the values do not tell, by worksheet. Refuses one whose last cell lies too far out to be laid open."""
    if archive is None:
        return of_xls(data)
    names = set(archive.namelist())
    if "content.xml" in names:
        return of_ods(_part(archive, "content.xml"))
    if "xl/workbook.xml" not in names:
        return _binary_marks(archive, names)
    styles = partial_styles(_part(archive, "xl/styles.xml")) if "xl/styles.xml" in names else set()
    found = {}
    awaits = _AWAITS.search(_part(archive, "xl/workbook.xml")) is not None
    for name, path in worksheets(archive).items():
        if path not in names:
            continue
        xml = _part(archive, path)
        _check_extent(name, xml)
        found[name] = of_xlsx(xml, styles, awaits=awaits)
        if b"hidden=" in xml:
            found[name].hidden = [int(number) for number in _HIDDEN_ROW.findall(xml)]
    return found


def _binary_marks(archive: zipfile.ZipFile, names: set[str]) -> dict[str, Marks]:
    """The same of an .xlsb."""
    try:
        styles = binary.partial_styles(_part(archive, "xl/styles.bin")) if "xl/styles.bin" in names else set()
        sheets = binary.names_of(_part(archive, "xl/workbook.bin"))
        targets = _targets(archive, "xl/_rels/workbook.bin.rels")
        return {
            name: binary.of_xlsb(name, _part(archive, targets[identity]), styles)
            for name, identity in sheets.items()
            if targets.get(identity) in names
        }
    except (struct.error, IndexError) as error:
        raise Refusal("damaged") from error


def worksheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Worksheet name -> the path of its part, whatever it is called."""
    targets = _targets(archive, "xl/_rels/workbook.xml.rels")
    found = {}
    # No entities: ``_part`` refuses parts that declare any.
    for sheet in ET.fromstring(_part(archive, "xl/workbook.xml")).findall(".//{*}sheet"):  # noqa: S314
        identity = next((value for key, value in sheet.items() if key.endswith("}id")), "")
        found[sheet.get("name", "")] = targets.get(identity, "xl/")
    return found


def _targets(archive: zipfile.ZipFile, relations: str) -> dict[str, str]:
    """Id of a relation of the workbook -> the path of the part."""
    links = ET.fromstring(_part(archive, relations))  # noqa: S314 (no entities, see above)
    found = {link.get("Id", ""): link.get("Target", "") for link in links}
    return {key: to.lstrip("/") if to.startswith("/") else f"xl/{to}" for key, to in found.items()}


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        text = archive.read(name)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, EOFError, RuntimeError) as error:
        raise Refusal("damaged") from error
    if b"<!ENTITY" in text:
        raise Refusal("damaged")
    return text


def _check_extent(name: str, xml: bytes) -> None:
    last = 0
    for filled in _FILLED.finditer(xml):
        last = filled.start()
    rows = [int(number) for number in _ROW.findall(xml, 0, last)]
    far = max(set(_FAR.findall(xml)), key=lambda letters: (len(letters), letters), default=b"Z").decode()
    if rows and max(rows) * (column_index(far) + 1) > MAX_CELLS:
        raise Refusal("far", name=name, cell=f"{far}{max(rows)}")
