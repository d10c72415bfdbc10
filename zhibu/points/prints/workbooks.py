"""Points of a month and of a year as workbooks."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from zhibu.core.months import last_day
from zhibu.organizations.labels import NamesOf, name_on
from zhibu.organizations.models import Organization
from zhibu.points.policies import catalogue_of_year
from zhibu.points.rules.catalogue import CLASS_LABELS, GRADE_LABELS, GROUPS, KIND_LABELS
from zhibu.points.summaries.lists import BranchRow, YearRow
from zhibu.points.summaries.totals import MonthRow
from zhibu.printing.workbooks import Column, list_workbook


def _last(month: int, at: datetime) -> date:
    """The last day of the month, but not after the day of the print: as units were called then."""
    return min(last_day(month), at.date())


def month_workbook(
    rows: Sequence[MonthRow], *, branch: Organization, month: int, printed_by: str, at: datetime
) -> bytes:
    """A branch's month, a member a row."""
    columns = (
        Column("姓名", 14),
        Column("类别", 24),
        *(Column(_(KIND_LABELS[kind]), 10, "points") for kind in GROUPS),
        Column("本月", 10, "points"),
        Column("累计", 10, "points"),
        Column("待审核（条）", 10, "count"),
    )
    listed = (
        (
            row.name,
            _(CLASS_LABELS[row.member_class]),
            *(row.groups.get(kind) for kind in GROUPS),
            None if row.is_paused else row.change,
            None if row.is_paused else row.total,
            row.proposed or None,
        )
        for row in rows
    )
    note = "本月是封顶以后的变化，累计从基础积分算起；停止党籍期间不计。不排名次。"
    title = f"{month // 100}年{month % 100}月党员积分"
    return list_workbook(
        title,
        columns,
        listed,
        unit=name_on(branch, _last(month, at)),
        printed_by=printed_by,
        at=at,
        note=note,
    )


def branches_workbook(
    rows: Sequence[BranchRow], *, organization: Organization, month: int, printed_by: str, at: datetime
) -> bytes:
    """The branches below in a month: what was entered, what waits, when it was published."""
    names, day = NamesOf([organization, *(row.branch for row in rows)]), _last(month, at)
    columns = (
        Column("支部", 30),
        *(
            Column(title, 10, "count", is_summed=True)
            for title in ("计入（条）", "待审核（条）", "异议（件）")
        ),
        Column("公示日期", 12),
        Column("封存", 10),
    )
    listed = (
        (
            names.short(row.branch, day),
            row.entries,
            row.proposed,
            row.objections,
            row.published.published_on.isoformat() if row.published else "",
            "已封存" if row.is_locked else "",
        )
        for row in rows
    )
    title = f"{month // 100}年{month % 100}月各支部积分"
    return list_workbook(
        title, columns, listed, unit=names.full(organization, day), printed_by=printed_by, at=at
    )


def year_workbook(
    rows: Iterable[YearRow], *, organization: Organization, year: int, printed_by: str, at: datetime
) -> bytes:
    """The year of everyone below with stars. In the order of the roster: no places."""
    base = catalogue_of_year(year).base
    names, day = NamesOf.everywhere(), _last(year * 100 + 12, at)
    columns = (
        Column("姓名", 14),
        Column("支部", 26),
        Column("类别", 24),
        Column("基础积分", 10, "points"),
        Column("逐条相加", 10, "points"),
        Column("封顶以后计入", 10, "points"),
        Column("总分", 10, "points"),
        Column("评星", 14),
        Column("结账", 10),
    )
    listed = (_year_row(row, base, names.short(row.member.branch, day)) for row in rows)
    note = "没有结账的是到今天的样子；低于基础积分只在年底看。评星只作民主评议的参考。不排名次。"
    title = f"{year}年党员积分和评星"
    return list_workbook(
        title, columns, listed, unit=names.full(organization, day), printed_by=printed_by, at=at, note=note
    )


def _year_row(row: YearRow, base: int, branch: str) -> tuple[str | int | None, ...]:
    told = (row.member.name, branch, _(CLASS_LABELS[row.member_class]))
    total = row.total
    if total.paused:
        return (*told, None, None, None, None, "停止党籍期间不计", "")
    grade = _(GRADE_LABELS[total.grade]) if total.grade else ""
    closed = "已结账" if total.closed else ""
    return (*told, base, total.earned, total.counted, total.total, grade, closed)
