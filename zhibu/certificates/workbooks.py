"""The register as a workbook with the county's usual head: title, unit and date, titles, rows, totals."""

import io
from collections.abc import Iterable
from datetime import datetime

import xlsxwriter

from zhibu.certificates.models import Certificate
from zhibu.certificates.prints.registers import Head, lines_of, short_day
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.printing.workbooks import head_line

_TITLES = (
    ("序号", 6),
    ("编号", 16),
    ("姓名", 14),
    ("性别", 6),
    ("民族", 10),
    ("出生年月", 10),
    ("入党时间", 12),
    ("转正时间", 12),
    ("类别", 8),
    ("证本号", 8),
    ("发证日期", 12),
    ("状态", 10),
    ("领取人", 12),
    ("所在支部", 26),
    ("备注", 16),
)


def register_workbook(
    rows: Iterable[Certificate | Member],
    *,
    organization: Organization,
    printed_by: str,
    at: datetime,
    conditions: str = "",
) -> bytes:
    """The register as .xlsx: rows of ``summaries.register_lines``, written row by row at constant memory.

    Every cell is text: a number such as 005-011-015-3 or a serial 01 keeps its zeros, and nothing a
    person typed can be read as a formula.
    """
    head = Head.of(organization, printed_by, at, conditions=conditions)
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    last = len(_TITLES) - 1
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("登记台账")
        title = book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"})
        plain = book.add_format({"valign": "vcenter"})
        titles = book.add_format(
            {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "bg_color": "#F3EFE8"}
        )
        cell = book.add_format({"border": 1, "align": "center", "valign": "vcenter"})
        for column, (_, width) in enumerate(_TITLES):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 30)
        sheet.merge_range(0, 0, 0, last, "党员证登记台账", title)
        sheet.set_row(1, 20)
        sheet.write_string(1, 0, head_line(head.unit, head.conditions), plain)
        sheet.write_string(1, last - 1, f"截至{head.on.year}年{head.on.month}月{head.on.day}日", plain)
        sheet.set_row(2, 22)
        for column, (text, _) in enumerate(_TITLES):
            sheet.write_string(2, column, text, titles)
        count = probationary = issued = 0
        for count, line in enumerate(lines_of(rows, on=at.date()), start=1):
            values = (
                str(count),
                line.number,
                line.name,
                line.sex,
                line.ethnic_group,
                line.birth_month,
                short_day(line.join_date),
                short_day(line.confirmation_date),
                line.stage,
                line.serial,
                short_day(line.issue_date),
                line.state,
                line.receiver,
                line.branch,
                "演示数据" if line.is_synthetic else line.note,
            )
            for column, text in enumerate(values):
                sheet.write_string(2 + count, column, text, cell)
            probationary += line.is_probationary
            issued += line.is_issued
        sheet.write_string(
            3 + count,
            0,
            f"合计{count}人，其中正式党员{count - probationary}人、预备党员{probationary}人；已发证{issued}人。"
            f"　{head.printed_by}　{head.printed_at:%Y-%m-%d %H:%M}　{head.mark}",
            plain,
        )
        sheet.freeze_panes(3, 3)
        sheet.repeat_rows(0, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C第&P页　共&N页")
    return out.getvalue()
