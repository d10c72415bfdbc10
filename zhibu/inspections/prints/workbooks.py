"""Lists of inspections, findings and cases as workbooks with the county's usual head; every cell is text."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from zhibu.core.access import Scope
from zhibu.inspections.models import Finding, Inspection
from zhibu.inspections.rules.draw import RANDOM, SIGN_LABELS, Sign
from zhibu.inspections.rules.items import FINDING_LABELS, TO_MEND, FindingState, label_of
from zhibu.inspections.summaries.inspections import Coverage
from zhibu.inspections.summaries.redraws import PopulationLine
from zhibu.inspections.summaries.sheets import may_read_item
from zhibu.organizations.labels import NamesOf, name_on
from zhibu.organizations.models import Organization
from zhibu.printing.workbooks import Titles, table_workbook

_RESULTS: Titles = (
    ("单位", 26),
    ("党员", 8),
    ("查到", 8),
    ("比例", 8),
    ("找不到", 8),
    ("抽样的季度", 14),
    ("查党委工作的季度", 16),
    ("等整改", 8),
    ("其中逾期", 10),
    ("等复核", 8),
    ("已销号", 8),
)
_FINDINGS: Titles = (
    ("序号", 6),
    ("单位", 24),
    ("姓名", 12),
    ("问题", 18),
    ("内容", 46),
    ("由谁整改", 14),
    ("查出人", 12),
    ("查出日期", 12),
    ("期限", 12),
    ("最初期限", 12),
    ("延期次数", 8),
    ("进展", 14),
    ("销号人", 12),
    ("销号日期", 12),
)
_POPULATION: Titles = (
    ("支部号", 10),
    ("支部", 26),
    ("党员号", 10),
    ("姓名", 14),
    ("SHA-256", 68),
    ("支部里的次序", 12),
    ("本人更正", 10),
    ("怎么抽到", 14),
)


def results_workbook(
    lines: Iterable[Coverage],
    total: Coverage,
    *,
    organization: Organization,
    year: int,
    printed_by: str,
    at: datetime,
) -> bytes:
    """Coverage and results of a year by unit, with the sum below."""
    end = min(date(year, 12, 31), at.date())
    names = NamesOf.everywhere()
    cells = [_coverage(names.short(line.organization, end), line) for line in lines]
    cells.append(_coverage("合计", total))
    return table_workbook(
        f"{year}年督查覆盖和结果",
        names.full(organization, end),
        _RESULTS,
        cells,
        printed_by=printed_by,
        at=at,
    )


def _coverage(name: str, line: Coverage) -> tuple[str, ...]:
    figures = (line.members, line.inspected)
    findings = (line.open, line.overdue, line.mended, line.closed)
    return (
        name,
        *map(str, figures),
        f"{line.share}%",
        str(line.unreachable),
        "、".join(map(str, sorted(line.quarters))),
        "、".join(map(str, sorted(line.own_quarters))),
        *map(str, findings),
    )


def findings_workbook(
    findings: Iterable[Finding],
    *,
    organization: Organization,
    scope: Scope,
    at: datetime,
    on: date,
    conditions: str = "",
) -> bytes:
    """The findings as the reader may read them."""
    names = NamesOf.everywhere()
    cells = (_finding(number, row, names, scope, on) for number, row in enumerate(findings, start=1))
    return table_workbook(
        "督查问题整改台账",
        names.full(organization, on),
        _FINDINGS,
        cells,
        printed_by=scope.name,
        at=at,
        conditions=conditions,
    )


def _finding(number: int, row: Finding, names: NamesOf, scope: Scope, on: date) -> tuple[str, ...]:
    reads = may_read_item(scope, row.item, row.branch.path)
    state = FINDING_LABELS[FindingState(row.state)]
    return (
        str(number),
        names.short(row.branch, timezone.localdate(row.opened_at)),
        row.member.name if row.member is not None else "",
        label_of(row.item),
        row.text if reads else "内容只给有权限的人看",
        row.owner,
        row.opened_by,
        f"{row.opened_at:%Y-%m-%d}",
        row.due_on.isoformat(),
        (row.first_due_on or row.due_on).isoformat(),
        str(row.extensions),
        state + ("（逾期）" if row.state in TO_MEND and row.due_on < on else ""),
        row.closed_by,
        row.closed_on.isoformat() if row.closed_on else "",
    )


def population_workbook(
    lines: Iterable[PopulationLine], *, inspection: Inspection, digest: str, printed_by: str, at: datetime
) -> bytes:
    """Everybody who could be drawn, in the order of the draw: what one needs to draw again by hand."""
    cells = (
        (
            str(line.branch),
            line.unit,
            str(line.number),
            line.name,
            line.rank,
            str(line.place),
            str(line.corrected),
            _why(line.why),
        )
        for line in lines
    )
    unit = f"{name_on(inspection.organization, timezone.localdate(inspection.drawn_at))}　种子：{inspection.seed}　名单校验码：{digest}"
    return table_workbook("抽样全体名单", unit, _POPULATION, cells, printed_by=printed_by, at=at)


def _why(why: str) -> str:
    if not why:
        return ""
    return "随机" if why == RANDOM else SIGN_LABELS[Sign(why)]
