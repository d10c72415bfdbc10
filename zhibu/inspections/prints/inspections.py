"""The list of a sample and a sheet for each person, to be filled with the pen and typed in the same order."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from zhibu.core.db import key_ring
from zhibu.inspections.rules.draw import KIND_LABELS, RANDOM, SIGN_LABELS, Kind, Sign
from zhibu.inspections.summaries.inspections import SHOWN, InspectionPage
from zhibu.inspections.summaries.sheets import Sheet
from zhibu.organizations.labels import NamesOf
from zhibu.printing.engine import render
from zhibu.printing.glyphs import with_boxes
from zhibu.printing.workbooks import head_line
from zhibu.ui.downloads import conditions

_FOLDER = Path(__file__).parents[1] / "print"
_STATES = {"waiting": "", "checked": "已查", "unreachable": "找不到"}


def sheets_pdf(
    page: InspectionPage, sheets: Sequence[Sheet], *, printed_by: str, at: datetime, only: str = ""
) -> bytes:
    """The list first, then a sheet each. Answers already given are printed; the rest waits for the pen.

    ``only``: the state to which page and ``sheets`` are narrowed, for the head.
    """
    inspection = page.inspection
    told = f"{inspection.pk}|{printed_by}|{at.isoformat()}|inspection"
    people = [sheet.sample.member for sheet in sheets if sheet.sample.member is not None]
    rule = page.rule
    day = timezone.localdate(inspection.drawn_at)
    names = NamesOf([inspection.organization, *(sheet.sample.branch for sheet in sheets)])
    data: dict[str, object] = {
        "unit": with_boxes(names.full(inspection.organization, day)),
        "head": with_boxes(
            head_line(names.full(inspection.organization, day), conditions(("进展", SHOWN.get(only, ""))))
        ),
        "title": "抽查名单"
        if inspection.kind == Kind.SPOT
        else KIND_LABELS[Kind(inspection.kind)] + "抽查名单",
        "quarter": f"{inspection.quarter // 10}年第{inspection.quarter % 10}季度",
        "seed": inspection.seed,
        "digest": page.digest,
        "rule": f"每支部随机抽{rule.percent}%，最少{rule.least}人；每有一种风险迹象多抽{rule.extra}人",
        "drawn": f"{inspection.drawn_by}　{inspection.drawn_at:%Y-%m-%d}",
        "is_committee": inspection.kind == Kind.COMMITTEE,
        "printed_by": with_boxes(printed_by),
        "printed_at": f"{at:%Y-%m-%d %H:%M}",
        "mark": key_ring().blind_index(told, context="print").upper()[2:12],
        "synthetic": any(member.is_synthetic for member in people),
        "list": [
            [str(number), *_line(sheet, names.short(sheet.sample.branch, day))]
            for number, sheet in enumerate((s for s in sheets if s.sample.member is not None), start=1)
        ],
        "sheets": [_sheet(sheet, names.short(sheet.sample.branch, day)) for sheet in sheets],
    }
    return render(_FOLDER / "inspection_sheets.typ", data)


def _line(sheet: Sheet, branch: str) -> list[str]:
    sample = sheet.sample
    why = "随机" if sample.why == RANDOM else SIGN_LABELS[Sign(sample.why)]
    name = sample.member.name if sample.member is not None else ""
    return [with_boxes(branch), with_boxes(name), why, _STATES[sample.state]]


def _sheet(sheet: Sheet, branch: str) -> dict[str, object]:
    sample = sheet.sample
    return {
        "name": with_boxes(sample.member.name if sample.member is not None else branch),
        "branch": with_boxes(branch),
        "rows": [
            [
                line.item.label,
                line.item.page,
                with_boxes(line.shown),
                {True: "一致", False: "不一致", None: ""}[line.agrees],
                with_boxes(line.paper),
            ]
            for line in sheet.lines
        ],
    }
