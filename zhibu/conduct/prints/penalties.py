"""The register of penalties (处分登记表) on A4 landscape, marked internal, with the reader on every page."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from zhibu.conduct.rules import REGISTER_STATES
from zhibu.conduct.summaries.penalties import PenaltyLine
from zhibu.core.db import key_ring
from zhibu.organizations.labels import NamesOf
from zhibu.organizations.models import Organization
from zhibu.printing.engine import render
from zhibu.printing.glyphs import with_boxes
from zhibu.printing.workbooks import head_line

_FOLDER = Path(__file__).parents[1] / "print"


def penalties_pdf(
    lines: Iterable[PenaltyLine],
    *,
    organization: Organization,
    printed_by: str,
    at: datetime,
    conditions: str = "",
) -> bytes:
    """The lines as printed; a long text makes its row higher, no row is split. Raises ``PrintError``."""
    listed = list(lines)
    told = f"{organization.pk}|{printed_by}|{at.isoformat()}|penalties"
    names = NamesOf([organization, *(line.event.branch for line in listed)])
    unit = names.full(organization, at.date())
    data = {
        "unit": with_boxes(unit),
        "head": with_boxes(head_line(unit, conditions)),
        "on": f"{at.year}年{at.month}月{at.day}日",
        "printed_by": with_boxes(printed_by),
        "printed_at": f"{at:%Y-%m-%d %H:%M}",
        "mark": key_ring().blind_index(told, context="print").upper()[2:12],
        "synthetic": any(line.event.member.is_synthetic for line in listed),
        "rows": [_row(number, line, names) for number, line in enumerate(listed, start=1)],
    }
    return render(_FOLDER / "penalties.typ", data)


def _row(number: int, line: PenaltyLine, names: NamesOf) -> list[str]:
    """The branch is the one that the member belonged to then, as it was called then."""
    event = line.event
    return [
        str(number),
        with_boxes(event.member.name),
        with_boxes(names.short(event.branch, event.effective_on or event.decided_on)),
        line.label,
        with_boxes(event.decided_by),
        with_boxes("、".join(dict.fromkeys(filter(None, (event.document, event.settled_document))))),
        _day(event.effective_on),
        f"至{_day(line.last_day)}" if line.last_day else "",
        REGISTER_STATES[line.standing],
    ]


def _day(on: date | None) -> str:
    """2009.06.28, as Party offices write dates in tables."""
    return f"{on:%Y.%m.%d}" if on is not None else ""
