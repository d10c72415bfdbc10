"""What the values of a workbook do not tell: errors, formulas without a result, days of which only a part is shown."""

import re
import struct
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from io import BytesIO

Place = tuple[int, int]  # 0-based row and column

# Number formats built into spreadsheet programs that show year and month, month and day (Chinese locale).
BUILT_IN = {17, 27, 28, 29, 36, 50, 51, 52, 53, 54, 57, 58}
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|d{3,}|a{3,}')
_CELL = re.compile(
    rb"<(?:\w+:)?(?:row(?=[\s>/])(?P<row>[^>]*)|c(?=[\s>/])(?P<cell>[^>]*))>"
    rb"(?P<open>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f\s*>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v\s*>\s*(?P<zero>0?)\s*</(?:\w+:)?v\s*>)?\s*</(?:\w+:)?c\s*>)?"
)
_ATTRIBUTE = re.compile(rb"\s(\w+)\s*=\s*[\"']([^\"']*)[\"']")
_ERROR = re.compile(rb"\st\s*=\s*[\"']e[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
# Every spreadsheet program writes this stream into a compound file; libraries that only write cells do not.
_SUMMARY = "\x05SummaryInformation".encode("utf-16-le")
_PART = re.compile(r"\d+|[〇零一二三四五六七八九十]+|[A-Za-z]{3,}")


class Marks:
    """Of one worksheet: cells with an error, with a formula without a result, with a day not shown in full."""

    def __init__(self) -> None:
        self.errors: set[Place] = set()
        self.unsolved: set[Place] = set()
        self.partial: set[Place] = set()
        self.hidden: list[int] = []


def shows_a_part(code: str) -> bool:
    """True for a number format of a date that leaves out year, month or day.

    >>> [shows_a_part(each) for each in ('yyyy"年"m"月"', "yyyy-mm-dd", "m/d", "0.00E+00", "h:mm", "General", "@")]
    [True, False, True, False, False, False, False]
    """
    plain = _QUOTED.sub("", code.split(";", maxsplit=1)[0]).lower()
    if "general" in plain or not plain or set(plain) & set("0#?@hs"):
        return False
    shown = ["y" in plain or "e" in plain, "m" in plain, "d" in plain]
    return any(shown) and not all(shown)


def partial_styles(styles: bytes) -> set[bytes]:
    """Numbers of the cell styles of an .xlsx whose number format shows a part of a day."""
    try:
        root = ET.fromstring(styles)  # noqa: S314 (no entities: ``files`` refuses parts that declare any)
    except ET.ParseError:
        return set()
    codes = {each.get("numFmtId"): each.get("formatCode", "") for each in root.findall(".//{*}numFmt")}
    formats = root.find("{*}cellXfs")
    found = set()
    for number, each in enumerate(formats if formats is not None else ()):
        identity = each.get("numFmtId", "0")
        if shows_a_part(codes[identity]) if identity in codes else identity in map(str, BUILT_IN):
            found.add(str(number).encode())
    return found


def of_xlsx(xml: bytes, styles: set[bytes], *, awaits: bool = False) -> Marks:
    """Marks of a worksheet part, however its tags are prefixed and quoted and whether cells name their place.

    ``awaits``: the workbook is to be calculated when it is opened, so that the zero of a formula is no result.
    """
    marks = Marks()
    if not (styles or _ERROR.search(xml) or _FORMULA.search(xml)):
        return marks
    row, column = -1, -1
    for tag in _CELL.finditer(xml):
        if tag["row"] is not None:
            given = dict(_ATTRIBUTE.findall(tag["row"])).get(b"r", b"")
            row, column = (int(given) - 1 if given.isdigit() else row + 1), -1
            continue
        facts = dict(_ATTRIBUTE.findall(tag["cell"]))
        column = _column(facts.get(b"r", b""), column)
        if facts.get(b"t") == b"e":
            marks.errors.add((row, column))
        elif (
            tag["open"] is not None
            and (awaits or not tag["zero"])
            and facts.get(b"t") != b"str"
            and not tag["cell"].endswith(b"/")
        ):
            marks.unsolved.add((row, column))
        elif facts.get(b"s") in styles:
            marks.partial.add((row, column))
    return marks


def _column(reference: bytes, before: int) -> int:
    index = 0
    for each in reference:
        if not 65 <= each <= 90:
            break
        index = index * 26 + each - 64
    return index - 1 if index else before + 1


def of_ods(content: bytes) -> dict[str, Marks]:
    """Marks of each table of a content.xml. What a cell shows stands beside its value."""
    found: dict[str, Marks] = {}
    if not any(word in content for word in (b'"error"', b'"date"', b":formula=")):
        return found
    marks, row, column = Marks(), 0, 0
    # No entities: ``files`` refuses parts that declare any.
    for event, node in ET.iterparse(BytesIO(content), events=("start", "end")):  # noqa: S314
        space, _, tag = node.tag.rpartition("}")
        if event == "start":
            if tag == "table":
                marks, row = found.setdefault(node.get(f"{space}}}name", ""), Marks()), 0
            elif tag == "table-row":
                column = 0
        elif tag == "table-row":
            row += int(node.get(f"{space}}}number-rows-repeated", "1"))
            node.clear()
        elif tag in ("table-cell", "covered-table-cell"):
            text = "".join(node.itertext()).strip()
            facts = {(key.rpartition("}")[2], value) for key, value in node.items()}
            if ("value-type", "error") in facts:
                marks.errors.add((row, column))
            elif _is_unsolved(dict(facts), text):
                marks.unsolved.add((row, column))
            elif (
                ("value-type", "date") in facts
                and text
                and not text.isdigit()
                and len(_PART.findall(text)) < 3
            ):
                marks.partial.add((row, column))
            column += int(node.get(f"{space}}}number-columns-repeated", "1"))
    return found


def _is_unsolved(facts: dict[str, str], text: str) -> bool:
    """A formula of an .ods with no result of its own: a text that came out empty says that it is a text."""
    if "formula" not in facts or text:
        return False
    kind = facts.get("value-type")
    return kind is None or (kind not in ("string", "date", "time", "boolean") and "value" not in facts)


def of_xls(data: bytes) -> dict[str, Marks]:
    """Marks of each worksheet of a compound file; nothing where it is of another make than usual."""
    try:
        book = _stream(data)
        return _read_book(book, is_of_library=_SUMMARY not in data) if book else {}
    except (struct.error, IndexError, ValueError):
        return {}


def _read_book(book: bytes, *, is_of_library: bool) -> dict[str, Marks]:
    formats: dict[int, str] = {}
    styles: list[int] = []
    places: dict[int, str] = {}
    for kind, at, size in _records(book, 0):
        if kind == 0x41E:  # FORMAT
            length, flags = struct.unpack_from("<HB", book, at + 2)
            raw = book[at + 5 : at + 5 + length * (2 if flags & 1 else 1)]
            formats[struct.unpack_from("<H", book, at)[0]] = raw.decode(
                "utf-16-le" if flags & 1 else "latin-1"
            )
        elif kind == 0xE0:  # XF
            styles.append(struct.unpack_from("<H", book, at + 2)[0])
        elif kind == 0x85:  # BOUNDSHEET
            start, _, length, flags = struct.unpack_from("<IHBB", book, at)
            raw = book[at + 8 : at + size]
            places[start] = raw.decode("utf-16-le" if flags & 1 else "latin-1")[:length]
    partial = {
        number
        for number, identity in enumerate(styles)
        if (shows_a_part(formats[identity]) if identity in formats else identity in BUILT_IN)
    }
    return {
        name: _read_sheet(book, start, partial, is_of_library=is_of_library) for start, name in places.items()
    }


def _read_sheet(book: bytes, start: int, partial: set[int], *, is_of_library: bool) -> Marks:
    """``is_of_library``: written by a program that cannot calculate, so that an empty result is none."""
    marks = Marks()
    for kind, at, size in _records(book, start):
        if kind == 0x208 and struct.unpack_from("<I", book, at + 12)[0] & 0x20:  # ROW of no height
            marks.hidden.append(struct.unpack_from("<H", book, at)[0] + 1)
        if kind not in (0x203, 0x27E, 0x06, 0x205, 0xBD):  # NUMBER, RK, FORMULA, BOOLERR, MULRK
            continue
        row, column, style = struct.unpack_from("<HHH", book, at)
        if kind == 0xBD:
            for each in range((size - 6) // 6):
                if struct.unpack_from("<H", book, at + 4 + 6 * each)[0] in partial:
                    marks.partial.add((row, column + each))
        elif (kind == 0x205 and book[at + 7]) or (
            kind == 0x06 and book[at + 6] == 2 and book[at + 12 : at + 14] == b"\xff\xff"
        ):
            marks.errors.add((row, column))
        elif kind == 0x06 and _awaits(book[at + 6 : at + 16], is_of_library=is_of_library):
            marks.unsolved.add((row, column))
        elif style in partial:
            marks.partial.add((row, column))
    return marks


def _awaits(result: bytes, *, is_of_library: bool) -> bool:
    """A formula's result and flags: nothing yet, to be calculated when the file is opened.

    Zero with that flag is what Java programs write; an empty text from a library is what xlwt writes, while from a
    spreadsheet program it is a result.
    """
    if result[:8] == bytes(8):
        return bool(result[8] & 0x02)
    return is_of_library and result[0] == 3 and result[6:8] == b"\xff\xff"


def _records(book: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place and size of each record of a substream."""
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        yield kind, at + 4, size
        at += 4 + size
        if kind == 0x0A:  # EOF
            return


def _stream(data: bytes) -> bytes:
    """The stream of the workbook in a compound file; empty when there is none."""
    (shift,) = struct.unpack_from("<H", data, 30)
    size = 1 << shift
    count, first = struct.unpack_from("<I", data, 44)[0], struct.unpack_from("<I", data, 48)[0]
    cutoff, small, _, more = struct.unpack_from("<IIII", data, 56)
    listed = list(struct.unpack_from("<109I", data, 76))
    count = min(count, len(data) // size + 1)
    while more < 0xFFFFFFFA and len(listed) < count:
        block = struct.unpack_from(f"<{size // 4}I", data, (more + 1) * size)
        listed += block[:-1]
        more = block[-1]
    table: list[int] = []
    for sector in listed[:count]:
        table += struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)

    def chain(sector: int) -> bytes:
        parts: list[bytes] = []
        while sector < 0xFFFFFFFA and len(parts) <= len(table):
            parts.append(data[(sector + 1) * size : (sector + 2) * size])
            sector = table[sector]
        return b"".join(parts)

    folder = chain(first)
    root = folder[:128]
    for at in range(0, len(folder) - 127, 128):
        entry = folder[at : at + 128]
        name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le", "replace")
        if name in ("Workbook", "Book"):
            start, length = struct.unpack_from("<II", entry, 116)
            if length >= cutoff:
                return chain(start)[:length]
            pool = chain(struct.unpack_from("<I", root, 116)[0])
            minis = struct.unpack(f"<{len(chain(small)) // 4}I", chain(small))
            found = b""
            while start < 0xFFFFFFFA and len(found) < length:
                found += pool[start * 64 : start * 64 + 64]
                start = minis[start]
            return found[:length]
    return b""
