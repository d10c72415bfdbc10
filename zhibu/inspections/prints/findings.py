"""The list of findings to mend (督查问题整改清单), A4 landscape."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from django.utils import timezone

from zhibu.core.access import Scope
from zhibu.core.db import key_ring
from zhibu.inspections.models import Finding
from zhibu.inspections.rules.items import FINDING_LABELS, TO_MEND, FindingState, label_of
from zhibu.inspections.summaries.sheets import may_read_item
from zhibu.organizations.labels import NamesOf
from zhibu.organizations.models import Organization
from zhibu.printing.engine import render
from zhibu.printing.glyphs import with_boxes
from zhibu.printing.workbooks import head_line

_FOLDER = Path(__file__).parents[1] / "print"
_TOLD = 160


def findings_pdf(
    findings: Iterable[Finding],
    *,
    organization: Organization,
    scope: Scope,
    at: datetime,
    on: date,
    conditions: str = "",
) -> bytes:
    """The findings as the reader may read them; a long text is cut, the whole stands on the page of the finding."""
    listed = list(findings)
    told = f"{organization.pk}|{scope.name}|{at.isoformat()}|findings"
    names = NamesOf([organization, *(row.branch for row in listed)])
    unit = names.full(organization, on)
    data: dict[str, object] = {
        "unit": with_boxes(unit),
        "head": with_boxes(head_line(unit, conditions)),
        "on": f"{on.year}年{on.month}月{on.day}日",
        "printed_by": with_boxes(scope.name),
        "printed_at": f"{at:%Y-%m-%d %H:%M}",
        "mark": key_ring().blind_index(told, context="print").upper()[2:12],
        "synthetic": any(row.member is not None and row.member.is_synthetic for row in listed),
        "rows": [_row(number, row, names, scope, on) for number, row in enumerate(listed, start=1)],
    }
    return render(_FOLDER / "finding_list.typ", data)


def _row(number: int, row: Finding, names: NamesOf, scope: Scope, on: date) -> list[str]:
    reads = may_read_item(scope, row.item, row.branch.path)
    text = row.text if reads else "内容只给有权限的人看"
    is_overdue = row.state in TO_MEND and row.due_on < on
    return [
        str(number),
        with_boxes(names.short(row.branch, timezone.localdate(row.opened_at))),
        with_boxes(row.member.name) if row.member is not None else "",
        label_of(row.item),
        with_boxes(text if len(text) <= _TOLD else text[:_TOLD] + "…"),
        with_boxes(row.owner),
        f"{row.due_on:%Y.%m.%d}",
        FINDING_LABELS[FindingState(row.state)] + ("（逾期）" if is_overdue else ""),
        "",
    ]
