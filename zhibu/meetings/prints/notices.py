"""Notices of a village matter: the resolution (step 5) and its result (step 6), to be hung up in the village."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from zhibu.core.db import key_ring
from zhibu.meetings.models import VillageMatter, VillageStep
from zhibu.meetings.prints import FOLDER
from zhibu.meetings.summaries.pages import MatterPage, StepLine
from zhibu.organizations.labels import name_on
from zhibu.printing.engine import render
from zhibu.printing.glyphs import with_boxes

NOTICES: Final[Mapping[int, str]] = {5: "决议公告", 6: "实施结果公告"}
_MEETINGS: Final = 4  # steps one to four are meetings


def notice_pdf(
    page: MatterPage, matter: VillageMatter, *, number: int, printed_by: str, at: datetime
) -> bytes:
    """The steps with their days and figures; minutes and names stay in the system. Load the branch first.

    Before the notice is entered its place and days are blanks for the pen. Raises ``PrintError``.
    """
    step = next(each for each in page.steps if each.number == number)
    row = step.row
    told = f"{matter.branch_id}|{matter.pk}|{number}|{printed_by}|{at.isoformat()}"
    data = {
        "unit": with_boxes(name_on(matter.branch, row.on if row is not None else at.date())),
        "kind": NOTICES[number],
        "title": with_boxes(matter.title),
        "steps": [_told(each, each.row) for each in page.steps[: number - 1] if each.row is not None],
        "is_result": number > _MEETINGS + 1,
        "place": with_boxes(row.place) if row is not None else "",
        "from": _day(row.on) if row is not None else "",
        "until": _day(row.until) if row is not None and row.until else "",
        "days": step.days,
        "synthetic": page.is_synthetic,
        "printed_by": with_boxes(printed_by),
        "printed_at": f"{at:%Y-%m-%d %H:%M}",
        "mark": key_ring().blind_index(told, context="print").upper()[2:12],
    }
    return render(FOLDER / "notice.typ", data)


def _told(step: StepLine, row: VillageStep) -> dict[str, str]:
    figures = f"应到{row.should}人，实到{row.present}人，赞成{row.ayes}人" if row.should else ""
    return {
        "number": str(step.number),
        "label": step.label,
        "day": _day(row.on),
        "figures": figures,
    }


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
