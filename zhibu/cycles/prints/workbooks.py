"""Lists of inspections, findings and cases as workbooks with the county's usual head; every cell is text."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import xlsxwriter
from django.utils import timezone

from zhibu.core.access import Scope
from zhibu.core.filing import sheet_name
from zhibu.cycles.models import Case, Finding, Inspection
from zhibu.cycles.rules.cases import OUTCOME_LABELS, TRIGGER_LABELS, Outcome, Trigger
from zhibu.cycles.rules.inspection_draw import RANDOM, SIGN_LABELS, Sign
from zhibu.cycles.rules.inspection_items import FINDING_LABELS, TO_MEND, FindingState, label_of
from zhibu.cycles.summaries.inspection_redraws import PopulationLine
from zhibu.cycles.summaries.inspection_sheets import may_read_item
from zhibu.cycles.summaries.inspections import Coverage
from zhibu.organizations.labels import NamesOf, name_on
from zhibu.organizations.models import Organization
from zhibu.printing.workbooks import head_line

Titles = Sequence[tuple[str, int]]
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
    return _table(
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
    return _table(
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


def cases_workbook(cases: Iterable[Case], *, printed_by: str, at: datetime, conditions: str = "") -> bytes:
    """The list of cases without what was said: facts and words are read on the page of the case."""
    names = NamesOf.everywhere()
    cells = (_case(number, row, names) for number, row in enumerate(cases, start=1))
    return _table("追究台账", "", _CASES, cells, printed_by=printed_by, at=at, conditions=conditions)


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
    return _table("抽样全体名单", unit, _POPULATION, cells, printed_by=printed_by, at=at)


def _why(why: str) -> str:
    if not why:
        return ""
    return "随机" if why == RANDOM else SIGN_LABELS[Sign(why)]


def _table(
    heading: str,
    unit: str,
    titles: Titles,
    rows: Iterable[Sequence[str]],
    *,
    printed_by: str,
    at: datetime,
    conditions: str = "",
) -> bytes:
    """Heading, unit and day, titles, rows, how many and by whom; nothing typed is read as a formula."""
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    last = len(titles) - 1
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(sheet_name(heading))
        title = book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"})
        plain = book.add_format({"valign": "vcenter"})
        head = book.add_format(
            {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "bg_color": "#F3EFE8"}
        )
        cell = book.add_format({"border": 1, "valign": "vcenter", "text_wrap": True})
        for column, (_, width) in enumerate(titles):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 30)
        sheet.merge_range(0, 0, 0, last, heading, title)
        sheet.set_row(1, 20)
        sheet.write_string(1, 0, head_line(unit, conditions), plain)
        sheet.write_string(1, last - 1, f"截至{at.year}年{at.month}月{at.day}日", plain)
        sheet.set_row(2, 22)
        for column, (text, _) in enumerate(titles):
            sheet.write_string(2, column, text, head)
        count = 0
        for count, row in enumerate(rows, start=1):
            for column, text in enumerate(row):
                sheet.write_string(2 + count, column, text, cell)
        sheet.write_string(3 + count, 0, f"共{count}行。　{printed_by}　{at:%Y-%m-%d %H:%M}", plain)
        sheet.freeze_panes(3, 2)
        sheet.repeat_rows(0, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C第&P页　共&N页")
    return out.getvalue()
