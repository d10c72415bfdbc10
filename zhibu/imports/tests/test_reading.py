"""Files of every kind: read, or refused with a sentence."""

import io
import os
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlwt
from django.conf import LazySettings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from zhibu.core.access import Refused
from zhibu.core.wording import odd_character, said
from zhibu.imports import workbooks
from zhibu.imports.parsing import parse_grid
from zhibu.imports.reading import check_upload, read_grid, read_whole
from zhibu.imports.sheets import Row, Value
from zhibu.imports.tests import files
from zhibu.imports.tests.files import ROW, TITLES, csv, xlsx
from zhibu.imports.tests.shelf import SHELF

pytestmark = pytest.mark.dated

GOOD: dict[str, Value] = {
    "code": "0012",
    "title": "乡村振兴读本",
    "author": "阿尔·木呷",
    "kind": "01",
    "bought_on": date(2025, 11, 6),
    "is_lent": False,
    "copies": 3,
}


def rows_of(data: bytes) -> list[Row]:
    return parse_grid(read_grid(data, SHELF), SHELF.columns)


def refusal_of(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        rows_of(data)
    return str(caught.value)


def test_a_plain_workbook() -> None:
    (row,) = rows_of(xlsx(TITLES, ROW))
    assert (row.number, row.values, row.problems) == (2, GOOD, [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_each_encoding(encoding: str) -> None:
    (row,) = rows_of(csv(TITLES, ROW, encoding=encoding))
    assert row.values == GOOD


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_csv_with_other_separators(separator: str) -> None:
    (row,) = rows_of(csv(TITLES, ROW, separator=separator))
    assert row.values == GOOD


def test_old_workbook() -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("图书")
    for column, (title, cell) in enumerate(zip(TITLES, ROW, strict=True)):
        page.write(0, column, title)
        page.write(1, column, cell)
    buffer = io.BytesIO()
    book.save(buffer)
    (row,) = rows_of(buffer.getvalue())
    assert row.values == GOOD


def test_title_rows_above_the_header_and_blank_rows_between() -> None:
    data = xlsx(
        ["凉县图书登记表"], ["填报单位：", "阿市镇"], [], TITLES, ROW, [" ", "\u00a0"], ["", *ROW[1:2]]
    )
    rows = rows_of(data)
    assert [row.number for row in rows] == [5, 7]
    assert [problem.sentence for problem in rows[1].problems] == ["索书号不能空着。请补填。"]


def test_titles_with_spaces_stars_brackets_and_other_names() -> None:
    titles = ["＊索 书 号", "图书名称（全称）", "作\n者：", *TITLES[3:]]
    (row,) = rows_of(xlsx(titles, ROW))
    assert row.values == GOOD


def test_merged_header_cells() -> None:
    upper = ["索书号", "书名", "作者", "保管人身份证号", "馆藏情况", "", "", ""]
    lower = ["", "", "", "", *TITLES[4:]]

    def merge(book: object, page: object) -> None:
        for column in range(4):
            page.merge_range(0, column, 1, column, upper[column])  # type: ignore[attr-defined]
        page.merge_range(0, 4, 0, 7, "馆藏情况")  # type: ignore[attr-defined]

    (row,) = rows_of(xlsx(upper, lower, ROW, draw=merge))
    assert (row.number, row.values) == (3, GOOD)


def test_merged_data_cells_hold_for_each_row() -> None:
    second = ["0013", "另一本", "", *ROW[3:]]
    data = xlsx(TITLES, ROW, second, draw=lambda book, page: page.merge_range(1, 2, 2, 2, ROW[2]))
    grid = read_grid(data, SHELF)
    assert parse_grid(grid, SHELF.columns)[1].values["author"] == "阿尔·木呷"
    assert grid.remarks == ["C2:C3是合并单元格，已按每行都是同一个值读入。请核对这几行。"]


def test_hidden_rows_are_read_and_told() -> None:
    second = ["0013", *ROW[1:]]
    data = xlsx(TITLES, ROW, second, draw=lambda book, page: page.set_row(2, None, None, {"hidden": True}))
    grid = read_grid(data, SHELF)
    assert grid.numbers == [2, 3]
    assert grid.hidden == {3}
    assert grid.remarks == ["第3行在表格里是隐藏的，也已读入，共1行。不想导入，就在表格里删掉这些行再传。"]


def test_unknown_columns_are_left_out_and_told() -> None:
    grid = read_grid(xlsx(["序号", *TITLES, "备注二", "联系人"], ["1", *ROW, "x", "y"]), SHELF)
    assert grid.address("code", 2) == "B2"
    assert grid.remarks == [
        "这些列没有导入，系统不认识列名：“备注二”、“联系人”。要导入就把列名改成模板里的写法。"
    ]


def test_rows_with_a_running_number_alone_are_blank() -> None:
    assert len(rows_of(xlsx(["序号", *TITLES], ["1", *ROW], ["2"], ["3"]))) == 1


def test_totals_and_signatures_below_are_left_out_and_told() -> None:
    grid = read_grid(xlsx(TITLES, ROW, ["合计", "", "", "", "", "", "", 3], ["填表人：木呷"]), SHELF)
    assert grid.numbers == [2]
    assert grid.remarks == ["第3、4行像是合计、落款或说明，已略过。"]


def test_a_formula_error_is_told() -> None:
    data = xlsx(TITLES, ROW, draw=lambda book, page: page.write_formula(1, 1, "=1/0", None, "#DIV/0!"))
    (row,) = rows_of(data)
    assert row.problems[0].sentence == "书名的公式出错，没有结果。请直接填写内容。"


def _two(*, second: list[str], hide: bool = False) -> bytes:
    def draw(book: object, page: object) -> None:
        other = book.add_worksheet("图书二")  # type: ignore[attr-defined]
        files.write(book, other, [second, ROW])
        if hide:
            other.hide()

    return xlsx(TITLES, ROW, draw=draw)


def test_of_two_sheets_the_one_that_matches() -> None:
    assert read_grid(_two(second=["姓名", "电话"]), SHELF).sheet_name == "图书"


def test_two_sheets_that_match_are_refused_by_name() -> None:
    assert refusal_of(_two(second=TITLES)) == (
        "“图书”、“图书二”都像是要导入的工作表，分不清用哪一张。请只留一张，或分成两个文件传。"
    )


def test_a_hidden_sheet_does_not_count() -> None:
    assert read_grid(_two(second=TITLES, hide=True), SHELF).sheet_name == "图书"


def test_missing_key_columns_are_said_beside_the_other_problems() -> None:
    grid = read_grid(xlsx(["图书表"], TITLES[1:], [*ROW[1:5], "哪天", *ROW[6:]]), SHELF)
    assert grid.remarks == ["表头在第2行，没有“索书号”列。请补上这些列，列名照模板写，再传一次。"]
    (row,) = parse_grid(grid, SHELF.columns)
    assert [problem.sentence for problem in row.problems] == [
        "购入日期“哪天”认不出是哪一天。请写成2026-11-06这样，年月日都要有。",
        "没有“索书号”列。请补上这一列，列名照模板写。",
    ]


def test_a_column_twice_is_refused_with_both_places() -> None:
    assert refusal_of(xlsx([*TITLES, "图书名称"], [*ROW, "x"])) == (
        "“书名”出现了两次：B列和I列。请删去多余的一列，或给它改个名字。"
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (files.encrypted_container(), "文件设了打开密码"),
        (files.bomb(), "文件展开后有40兆"),
        (files.liar(), "文件已损坏或没有传完整"),
        (xlsx(TITLES, ROW)[:3000], "文件已损坏或没有传完整"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + os.urandom(3000), "文件已损坏或没有传完整"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "这不是表格文件"),
        (b"%PDF-1.7 \xff\xfe\0", "这不是表格文件"),
        ("<html><table><tr><td>索书号</td></tr></table>".encode(), "这其实是网页文件"),
        (b"\xff\xd8\xff\x81\x30", "CSV文件里的文字编码认不出来"),
        (b"\n\n", "表格里没有内容"),
        (xlsx(), "表格里没有内容"),
        (xlsx(["姓名", "电话"], ["王伟", "1"]), "没找到表头"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_that_cannot_be_used(data: bytes, sentence: str) -> None:
    assert refusal_of(data).startswith(sentence)


def test_an_archive_of_something_else() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refusal_of(buffer.getvalue()).startswith("这不是表格文件")


def test_a_worksheet_that_would_fill_the_memory_is_refused_before_it_is_laid_open() -> None:
    data = xlsx(TITLES, ROW, draw=lambda book, page: page.write_string(1_048_575, 16_383, "x"))
    assert refusal_of(data) == (
        "工作表“图书”到XFD1048576还有内容，离表格太远，装不下。请删掉那里的内容（看不见的也算），保存后再传。"
    )


def test_an_empty_and_a_too_large_file(settings: LazySettings) -> None:
    settings.UPLOAD_LIMIT = 1024**2
    with pytest.raises(Refused, match=r"“空\.xlsx”是空文件"):
        check_upload("空.xlsx", 0)
    with pytest.raises(Refused, match=r"“大\.xlsx”有2兆，最多能传1兆"):
        check_upload("大.xlsx", 1024**2 + 1)


def test_a_hundred_thousand_rows_are_read_and_more_than_the_limit_refused() -> None:
    line = ",".join(ROW)
    many = "\n".join([",".join(TITLES), *[f"{n:06d}{line[4:]}" for n in range(110_001)]])
    assert refusal_of(many.encode()) == "表里有110001行，一次最多导入110,000行。请拆成几个文件，分次导入。"
    assert len(read_grid("\n".join(many.split("\n")[:100_001]).encode(), SHELF).numbers) == 100_000


@hypothesis_settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.text(
            st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp", "Cf"]), max_size=30
        ).filter(
            lambda text: (
                "清空" not in text and "_x" not in text and said(text) == text and not odd_character(text)
            )
        ),
        min_size=1,
        max_size=40,
    )
)
def test_a_written_text_is_read_back_the_same(texts: list[str]) -> None:
    records: list[dict[str, Value]] = [{"code": f"{n:04d}", "title": text} for n, text in enumerate(texts)]
    read = rows_of(workbooks.export(SHELF, records))
    assert [row.values.get("title", "") for row in read] == texts


def test_the_whole_worksheet_keeps_its_places(tmp_path: Path) -> None:
    name, header_row, rows = read_whole(xlsx(["标题"], TITLES, ROW), SHELF)
    assert (name, header_row, rows[0][0], rows[2][0]) == ("图书", 2, "标题", "0012")
