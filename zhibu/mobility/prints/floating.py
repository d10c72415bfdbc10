"""The list of floating members as a workbook with the county's usual head."""

import io
from collections.abc import Iterable
from datetime import datetime

import xlsxwriter

from zhibu.mobility.models import Floating
from zhibu.mobility.summaries.floating import branch_of, name_of, phone_of
from zhibu.organizations.labels import NamesOf
from zhibu.printing.workbooks import head_line

_TITLES = (
    ("序号", 6),
    ("流向", 6),
    ("姓名", 12),
    ("所在支部", 24),
    ("组织关系所在（流入的）", 26),
    ("外出日期", 12),
    ("去向", 26),
    ("流入地党组织", 22),
    ("联系人", 12),
    ("联系电话", 14),
    ("几个月联系一次", 8),
    ("最近联系", 12),
    ("下次联系", 12),
    ("返回日期", 12),
    ("备注", 20),
)


def floating_workbook(
    rows: Iterable[Floating], *, unit: str, printed_by: str, at: datetime, conditions: str = ""
) -> bytes:
    """Rows of ``summaries.floating.rows_of`` as .xlsx, written row by row. Phones stay masked; cells are text."""
    out, names = io.BytesIO(), NamesOf.everywhere()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    last = len(_TITLES) - 1
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("流动党员台账")
        title = book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"})
        plain = book.add_format({"valign": "vcenter"})
        titles = book.add_format(
            {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "bg_color": "#F3EFE8"}
        )
        titles.set_text_wrap()
        cell = book.add_format({"border": 1, "align": "center", "valign": "vcenter"})
        for column, (_, width) in enumerate(_TITLES):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 30)
        sheet.merge_range(0, 0, 0, last, "流动党员台账", title)
        sheet.set_row(1, 20)
        sheet.write_string(1, 0, head_line(unit, conditions), plain)
        sheet.write_string(1, last - 1, f"截至{at.year}年{at.month}月{at.day}日", plain)
        sheet.set_row(2, 32)
        for column, (text, _) in enumerate(_TITLES):
            sheet.write_string(2, column, text, titles)
        count = 0
        for count, row in enumerate(rows, start=1):
            for column, text in enumerate(_cells(count, row, names.short(branch_of(row), at.date()))):
                sheet.write_string(2 + count, column, text, cell)
        sheet.write_string(3 + count, 0, f"合计{count}人。　{printed_by}　{at:%Y-%m-%d %H:%M}", plain)
        sheet.freeze_panes(3, 3)
        sheet.repeat_rows(0, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C第&P页　共&N页")
    return out.getvalue()


def _cells(number: int, row: Floating, branch: str) -> tuple[str, ...]:
    contact = getattr(row, "last_contact", None)
    days = [day.isoformat() if day else "" for day in (row.from_date, contact, row.next_due, row.until)]
    is_synthetic = row.member is not None and row.member.is_synthetic
    return (
        str(number),
        "流出" if row.direction == "out" else "流入",
        name_of(row),
        branch,
        row.home,
        days[0],
        row.destination,
        row.host,
        row.contact_person,
        phone_of(row),
        str(row.rhythm_months),
        days[1],
        days[2],
        days[3],
        "演示数据" if is_synthetic else row.note,
    )
