"""Receipts: one on A5, or three to an A4 sheet with lines to cut along."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from zhibu.core.money import capitals, yuan
from zhibu.core.months import month_text, period_text, shift_month
from zhibu.dues.rules.owing import CHANNELS
from zhibu.dues.summaries.receipts import ReceiptLine
from zhibu.organizations.labels import NamesOf
from zhibu.printing.engine import render
from zhibu.printing.glyphs import with_boxes

_FOLDER = Path(__file__).parents[1] / "print"


def receipts_pdf(lines: Sequence[ReceiptLine], *, sheet: str, printed_by: str, at: datetime) -> bytes:
    """``sheet``: "a5" one to a page, "a4" three to a page."""
    names = NamesOf(line.receipt.branch for line in lines)
    data: dict[str, object] = {
        "sheet": sheet,
        "printed_by": with_boxes(printed_by),
        "printed_at": f"{at:%Y-%m-%d %H:%M}",
        "synthetic": any(line.receipt.member.is_synthetic for line in lines),
        "receipts": [_receipt(line, names) for line in lines],
    }
    return render(_FOLDER / "receipts.typ", data)


def _receipt(line: ReceiptLine, names: NamesOf) -> dict[str, object]:
    receipt, payments = line.receipt, line.payments
    first = payments[0]
    extra = sum(payment.extra for payment in payments)
    return {
        "number": f"{receipt.year}-{receipt.number:04d}",
        "unit": with_boxes(names.full(receipt.branch, receipt.issued_on)),
        "name": with_boxes(receipt.member.name),
        "payer": with_boxes(first.payer),
        "months": _months([payment.month for payment in payments if payment.amount]),
        "dues": yuan(line.total - extra),
        "extra": yuan(extra) if extra else "",
        "total": yuan(line.total),
        "capitals": capitals(line.total),
        "channel": CHANNELS[first.channel],
        "paid_on": _day(first.paid_on),
        "issued_on": _day(receipt.issued_on),
        "receiver": with_boxes(first.receiver),
        "taken_back": yuan(line.taken_back) if line.taken_back else "",
    }


def _months(months: Sequence[int]) -> str:
    """First and last where they follow each other, else all."""
    listed = sorted(set(months))
    if len(listed) > 3:
        return f"{period_text(listed[0], shift_month(listed[-1], 1))}共{len(listed)}个月"
    return "、".join(month_text(month) for month in listed)


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
