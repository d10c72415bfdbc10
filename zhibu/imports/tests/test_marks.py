"""What the values of a workbook do not tell is read from its parts: on .xlsx of any make, .xls and .ods."""

import io
import zipfile
from datetime import date, datetime

import pytest
import xlwt
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from zhibu.core.access import Refused
from zhibu.imports.parsing import parse_grid
from zhibu.imports.reader.files import check_archive
from zhibu.imports.reader.marks import shows_a_part
from zhibu.imports.reader.tables import is_footer
from zhibu.imports.reading import read_grid
from zhibu.imports.sheets import Row
from zhibu.imports.tests.binary_books import (
    FORMULA_ERROR,
    FORMULA_NUMBER,
    FORMULA_TEXT,
    REAL,
    Cell,
    formula,
    number,
    wide,
    xlsb,
)
from zhibu.imports.tests.files import ROW, TITLES, csv, liar, xlsx
from zhibu.imports.tests.shelf import SHELF

pytestmark = pytest.mark.dated
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
    'manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)
MONTH = 'yyyy"年"m"月"'
UNREADABLE = "购入日期的格子没有显示完整的年月日，看不出是不是1998-07-01这一天。请把格式改成2026-11-06这样，照档案补全。"


def sentences(data: bytes) -> list[str]:
    return [problem.sentence for row in rows_of(data) for problem in row.problems]


def rows_of(data: bytes) -> list[Row]:
    return parse_grid(read_grid(data, SHELF), SHELF.columns)


