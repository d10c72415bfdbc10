"""The list of dispositions carried out in a period (党员证处置清单) as A4 sheets, with places to sign."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from zhibu.certificates.prints.registers import Head, short_day
from zhibu.certificates.summaries.dispositions import Line
from zhibu.core.codes import label
from zhibu.organizations.labels import NamesOf
from zhibu.organizations.models import Organization
from zhibu.printing.engine import render
from zhibu.printing.glyphs import with_boxes
from zhibu.printing.workbooks import head_line

_FOLDER = Path(__file__).parents[1] / "print"


def disposition_list_pdf(
    lines: Sequence[Line],
    *,
    organization: Organization,
    since: date,
    until: date,
    printed_by: str,
    at: datetime,
    conditions: str = "",
) -> bytes:
    """The list as ``summaries.dispositions.carried_out_between`` reads it for this person: what the person may
    not read is masked there already; ``conditions`` narrowed it. Raises ``PrintError``."""
    head = Head.of(organization, printed_by, at)
    names = NamesOf(_branch(line) for line in lines)
    data = {
        "unit": with_boxes(head.unit),
        "head": with_boxes(head_line(head.unit, conditions)),
        "since": _day(since),
        "until": _day(until),
        "printed_by": with_boxes(head.printed_by),
        "printed_at": f"{head.printed_at:%Y-%m-%d %H:%M}",
        "mark": head.mark,
        "count": len(lines),
        "synthetic": any(line.row.certificate.member.is_synthetic for line in lines),
        "rows": [[str(n), *_cells(line, names)] for n, line in enumerate(lines, start=1)],
    }
    return render(_FOLDER / "disposition_list.typ", data)


def _cells(line: Line, names: NamesOf) -> list[str]:
    row = line.row
    member = row.certificate.member
    return [
        line.number,
        f"{row.booklet.serial:02d}" if row.booklet is not None else "",
        with_boxes(member.name),
        with_boxes(names.short(_branch(line), row.carried_out_on or date.max)),
        line.cause,
        line.basis,
        label("certificate_state", row.target) + ("（已撤销）" if row.reversed_on is not None else ""),
        with_boxes("，".join(filter(None, (line.whereabouts, row.place or row.receiver)))),
        short_day(row.carried_out_on),
        with_boxes(row.carried_out_by),
        with_boxes(line.destroyers),
    ]


def _branch(line: Line) -> Organization:
    """Where the holder belonged when the event was decided; a withdrawal names today's branch."""
    event = line.row.event
    return event.branch if event is not None else line.row.certificate.member.branch


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
