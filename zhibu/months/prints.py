"""A branch's month as an A4 sheet: to be filled by pen in the order of the page, then typed back."""

from datetime import datetime
from pathlib import Path

from zhibu.certificates.prints.registers import Head
from zhibu.core.money import yuan
from zhibu.core.months import last_day, month_text
from zhibu.meetings.rules.attendance import STATUS_LABELS, Status
from zhibu.months.models import BranchMonth
from zhibu.months.rules.cells import HOW_LABELS
from zhibu.months.rules.months import KIND_LABELS, add_up
from zhibu.months.summaries.book import Row, read_book
from zhibu.months.summaries.page import kind_of
from zhibu.organizations.labels import name_on
from zhibu.printing.engine import render
from zhibu.printing.glyphs import with_boxes

TEMPLATE = Path(__file__).parent / "print" / "month_sheet.typ"
MOST_MEETINGS = 4


def sheet_pdf(branch_month: BranchMonth, *, printed_by: str, at: datetime) -> bytes:
    """While the month is open the columns are free for the pen; afterwards they hold what was submitted."""
    book = read_book(branch_month)
    head = Head.of(branch_month.branch, printed_by, at)
    filled = branch_month.state in {"submitted", "sealed"}
    held = book.held[:MOST_MEETINGS]
    totals = add_up(row.line for row in book.rows)
    data: dict[str, object] = {
        "unit": with_boxes(name_on(branch_month.branch, last_day(branch_month.month))),
        "month": month_text(branch_month.month),
        "meetings": [f"{m.on.month}月{m.on.day}日\n{kind_of(m)}" for m in held],
        "rows": [
            [
                str(row.number),
                with_boxes(row.member.name),
                yuan(row.line.assessed) if row.line.owes else KIND_LABELS.get(row.line.kind, ""),
                *(_dues(row) if filled else ("", "")),
                *(_status(row, m.pk, filled=filled) for m in held),
                with_boxes(row.line.dues.payer or row.line.dues.note) if filled else "",
            ]
            for row in book.rows
        ],
        "totals": (
            f"应收{yuan(totals.assessed)}元　实收{yuan(totals.paid)}元　其中现金{yuan(totals.cash)}元　"
            f"未交{totals.unpaid}人　到会{totals.came}人次，应到{totals.should}人次"
            if filled
            else f"应收{yuan(totals.assessed)}元　{totals.members}人"
        ),
        "counted": _counted(branch_month),
        "digest": branch_month.digest,
        "printed_by": with_boxes(printed_by),
        "printed_at": f"{at:%Y-%m-%d %H:%M}",
        "mark": head.mark,
        "synthetic": any(row.member.is_synthetic for row in book.rows),
    }
    return render(TEMPLATE, data)


def _counted(row: BranchMonth) -> list[str]:
    if row.state not in {"submitted", "sealed"} or row.cash is None:
        return ["", "", ""]
    return [yuan(row.cash), str(row.heads), "" if row.attended is None else str(row.attended)]


def _dues(row: Row) -> tuple[str, str]:
    line = row.line
    if line.is_settled:
        return "台账", yuan(line.paid)
    return (HOW_LABELS[line.dues.how], yuan(line.paid)) if line.owes or line.paid else ("", "")


def _status(row: Row, meeting: int, *, filled: bool) -> str:
    found = row.attendance.get(meeting)
    if found is None:
        return "—"
    if not filled and found.status != Status.EXCUSED:
        return ""
    return STATUS_LABELS[Status(found.status)]
