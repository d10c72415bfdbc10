"""Lists that leave as workbooks, opened with another program's eyes (openpyxl)."""

from datetime import datetime
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from zhibu.printing.workbooks import Column, list_workbook

COLUMNS = (Column("姓名", 14), Column("实交", 10, "yuan", is_summed=True), Column("累计", 8, "points"))


def made(*rows: tuple[str, int | None, int | None], is_calculated: bool = False) -> Worksheet:
    content = list_workbook(
        "党费台账",
        COLUMNS,
        rows,
        unit="尔木村党支部",
        printed_by="卢玉",
        at=datetime(2025, 11, 24, 9, 30),  # noqa: DTZ001 (the wall clock on paper)
        note="说明",
    )
    return load_workbook(BytesIO(content), data_only=is_calculated).worksheets[0]


def test_numbers_are_numbers_and_add_up() -> None:
    rows = (("阿尔木", 20, 605), ("王伟", 123450, None))
    sheet = made(*rows)
    assert [cell.value for cell in sheet[4]] == [1, "阿尔木", 0.2, 60.5]
    assert [cell.value for cell in sheet[5]] == [2, "王伟", 1234.5, None]
    assert sheet["C6"].value == "=SUM(C4:C5)"
    assert made(*rows, is_calculated=True)["C6"].value == 1234.7
    assert sheet["C5"].number_format == "#,##0.00"
    assert sheet.auto_filter.ref == "A3:D5"


def test_what_a_person_typed_is_never_a_formula() -> None:
    typed = ('=HYPERLINK("http://x","y")', "+1+1", "@SUM(1)", "-2", "http://example.com")
    sheet = made(*((text, 0, 0) for text in typed))
    for row, text in enumerate(typed, start=4):
        cell = sheet.cell(row, 2)
        assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_an_empty_list_still_says_what_it_is() -> None:
    sheet = made()
    assert sheet["A1"].value == "党费台账"
    assert "尔木村党支部" in sheet["A2"].value
    assert sheet["A4"].value == "说明　卢玉　2025-11-24 09:30导出"
