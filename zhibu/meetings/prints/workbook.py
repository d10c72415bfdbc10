"""The attendance ledger as a workbook: rows are members, columns are meetings."""

import io
from datetime import datetime

import xlsxwriter

from zhibu.meetings.rules.attendance import STATUS_LABELS, Status, reason_label
from zhibu.meetings.rules.kinds import SPECS, Kind
from zhibu.meetings.summaries.sheet import Sheet
from zhibu.printing.workbooks import head_line

_SIGNS = {
    Status.PRESENT: "√",
    Status.ONLINE: "线上",
    Status.ELSEWHERE: "外地",
    Status.LEAVE: "请假",
    Status.EXCUSED: "不计",
    Status.ABSENT: "缺席",
}
_FIGURES = ("应到", "实到", "请假", "缺席")
_KEY = "√到会，线上、外地（在流入地参加）算到会；“不计”是不计应到的，不算请假和缺席；空格是当时不在名单里。事由见单元格批注。"


def attendance_workbook(sheet: Sheet, *, printed_by: str, at: datetime, conditions: str = "") -> bytes:
    """.xlsx with a row for each member and a column for each meeting held; figures at the right and the bottom.

    ``conditions``: what the meetings were narrowed by.
    """
    out = io.BytesIO()
    last = 2 + len(sheet.meetings) + len(_FIGURES) - 1
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet(f"{sheet.year}年到会")
        look = {"valign": "vcenter", "border": 1, "font_size": 10}
        title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
        head = book.add_format(
            look | {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#F3EFE8"}
        )
        cell, center = book.add_format(look), book.add_format(look | {"align": "center"})
        odd = book.add_format(look | {"align": "center", "bg_color": "#FBE9D7"})
        page.set_row(0, 28)
        page.merge_range(0, 0, 0, last, f"{sheet.year}年组织生活到会台账", title)
        page.write_string(
            1, 0, f"{head_line(sheet.branch.name, conditions)}　截至{at.year}年{at.month}月{at.day}日"
        )
        page.set_row(2, 62)
        page.set_column(0, 0, 6)
        page.set_column(1, 1, 14)
        if sheet.meetings:
            page.set_column(2, 1 + len(sheet.meetings), 9)
        page.set_column(last - 3, last, 6)
        heads = [f"{m.on.month}月{m.on.day}日\n{SPECS[Kind(m.kind)].label}" for m in sheet.meetings]
        for column, text in enumerate(("序号", "姓名", *heads, *_FIGURES)):
            page.write_string(2, column, text, head)
        for row, line in enumerate(sheet.lines, start=3):
            page.write_number(row, 0, row - 2, center)
            page.write_string(row, 1, line.name + ("（预备）" if line.is_probationary else ""), cell)
            for column, (status, reason) in enumerate(line.cells, start=2):
                is_plain = status in ("", Status.PRESENT)
                page.write_string(
                    row, column, _SIGNS[Status(status)] if status else "", center if is_plain else odd
                )
                if reason:
                    page.write_comment(
                        row, column, f"{STATUS_LABELS[Status(status)]}：{reason_label(reason)}"
                    )
            counts = line.counts
            for column, n in enumerate(
                (counts.should, counts.came, counts.leave, counts.absent), start=last - 3
            ):
                page.write_number(row, column, n, center)
        foot = 3 + len(sheet.lines)
        for n, (label, name) in enumerate((("应到", "should"), ("实到", "came"))):
            page.write_string(foot + n, 0, "", head)
            page.write_string(foot + n, 1, label, head)
            for column, counts in enumerate(sheet.totals, start=2):
                page.write_number(foot + n, column, getattr(counts, name), center)
            total = sum(getattr(counts, name) for counts in sheet.totals)
            page.write_number(foot + n, last - 3 + n, total, center)
        page.write_string(foot + 2, 0, f"{_KEY}　{printed_by}　{at:%Y-%m-%d %H:%M}")
        page.freeze_panes(3, 2)
        page.repeat_rows(0, 2)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_footer("&C第&P页　共&N页")
    return out.getvalue()
