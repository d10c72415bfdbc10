"""Workbooks that go out, opened with another program's eyes (openpyxl)."""

import io
from typing import Any

import openpyxl
import pytest

from tests.world import TODAY, World
from zhibu.imports import actions, workbooks
from zhibu.imports.parsing import parse_grid
from zhibu.imports.reading import read_grid, read_whole
from zhibu.imports.summaries import load_file, load_plan
from zhibu.imports.tests.files import ROW, TITLES, xlsx
from zhibu.imports.tests.shelf import SHELF


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_the_template_has_header_notes_lists_and_text_columns() -> None:
    book = opened(workbooks.template(SHELF))
    page = book["填写"]
    assert [cell.value for cell in page[1]] == [column.title for column in SHELF.columns]
    assert page.freeze_panes == "A2"
    assert page["A1"].comment.text == "必填。\n例：0012"
    assert page.column_dimensions["A"].width >= 14
    lists = {str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation}
    assert lists == {"E2:E2001": '"政治,文学,农业技术"', "G2:G2001": '"是,否"'}
    explained = [row[0].value for row in book["说明"].iter_rows()]
    assert explained[0] == "一行一种书。"
    assert explained[-8:] == [column.title for column in SHELF.columns]


def test_a_filled_template_is_read() -> None:
    book = opened(workbooks.template(SHELF))
    for column, value in enumerate(ROW, start=1):
        book["填写"].cell(2, column, value or None)
    buffer = io.BytesIO()
    book.save(buffer)
    grid = read_grid(buffer.getvalue(), SHELF)
    assert (grid.sheet_name, grid.numbers, grid.remarks) == ("填写", [2], [])
    assert parse_grid(grid, SHELF.columns)[0].values["code"] == "0012"


@pytest.mark.django_db
@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("name", ["十月[一]:*?/\\", "'引号'", "History", "很长的表名" * 9, "\x07", ""])
def test_the_error_workbook_opens_whatever_the_persons_sheet_was_called(world: World, name: str) -> None:
    by = world.scope("county_organizer")
    run = actions.upload_file(by=by, sheet=SHELF, name="图书.xlsx", data=xlsx(TITLES, [13, "果树"]), on=TODAY)
    run = actions.check_run(run=run, by=by, on=TODAY)
    _name, header_row, rows = read_whole(load_file(run), SHELF)
    book = opened(workbooks.error_workbook(rows, header_row, name, load_plan(run)))
    assert book.worksheets[0]["A1"].value == TITLES[0]


@pytest.mark.django_db
@pytest.mark.usefixtures("shelf")
def test_the_error_workbook_is_the_persons_own_file(world: World) -> None:
    by = world.scope("county_organizer")
    data = xlsx(
        ["图书登记表"],
        ["序号", *TITLES],
        ["1", *ROW],
        ["2", 13, "果树", "", "", "科幻", 45989, "", ""],
    )
    run = actions.upload_file(by=by, sheet=SHELF, name="图书.xlsx", data=data, on=TODAY)
    run = actions.check_run(run=run, by=by, on=TODAY)
    name, header_row, rows = read_whole(load_file(run), SHELF)
    content = workbooks.error_workbook(rows, header_row, name, load_plan(run))
    page = opened(content)["图书"]
    assert [cell.value for cell in page[1]][:2] == ["图书登记表", None]
    assert [cell.value for cell in page[2]] == ["序号", *TITLES, "原因和改法"]
    assert page["B3"].value == "0012"
    assert page["B4"].value == 13
    assert page["J4"].value.split("\n")[0].startswith("B4 索书号只有2位，应是4位")
    assert page["J3"].value is None
    assert [page[f"{letter}4"].fill.fgColor.rgb for letter in "BCFG"] == [
        "FFFDEEEC",
        "00000000",
        "FFFDEEEC",
        "FFFDEEEC",
    ]
    # Sent back as it is, the reason column is no unknown column.
    assert all("原因" not in remark for remark in read_grid(content, SHELF).remarks)
