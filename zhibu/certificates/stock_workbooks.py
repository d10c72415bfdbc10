"""The ledger of blank booklets as a workbook: every movement, what was left after it, the balance at the foot."""

import io
from collections.abc import Iterable
from datetime import datetime

import xlsxwriter
from django.utils.translation import gettext as _

from zhibu.certificates.prints.registers import Head
from zhibu.certificates.rules.stock import COMES_IN, KIND_LABELS, Balance, Kind
from zhibu.certificates.summaries.stock.balances import Line
from zhibu.organizations.labels import NamesOf
from zhibu.organizations.models import Organization

_TITLES = (
    ("序号", 6),
    ("日期", 12),
    ("事项", 12),
    ("收入", 8),
    ("支出", 8),
    ("结存", 8),
    ("对方", 24),
    ("说明", 40),
    ("登记人", 12),
)


def ledger_workbook(
    lines: Iterable[Line], *, balance: Balance, organization: Organization, printed_by: str, at: datetime
) -> bytes:
    """The ledger as .xlsx, written row by row; nothing a person typed can be read as a formula."""
    head = Head.of(organization, printed_by, at)
    out, names = io.BytesIO(), NamesOf.everywhere()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    last = len(_TITLES) - 1
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("空白证本流水")
        title = book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"})
        plain = book.add_format({"valign": "vcenter"})
        titles = book.add_format({"bold": True, "border": 1, "align": "center", "bg_color": "#F3EFE8"})
        cell = book.add_format({"border": 1, "valign": "vcenter"})
        for column, (_title, width) in enumerate(_TITLES):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 30)
        sheet.merge_range(0, 0, 0, last, "空白证本流水", title)
        sheet.write_string(1, 0, f"单位：{head.unit}", plain)
        sheet.write_string(1, last - 1, f"截至{head.on.year}年{head.on.month}月{head.on.day}日", plain)
        for column, (text, _width) in enumerate(_TITLES):
            sheet.write_string(2, column, text, titles)
        row = 2
        for number, line in enumerate(lines, start=1):
            row = 2 + number
            for column, value in enumerate(_cells(number, line, names)):
                if isinstance(value, int):
                    sheet.write_number(row, column, value, cell)
                else:
                    sheet.write_string(row, column, value, cell)
        sheet.write_string(
            row + 1,
            0,
            f"收入合计{balance.came}本，支出合计{balance.went}本，结存{balance.remaining}本。"
            f"　{head.printed_by}　{head.printed_at:%Y-%m-%d %H:%M}　{head.mark}",
            plain,
        )
        sheet.freeze_panes(3, 0)
        sheet.repeat_rows(0, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C第&P页　共&N页")
    return out.getvalue()


def _cells(number: int, line: Line, names: NamesOf) -> tuple[int | str, ...]:
    """A reversal stands on the side of what it reverses, with a minus, so that both sums are those of the balance."""
    entry = line.entry
    kind = _(KIND_LABELS[Kind(entry.kind)])
    comes_in = entry.kind in COMES_IN
    parcel = entry.transfer
    other = ""
    if parcel is not None:
        ends = (parcel.from_organization, parcel.to_organization)
        other = next(names.short(end, entry.on) for end in ends if end.pk != entry.organization_id)
    return (
        number,
        entry.on.isoformat(),
        _("冲正%(kind)s") % {"kind": kind} if entry.reverses_id else kind,
        entry.quantity if comes_in else "",
        "" if comes_in else -entry.quantity,
        line.left,
        other,
        entry.note,
        entry.by,
    )
