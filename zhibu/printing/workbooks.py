"""Lists as workbooks with the county's usual head: title, unit and date, titles, rows, sums."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import xlsxwriter

from zhibu.core.filing import sheet_name
from zhibu.jobs.progress import counted

_FORMATS: Final = {"text": "@", "yuan": "#,##0.00", "points": "0.0", "count": "0"}
_SCALES: Final = {"yuan": 100, "points": 10, "count": 1}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: title, width in characters, what its cells hold.

    Kinds: "text", and numbers: "yuan" (fen), "points" (tenths), "count". ``is_summed``: the last row adds it up.
    """

    title: str
    width: float = 10
    kind: str = "text"
    is_summed: bool = False


def head_line(unit: str, conditions: str = "") -> str:
    """What stands under the title of a list: whose it is, and what it was narrowed by.

    >>> head_line("普雄镇", "状态：未编号")
    '单位：普雄镇　只列　状态：未编号'
    """
    return "　".join([*([f"单位：{unit}"] if unit else []), *([f"只列　{conditions}"] if conditions else [])])


def list_workbook(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str | int | None]],
    *,
    unit: str,
    printed_by: str,
    at: datetime,
    note: str = "",
    conditions: str = "",
) -> bytes:
    """.xlsx with a filter over the titles, sums below that follow when rows are typed over, ready for A4.

    ``rows`` have a cell for each column but the first, which counts them; None leaves a cell empty. Text
    stays text: nothing a person typed is read as a formula or a link. Numbers are numbers.
    """
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    columns = (Column("序号", 6, "count"), *columns)
    last = len(columns) - 1
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(sheet_name(title))
        look = {"border": 1, "valign": "vcenter"}
        heading = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
        titles = book.add_format(
            look | {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#F3EFE8"}
        )
        plain = book.add_format({"valign": "vcenter"})
        cells = [book.add_format(look | {"num_format": _FORMATS[column.kind]}) for column in columns]
        sums = [book.add_format(look | {"bold": True, "num_format": _FORMATS[c.kind]}) for c in columns]
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
        sheet.set_row(0, 28)
        sheet.merge_range(0, 0, 0, last, title, heading)
        sheet.write_string(
            1, 0, f"{head_line(unit, conditions)}　截至{at.year}年{at.month}月{at.day}日", plain
        )
        sheet.set_row(2, 32)
        for place, column in enumerate(columns):
            sheet.write_string(2, place, column.title, titles)
        count = 0
        added = [0] * len(columns)
        for count, row in enumerate(counted(rows), start=1):
            for place, value in enumerate((count, *row)):
                _write(sheet, 2 + count, place, value, columns[place], cells[place])
                if columns[place].is_summed and isinstance(value, int):
                    added[place] += value
        foot = 3 + count
        if count and any(column.is_summed for column in columns):
            for place, column in enumerate(columns):
                if column.is_summed:
                    letter = xlsxwriter.utility.xl_col_to_name(place)
                    formula = f"=SUM({letter}4:{letter}{foot})"
                    sheet.write_formula(
                        foot, place, formula, sums[place], added[place] / _SCALES[column.kind]
                    )
                else:
                    sheet.write_string(foot, place, "合计" if place == 1 else "", sums[place])
            foot += 1
        told = f"{note}　" if note else ""
        sheet.write_string(foot, 0, f"{told}{printed_by}　{at:%Y-%m-%d %H:%M}导出", plain)
        if count:
            sheet.autofilter(2, 0, 2 + count, last)
        sheet.freeze_panes(3, 2)
        sheet.repeat_rows(0, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C第&P页　共&N页")
    return out.getvalue()


def _write(
    sheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    place: int,
    value: str | int | None,
    column: Column,
    form: xlsxwriter.format.Format,
) -> None:
    if value is None or value == "":
        sheet.write_blank(row, place, None, form)
    elif isinstance(value, int):
        sheet.write_number(row, place, value / _SCALES[column.kind], form)
    else:
        sheet.write_string(row, place, value, form)


Titles = Sequence[tuple[str, int]]
"""Titles of columns and their widths in characters."""


def table_workbook(
    heading: str,
    unit: str,
    titles: Titles,
    rows: Iterable[Sequence[str]],
    *,
    printed_by: str,
    at: datetime,
    conditions: str = "",
) -> bytes:
    """.xlsx of text: heading, unit and day, titles, rows, how many and by whom; nothing typed is read as a formula."""
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    last = len(titles) - 1
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(sheet_name(heading))
        title = book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"})
        plain = book.add_format({"valign": "vcenter"})
        head = book.add_format(
            {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "bg_color": "#F3EFE8"}
        )
        cell = book.add_format({"border": 1, "valign": "vcenter", "text_wrap": True})
        for column, (_, width) in enumerate(titles):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 30)
        sheet.merge_range(0, 0, 0, last, heading, title)
        sheet.set_row(1, 20)
        sheet.write_string(1, 0, head_line(unit, conditions), plain)
        sheet.write_string(1, last - 1, f"截至{at.year}年{at.month}月{at.day}日", plain)
        sheet.set_row(2, 22)
        for column, (text, _) in enumerate(titles):
            sheet.write_string(2, column, text, head)
        count = 0
        for count, row in enumerate(rows, start=1):
            for column, text in enumerate(row):
                sheet.write_string(2 + count, column, text, cell)
        sheet.write_string(3 + count, 0, f"共{count}行。　{printed_by}　{at:%Y-%m-%d %H:%M}", plain)
        sheet.freeze_panes(3, 2)
        sheet.repeat_rows(0, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C第&P页　共&N页")
    return out.getvalue()
