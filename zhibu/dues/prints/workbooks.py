"""Ledger, arrears and remittances as workbooks."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _

from zhibu.core.months import last_day, month_text, period_text
from zhibu.dues.models import Remittance
from zhibu.dues.rules.owing import CHANNELS, KINDS, NOTHING_ASKED
from zhibu.dues.rules.remitting import REMITTANCE_STATES
from zhibu.dues.summaries.arrears import Arrears
from zhibu.dues.summaries.ledger import MemberMonth, MonthRow
from zhibu.dues.summaries.pages import LedgerLine, UnitLine
from zhibu.members.models import Member
from zhibu.organizations.labels import NamesOf, name_on
from zhibu.organizations.models import Organization
from zhibu.printing.workbooks import Column, list_workbook

_NOTE: Final = "金额单位：元。自愿多交不含大额党费，大额党费另记。"


def _last(month: int, at: datetime) -> date:
    """The last day of the month, but not after the day of the print: as units were called then."""
    return min(last_day(month), at.date())


def _money(title: str) -> Column:
    return Column(title, 11, "yuan", is_summed=True)


def state_text(row: MonthRow) -> str:
    """How a member's month stands, in words."""
    if row.over:
        return _("多交，要退")
    if row.kind in NOTHING_ASKED or row.kind in ("pending", ""):
        return _(KINDS[row.kind])
    if not row.assessed:
        return _("未核定")
    if not row.left:
        return _("已交")
    return _("没交够") if row.paid > 0 else _("未交")


def month_workbook(
    lines: Sequence[LedgerLine],
    *,
    branch: Organization,
    month: int,
    printed_by: str,
    at: datetime,
    conditions: str = "",
) -> bytes:
    """A branch's month, a member a row."""
    columns = (
        Column("姓名", 14),
        *(_money(title) for title in ("应交", "实交", "自愿多交", "未交", "多交要退")),
        Column("代交人", 12),
        Column("方式", 12),
        Column("状态", 10),
    )
    rows = (
        (
            line.name,
            line.row.assessed,
            line.row.paid,
            line.row.extra,
            line.row.left,
            line.row.over,
            line.row.payer,
            _(CHANNELS[line.row.channel]) if line.row.channel else "",
            state_text(line.row),
        )
        for line in lines
    )
    title = f"{month_text(month)}党费台账"
    return list_workbook(
        title,
        columns,
        rows,
        unit=name_on(branch, _last(month, at)),
        printed_by=printed_by,
        at=at,
        note=_NOTE,
        conditions=conditions,
    )


def year_workbook(
    people: Sequence[tuple[str, Sequence[MemberMonth]]],
    *,
    branch: Organization,
    year: int,
    printed_by: str,
    at: datetime,
    conditions: str = "",
) -> bytes:
    """A branch's year, a member a row and what was paid for each month in a column of its own."""
    columns = (
        Column("姓名", 14),
        *(Column(f"{number}月", 8, "yuan", is_summed=True) for number in range(1, 13)),
        *(_money(title) for title in ("应交", "实交", "自愿多交", "未交", "多交要退")),
    )
    rows = (
        (
            name,
            *(row.paid if row.kind or row.paid else None for row in months),
            sum(row.assessed for row in months),
            sum(row.paid for row in months),
            sum(row.extra for row in months),
            sum(row.left for row in months),
            sum(row.over for row in months),
        )
        for name, months in people
    )
    note = f"各月是实交的党费；空格是没有开账，或当时不在本支部。{_NOTE}"
    title = f"{year}年党费台账"
    return list_workbook(
        title,
        columns,
        rows,
        unit=name_on(branch, _last(year * 100 + 12, at)),
        printed_by=printed_by,
        at=at,
        note=note,
        conditions=conditions,
    )


def units_workbook(
    lines: Sequence[UnitLine],
    *,
    organization: Organization,
    until: int,
    period: str,
    printed_by: str,
    at: datetime,
) -> bytes:
    """The units below in a month or a year. ``period``: how its head names it; ``until``: its last month."""
    names, day = NamesOf([organization, *(line.unit for line in lines)]), _last(until, at)
    columns = (
        Column("单位", 28),
        Column("应交人数", 10, "count", is_summed=True),
        Column("交了的人数", 10, "count", is_summed=True),
        *(_money(title) for title in ("应交", "实交", "未交", "多交要退", "自愿多交", "大额党费")),
    )
    rows = (
        (
            names.short(line.unit, day),
            line.totals.members,
            line.totals.payers,
            line.totals.assessed,
            line.totals.paid,
            line.totals.left,
            line.totals.over,
            line.totals.extra,
            line.totals.large,
        )
        for line in lines
    )
    title = f"{period}党费台账"
    return list_workbook(
        title, columns, rows, unit=names.full(organization, day), printed_by=printed_by, at=at, note=_NOTE
    )


def arrears_workbook(
    rows: Iterable[tuple[Arrears, Member]],
    *,
    organization: Organization,
    printed_by: str,
    at: datetime,
    conditions: str = "",
) -> bytes:
    """Who owes, the longest run first."""
    names, day = NamesOf.everywhere(), at.date()
    columns = (
        Column("姓名", 14),
        Column("所在支部", 26),
        Column("连续未交（月）", 10, "count"),
        Column("从", 12),
        Column("没交清的月份", 10, "count"),
        _money("金额"),
        Column("了解到的情况", 30),
    )
    listed = (
        (
            member.name,
            names.short(member.branch, day),
            each.run or None,
            month_text(each.since) if each.since else "",
            each.months,
            each.owed,
            "",
        )
        for each, member in rows
    )
    note = "只数应交而一分没交的月份；先提醒和了解原因，系统不改变任何人的党籍。"
    return list_workbook(
        "党费未交情况",
        columns,
        listed,
        unit=names.full(organization, day),
        printed_by=printed_by,
        at=at,
        note=note,
        conditions=conditions,
    )


def remittances_workbook(
    rows: Iterable[Remittance],
    *,
    organization: Organization,
    printed_by: str,
    at: datetime,
    conditions: str = "",
) -> bytes:
    """What was handed up, as both sides see it."""
    names = NamesOf.everywhere()
    columns = (
        Column("上缴单位", 26),
        Column("接收单位", 22),
        Column("期间", 16),
        *(_money(title) for title in ("账上收到", "上缴", "留存", "对方收到")),
        Column("上缴日期", 12),
        Column("登记人", 12),
        Column("状态", 12),
        Column("备注", 24),
    )
    listed = (
        (
            names.short(row.from_organization, row.sent_on),
            names.short(row.to_organization, row.sent_on),
            period_text(row.from_month, row.until_month),
            row.collected,
            row.amount,
            row.kept,
            row.arrived,
            row.sent_on.isoformat(),
            row.sent_by,
            _(REMITTANCE_STATES[row.state]),
            row.note,
        )
        for row in rows
    )
    return list_workbook(
        "党费上缴台账",
        columns,
        listed,
        unit=names.full(organization, at.date()),
        printed_by=printed_by,
        at=at,
        conditions=conditions,
    )
