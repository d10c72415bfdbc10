"""The sheet that goes with money handed up: what it is made of, the sum in capitals, two signatures."""

from datetime import date, datetime
from pathlib import Path

from zhibu.core.money import capitals, yuan
from zhibu.core.months import period_text
from zhibu.dues.models import Remittance
from zhibu.dues.summaries.remittances import parts_of
from zhibu.members.models import Member
from zhibu.organizations.labels import NamesOf
from zhibu.printing.engine import render
from zhibu.printing.glyphs import with_boxes

_FOLDER = Path(__file__).parents[1] / "print"


def remittance_pdf(row: Remittance, *, printed_by: str, at: datetime) -> bytes:
    """A4 portrait. Raises ``PrintError``."""
    parts = parts_of(row)
    names = NamesOf([row.from_organization, row.to_organization])
    below = Member.objects.filter(branch__path__startswith=row.from_organization.path)
    data: dict[str, object] = {
        "from": with_boxes(names.full(row.from_organization, row.sent_on)),
        "to": with_boxes(names.full(row.to_organization, row.sent_on)),
        "period": period_text(row.from_month, row.until_month),
        "counts_people": any(part.people is not None for part in parts),
        "parts": [
            {
                "label": with_boxes(part.label) or "以前月份没有上缴的，补交和退回也在内",
                "people": "" if part.people is None else str(part.people),
                "total": yuan(part.total),
            }
            for part in parts
        ],
        "collected": yuan(row.collected),
        "amount": yuan(row.amount),
        "capitals": capitals(row.amount),
        "kept": yuan(row.kept),
        "sent_on": _day(row.sent_on),
        "sent_by": with_boxes(row.sent_by),
        "arrived": "" if row.arrived is None else yuan(row.arrived),
        "settled": f"{_day(row.settled_on)} {with_boxes(row.settled_by)}" if row.settled_on else "",
        "note": with_boxes(row.note),
        "printed_by": with_boxes(printed_by),
        "printed_at": f"{at:%Y-%m-%d %H:%M}",
        "synthetic": below.filter(is_synthetic=True).exists(),
    }
    return render(_FOLDER / "remittance.typ", data)


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
