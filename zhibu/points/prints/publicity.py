"""The month's list for the notice board: totals and groups of items, no reasons, no places."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from zhibu.core.db import key_ring
from zhibu.core.months import last_day
from zhibu.members.models import Member
from zhibu.organizations.labels import name_on
from zhibu.organizations.models import Organization
from zhibu.points.models import Publicity
from zhibu.points.rules.catalogue import GROUPS, change_text, points_text
from zhibu.points.summaries.totals import MonthRow
from zhibu.printing.engine import render
from zhibu.printing.glyphs import with_boxes

_FOLDER = Path(__file__).parents[1] / "print"
_ROWS = 30


def publicity_pdf(
    rows: Sequence[MonthRow],
    *,
    branch: Organization,
    month: int,
    published: Publicity | None,
    printed_by: str,
    at: datetime,
) -> bytes:
    """A4 portrait, thirty members a page, in the order of the roster. Raises ``PrintError``."""
    lines = [
        [
            str(n),
            with_boxes(row.name),
            *(change_text(row.groups[kind]) if row.groups.get(kind) else "" for kind in GROUPS),
            change_text(row.change),
            points_text(row.total),
        ]
        for n, row in enumerate(rows, start=1)
    ]
    told = f"{branch.pk}|{printed_by}|{at.isoformat()}"
    if published is not None:
        last = published.until - timedelta(days=1)
        days = f"公示期：{_day(published.published_on)}至{_day(last)}。"
    else:
        days = "还没有公示，仅供核对。"
    synthetic = Member.objects.filter(pk__in=[row.member_id for row in rows], is_synthetic=True).exists()
    return render(
        _FOLDER / "publicity.typ",
        {
            "title": f"{month // 100}年{month % 100}月党员积分公示",
            "unit": with_boxes(name_on(branch, published.published_on if published else last_day(month))),
            "days": days,
            "count": len(lines),
            "pages": [lines[i : i + _ROWS] for i in range(0, len(lines), _ROWS)] or [[]],
            "printed_by": with_boxes(printed_by),
            "printed_at": f"{at:%Y-%m-%d %H:%M}",
            "mark": key_ring().blind_index(told, context="print").upper()[2:12],
            "synthetic": synthetic,
        },
    )


def _day(on: date) -> str:
    return f"{on:%Y.%m.%d}"
