"""The register of kept copies (代管台账) as a workbook."""

import io
from collections.abc import Iterable
from datetime import datetime

import xlsxwriter

from zhibu.certificates.models import Custody
from zhibu.certificates.rules.copies import format_number
from zhibu.certificates.rules.keeping import CUSTODY_LABELS, CustodyCause
from zhibu.core.codes import label
from zhibu.organizations.labels import NamesOf
from zhibu.printing.workbooks import head_line

_TITLES = (
    ("序号", 6),
    ("编号", 16),
    ("姓名", 14),
    ("证本号", 8),
    ("所在支部", 26),
    ("事由", 16),
    ("说明", 28),
    ("存放地点", 24),
    ("保管人", 12),
    ("起始日期", 12),
    ("党员证状态", 12),
    ("备注", 12),
)


def custody_workbook(
    rows: Iterable[Custody], *, printed_by: str, at: datetime, conditions: str = ""
) -> bytes:
    """Rows of ``summaries.keeping.custodies`` as .xlsx. Every cell is text: nothing typed is read as a formula."""
    out, names = io.BytesIO(), NamesOf.everywhere()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("代管台账")
        title = book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"})
        titles = book.add_format({"bold": True, "border": 1, "align": "center", "bg_color": "#F3EFE8"})
        cell = book.add_format({"border": 1, "align": "center", "valign": "vcenter"})
        for column, (_, width) in enumerate(_TITLES):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 30)
        sheet.merge_range(0, 0, 0, len(_TITLES) - 1, "党员证代管台账", title)
        sheet.write_string(
            1,
            0,
            "　".join(filter(None, (head_line("", conditions), f"截至{at.year}年{at.month}月{at.day}日"))),
        )
        for column, (text, _) in enumerate(_TITLES):
            sheet.write_string(2, column, text, titles)
        count = 0
        for count, row in enumerate(rows, start=1):
            certificate = row.booklet.certificate
            values = (
                str(count),
                format_number(certificate.number),
                certificate.member.name,
                f"{row.booklet.serial:02d}",
                names.short(certificate.member.branch, at.date()),
                CUSTODY_LABELS[CustodyCause(row.cause)],
                row.reason,
                row.place,
                row.keeper,
                f"{row.from_date:%Y.%m.%d}",
                label("certificate_state", certificate.state),
                "演示数据" if certificate.member.is_synthetic else "",
            )
            for column, text in enumerate(values):
                sheet.write_string(2 + count, column, text, cell)
        sheet.write_string(3 + count, 0, f"合计{count}本。　{printed_by}　{at:%Y-%m-%d %H:%M}")
        sheet.freeze_panes(3, 3)
        sheet.repeat_rows(0, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
    return out.getvalue()