def rewritten(data: bytes, part: str, *changes: tuple[str, str]) -> bytes:
    """A workbook with one part changed, as another program would have written it."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            text = old.read(member)
            for before, after in changes if member.filename == part else ():
                assert before.encode() in text
                text = text.replace(before.encode(), after.encode())
            new.writestr(member.filename, text)
    return buffer.getvalue()


def month_only(number_format: str) -> bytes:
    def draw(book: object, page: object) -> None:
        style = book.add_format({"num_format": number_format})  # type: ignore[attr-defined]
        page.write_datetime(1, 5, datetime(1998, 7, 1), style)  # type: ignore[attr-defined] # noqa: DTZ001

    return xlsx(TITLES, ROW, draw=draw)


@pytest.mark.parametrize(
    "number_format", [MONTH, "yyyy-mm", "mmm-yy", 'yyyy"年"', 'm"月"d"日"', "[$-804]yyyy.m;@"]
)
def test_a_day_of_which_only_a_part_is_shown_is_no_day(number_format: str) -> None:
    assert sentences(month_only(number_format)) == [UNREADABLE]


@pytest.mark.parametrize("number_format", ["yyyy-mm-dd", 'yyyy"年"m"月"d"日"', "d-mmm-yy", "yyyy/m/d h:mm"])
def test_a_day_shown_in_full_is_one(number_format: str) -> None:
    assert rows_of(month_only(number_format))[0].values["bought_on"] == date(1998, 7, 1)


def old_workbook(number_format: str = "yyyy-mm-dd", *, error: bool = False) -> bytes:
    book, style = xlwt.Workbook(), xlwt.XFStyle()
    style.num_format_str = number_format
    page = book.add_sheet("图书")
    for column, (title, cell) in enumerate(zip(TITLES, ROW, strict=True)):
        page.write(0, column, title)
        if column != 5:
            page.write(1, column, cell)
    page.write(1, 5, date(1998, 7, 1), style)
    if error:
        page.write(2, 0, "0013")
        page.row(2).set_cell_error(1, 0x2A)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_old_workbooks_tell_formats_and_errors() -> None:
    assert sentences(old_workbook()) == []
    assert sentences(old_workbook(MONTH)) == [UNREADABLE]
    assert sentences(old_workbook(error=True)) == ["书名的公式出错，没有结果。请直接填写内容。"]


def open_document(*cells: str) -> bytes:
    names = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "text", "table")
    )
    titles = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{title}</text:p></table:table-cell>'
        for title in TITLES
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.3">'
        '<office:body><office:spreadsheet><table:table table:name="图书">'
        f"<table:table-row>{titles}</table:table-row><table:table-row>{''.join(cells)}</table:table-row>"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    return buffer.getvalue()


def test_open_documents_tell_what_is_shown_and_errors() -> None:
    code = '<table:table-cell office:value-type="string"><text:p>0012</text:p></table:table-cell>'
    broken = (
        '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-repeated="3"/>'
    )
    day = '<table:table-cell office:value-type="date" office:date-value="1998-07-01"><text:p>{}</text:p></table:table-cell>'
    assert sentences(open_document(code, broken, day.format("1998年7月"))) == [
        "书名的公式出错，没有结果。请直接填写内容。",
        UNREADABLE,
    ]
    whole = open_document(
        code, '<table:table-cell table:number-columns-repeated="4"/>', day.format("1998年7月1日")
    )
    assert rows_of(whole)[0].values["bought_on"] == date(1998, 7, 1)


BROKEN = xlsx(TITLES, ROW, draw=lambda book, page: page.write_formula(1, 1, "=NA()", None, "#N/A"))


@pytest.mark.parametrize(
    "changes",
    [
        [(' t="e"', " t='e'")],
        [('<c r="B2" t="e">', '<c t="e" r="B2">')],
        [('<c r="A2"', "<c"), ('<c r="B2"', "<c")],
        [("<sheetData>", "<sheetData >"), ('<c r="B2" t="e">', '<c r="B2"  t = "e" >')],
    ],
)
def test_errors_are_told_however_the_part_is_written(changes: list[tuple[str, str]]) -> None:
    assert sentences(rewritten(BROKEN, "xl/worksheets/sheet1.xml", *changes)) == [
        "书名的公式出错，没有结果。请直接填写内容。"
    ]


def test_an_error_typed_as_a_text_is_one() -> None:
    assert sentences(csv(TITLES, ["0012", "#REF!", *ROW[2:]])) == [
        "书名的公式出错，没有结果。请直接填写内容。"
    ]


@pytest.mark.parametrize("result", ["", "<v></v>", "<v/>", "<v />"])
def test_a_formula_without_a_result_is_told(result: str) -> None:
    data = xlsx(TITLES, ROW, draw=lambda book, page: page.write_formula(1, 2, "=Z9", None, "x"))
    data = rewritten(
        data,
        "xl/worksheets/sheet1.xml",
        ('<c r="C2" t="str"><f>Z9</f><v>x</v></c>', f'<c r="C2"><f>Z9</f>{result}</c>'),
    )
    assert sentences(data) == ["C列是公式，没有算好的结果。请用表格软件打开，保存一次再传。"]


UNSOLVED = "C列是公式，没有算好的结果。请用表格软件打开，保存一次再传。"


def test_the_zero_of_a_formula_that_was_never_calculated_is_no_result() -> None:
    data = xlsx(TITLES, ROW, draw=lambda book, page: page.write_formula(1, 2, "=Z9"))
    assert sentences(data) == [UNSOLVED]
    calculated = rewritten(data, "xl/workbook.xml", (' fullCalcOnLoad="1"', ""))
    assert sentences(calculated) == ["作者是数字0。请填写名字。"]


def old_formula(*changes: tuple[bytes, bytes], after: bytes = b"") -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("图书")
    for column, (title, cell) in enumerate(zip(TITLES, ROW, strict=True)):
        page.write(0, column, title)
        page.write(1, column, xlwt.Formula("Z9") if column == 2 else cell)
    buffer = io.BytesIO()
    book.save(buffer)
    data = buffer.getvalue()
    for old, new in changes:
        assert data.count(old) == 1
        data = data.replace(old, new)
    return data + after


NOTHING_YET = b"\x03\0\0\0\0\0\xff\xff\0\0"  # result and flags of a formula as xlwt writes them
ZERO_TILL_OPENED = bytes(8) + b"\x02\0"  # as Java programs write them


def test_formulas_of_old_workbooks_without_a_result_are_told() -> None:
    assert sentences(old_formula()) == [UNSOLVED]
    assert sentences(old_formula((NOTHING_YET, ZERO_TILL_OPENED))) == [UNSOLVED]


def test_results_of_old_workbooks_are_taken_as_they_are() -> None:
    of_a_program = "\x05SummaryInformation".encode("utf-16-le")
    assert sentences(old_formula(after=of_a_program)) == []  # a text that came out empty
    assert sentences(old_formula((NOTHING_YET, bytes(10)))) != [UNSOLVED]  # a zero that was calculated


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("", [UNSOLVED]),
        ('office:value-type="float"', [UNSOLVED]),
        ('office:value-type="string"', []),
        ('office:value-type="string" office:string-value=""', []),
    ],
)
def test_formulas_of_open_documents_without_a_result_are_told(formula: str, told: list[str]) -> None:
    texts = [
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in ROW
    ]
    texts[2] = f'<table:table-cell table:formula="of:=[.Z9]" {formula}/>'
    texts[3] = "<table:table-cell/>"
    assert sentences(open_document(*texts)) == told


def test_binary_workbooks_are_read_and_tell_formats_and_errors() -> None:
    day = (REAL, number(35977.0), 1)
    row: list[Cell] = [*ROW[:5], day, *ROW[6:]]
    assert sentences(xlsb(TITLES, row, formats=["yyyy-mm-dd"])) == []
    (read,) = rows_of(xlsb(TITLES, row, formats=["yyyy-mm-dd"]))
    assert (read.values["author"], read.values["bought_on"]) == ("阿尔·木呷", date(1998, 7, 1))
    assert sentences(xlsb(TITLES, row, formats=[MONTH])) == [UNREADABLE]
    row[1] = (FORMULA_ERROR, formula(b"\x2a"))
    assert sentences(xlsb(TITLES, row, formats=["yyyy-mm-dd"])) == [
        "书名的公式出错，没有结果。请直接填写内容。"
    ]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ((FORMULA_TEXT, formula(wide(""), awaits=True)), [UNSOLVED]),
        ((FORMULA_NUMBER, formula(number(0), awaits=True)), [UNSOLVED]),
        ((FORMULA_TEXT, formula(wide(""))), []),
        ((FORMULA_TEXT, formula(wide("阿尔·木呷"), awaits=True)), []),
    ],
)
def test_formulas_of_binary_workbooks_without_a_result_are_told(cell: Cell, told: list[str]) -> None:
    assert sentences(xlsb(TITLES, [*ROW[:2], cell, *ROW[3:]])) == told


def test_a_binary_workbook_says_hidden_rows_and_what_lies_too_far_out() -> None:
    remarks = read_grid(xlsb(TITLES, ROW, hidden=[2]), SHELF).remarks
    assert any("第2行在表格里是隐藏的" in remark for remark in remarks)
    with pytest.raises(Refused, match="离表格太远"):
        read_grid(xlsb(TITLES, ROW, far=(1_000_000, 200)), SHELF)


def test_a_torn_binary_workbook_is_refused() -> None:
    with pytest.raises(Refused, match="已损坏"):
        read_grid(xlsb(TITLES, ROW, cut=7), SHELF)


def test_a_formula_that_yields_nothing_is_blank() -> None:
    data = xlsx(TITLES, ROW, draw=lambda book, page: page.write_formula(1, 2, "=Z9", None, "x"))
    data = rewritten(data, "xl/worksheets/sheet1.xml", ("<f>Z9</f><v>x</v>", "<f>Z9</f><v></v>"))
    assert sentences(data) == []


@pytest.mark.parametrize(
    ("code", "is_part"),
    [
        ("yyyy-mm", True),
        ("e-m-d", False),
        ('"第"0', False),
        ("mm:ss", False),
        ("yyyy\\-mm", True),
        ("dddd", False),
    ],
)
def test_number_formats(code: str, is_part: bool) -> None:
    assert shows_a_part(code) is is_part


def test_an_archive_must_hold_what_its_table_of_contents_says() -> None:
    check_archive(xlsx(TITLES, ROW))
    with pytest.raises(Exception, match="damaged"):
        check_archive(liar())


TOTALS = ["合计", "小 计", "总计：", "共计", "合计3本", "第一党小组小计", "本页合计"]
SIGNATURES = ["填表人：木呷", "审核人（签字）：", "制表：", "签字：", "日期：2026年11月", "负责人签字"]
NOTES = ["备注：以上为准", "注：按户口簿", "说明：", "注1：号码以证件为准"]


@given(
    st.sampled_from([*TOTALS, *SIGNATURES, *NOTES]),
    st.integers(0, 3),
    st.lists(st.sampled_from(["", 3, "45.00"]), max_size=6),
)
def test_totals_signatures_and_notes_are_no_rows(text: str, before: int, others: list[object]) -> None:
    assert is_footer([*[""] * before, text, *others, "", ""], [0, 1])


@given(st.sampled_from(["备注：无误", "说明：见档案", "审核人：木呷"]))
def test_a_row_with_all_its_keys_is_a_row(text: str) -> None:
    assert not is_footer([text, "0012", "乡村振兴读本"], [1, 2])
    assert not is_footer(["", "0012", "乡村振兴读本", text], [1, 2])


def test_a_total_over_several_cells_is_left_out_and_told() -> None:
    grid = read_grid(
        xlsx(
            ["序号", *TITLES],
            ["1", *ROW],
            ["合计", "", "", "", "", "3本", "", "", 3],
            ["", "填表人：木呷", "", "审核人：王伟"],
        ),
        SHELF,
    )
    assert grid.numbers == [2]
    assert grid.remarks == ["第3、4行像是合计、落款或说明，已略过。"]


@hypothesis_settings(max_examples=10, deadline=None)
@given(st.integers(1, 7), st.integers(1, 3))
def test_a_row_out_of_place_is_one_sentence(place: int, count: int) -> None:
    good = [["00" + str(n), *ROW[1:]] for n in range(10, 15)]
    bad = [*ROW[:place], *["多"] * count, *ROW[place:]]
    words = {1: "一", 2: "二", 3: "三"}
    assert sentences(csv(TITLES, *good, bad)) == [
        f"第7行比表头多{words[count]}格，内容错位。请照表头一格一格对齐，再传一次。"
    ]


@hypothesis_settings(max_examples=8, deadline=None)
@given(st.sampled_from(["书名", "作者", "类别", "购入日期", "册数"]))
def test_a_resident_id_in_another_column_is_one_sentence(title: str) -> None:
    row: list[str] = list(ROW)
    row[TITLES.index(title)] = "513434199001011232"
    assert sentences(xlsx(TITLES, row)) == [
        f"第2行的身份证号落在“{title}”列，内容错位。请照表头一格一格对齐，再传一次。"
    ]


def test_a_far_cell_is_named_before_anything_is_laid_open() -> None:
    data = xlsx(TITLES, ROW, draw=lambda book, page: page.write_string(1_000_000, 800, "x"))
    with pytest.raises(Refused, match="到ADU1000001还有内容"):
        rows_of(data)
