"""The list of cases as a workbook."""

from collections.abc import Iterable
from datetime import datetime

from zhibu.accountability.models import Case
from zhibu.accountability.rules import OUTCOME_LABELS, TRIGGER_LABELS, Outcome, Trigger
from zhibu.organizations.labels import NamesOf
from zhibu.printing.workbooks import Titles, table_workbook

_CASES: Titles = (
    ("序号", 6),
    ("对象", 20),
    ("单位", 24),
    ("问题", 18),
    ("登记日期", 12),
    ("登记人", 12),
    ("期限", 12),
    ("结果", 18),
    ("决定日期", 12),
    ("决定人", 12),
)


def cases_workbook(cases: Iterable[Case], *, printed_by: str, at: datetime, conditions: str = "") -> bytes:
    """The list of cases without what was said: facts and words are read on the page of the case."""
    names = NamesOf.everywhere()
    cells = (_case(number, row, names) for number, row in enumerate(cases, start=1))
    return table_workbook("追究台账", "", _CASES, cells, printed_by=printed_by, at=at, conditions=conditions)


def _case(number: int, row: Case, names: NamesOf) -> tuple[str, ...]:
    return (
        str(number),
        row.member.name if row.member is not None else row.responsible,
        names.short(row.organization, row.opened_on),
        TRIGGER_LABELS[Trigger(row.trigger)],
        row.opened_on.isoformat(),
        row.opened_by,
        row.deadline.isoformat() if row.deadline else "",
        OUTCOME_LABELS[Outcome(row.outcome)] if row.outcome else "在办",
        row.decided_on.isoformat() if row.decided_on else "",
        row.decided_by,
    )
