"""The list of rewards as a workbook with the county's usual head: title, unit and date, titles, rows."""

import io
from collections.abc import Iterable
from datetime import date, datetime

import xlsxwriter

from zhibu.conduct.models import Reward
from zhibu.conduct.rules import LEVELS, RewardLevel
from zhibu.organizations.labels import NamesOf
from zhibu.organizations.models import Organization
from zhibu.printing.workbooks import head_line

_TITLES = (
    ("序号", 6),
    ("姓名", 14),
    ("现在支部", 24),
    ("级别", 16),
    ("奖励名称", 28),
    ("表彰日期", 12),
    ("决定单位", 26),
    ("文号", 22),
    ("当时职务", 26),
    ("当时支部", 24),
    ("备注", 24),
)


def rewards_workbook(
    rewards: Iterable[Reward],
    *,
    organization: Organization,
    printed_by: str,
    at: datetime,
    conditions: str = "",
) -> bytes:
    """Rows of ``summaries.rewards.reward_rows`` as .xlsx, written row by row; every cell is text."""
    out, names = io.BytesIO(), NamesOf.everywhere()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    last = len(_TITLES) - 1
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("党内奖励")
        title = book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"})
        plain = book.add_format({"valign": "vcenter"})
        titles = book.add_format(
            {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "bg_color": "#F3EFE8"}
        )
        cell = book.add_format({"border": 1, "valign": "vcenter", "text_wrap": True})
        for column, (_, width) in enumerate(_TITLES):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 30)
        sheet.merge_range(0, 0, 0, last, "党内奖励登记表", title)
        sheet.set_row(1, 20)
        sheet.write_string(1, 0, head_line(names.full(organization, at.date()), conditions), plain)
        sheet.write_string(1, last - 1, f"截至{at.year}年{at.month}月{at.day}日", plain)
        sheet.set_row(2, 22)
        for column, (text, _) in enumerate(_TITLES):
            sheet.write_string(2, column, text, titles)
        count = reversed_count = 0
        for count, reward in enumerate(rewards, start=1):
            for column, text in enumerate(_cells(count, reward, names, at.date())):
                sheet.write_string(2 + count, column, text, cell)
            reversed_count += reward.reversed_on is not None
        sheet.write_string(
            3 + count,
            0,
            f"合计{count}项，其中已撤销{reversed_count}项。　{printed_by}　{at:%Y-%m-%d %H:%M}",
            plain,
        )
        sheet.freeze_panes(3, 2)
        sheet.repeat_rows(0, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C第&P页　共&N页")
    return out.getvalue()


def _cells(number: int, reward: Reward, names: NamesOf, on: date) -> tuple[str, ...]:
    notes = ["演示数据"] if reward.member.is_synthetic else []
    if reward.reversed_on is not None:
        notes.append(f"{reward.reversed_on}撤销：{reward.reversed_reason}")
    return (
        str(number),
        reward.member.name,
        names.short(reward.member.branch, on),
        LEVELS[RewardLevel(reward.level)],
        reward.title,
        f"{reward.awarded_on:%Y.%m.%d}",
        reward.awarded_by,
        reward.document,
        reward.posts,
        names.short(reward.branch, reward.awarded_on),
        "；".join(notes),
    )
