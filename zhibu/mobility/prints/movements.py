"""The table of increase and decrease, for the printer and for a spreadsheet."""

import io
from datetime import date, datetime, timedelta
from pathlib import Path

import xlsxwriter

from zhibu.mobility.summaries.movements import DECREASES, INCREASES, Line, Table
from zhibu.organizations.labels import NamesOf
from zhibu.printing.engine import render
from zhibu.printing.glyphs import with_boxes

_FOLDER = Path(__file__).parents[1] / "print"


def cells_of(line: Line) -> list[int]:
    """The numbers of a line in the order of the columns."""
    return [
        line.start,
        *(line.came[key] for key in INCREASES),
        line.increase,
        *(line.went[key] for key in DECREASES),
        line.decrease,
        line.end,
        line.suspended,
    ]


def movements_pdf(
    found: Table, *, since: date, until: date, printed_by: str, at: datetime, synthetic: bool
) -> bytes:
    """A4 landscape; units are called what they were called on the last day of the period."""
    names, day = _names(found), until - timedelta(days=1)
    data: dict[str, object] = {
        "unit": with_boxes(names.full(found.organization, day)),
        "period": f"{since.year}年{since.month}月{since.day}日—{_last(until)}",
        "printed_by": with_boxes(printed_by),
        "printed_at": f"{at:%Y-%m-%d %H:%M}",
        "synthetic": synthetic,
        "increases": list(INCREASES.values()),
        "decreases": list(DECREASES.values()),
        "lines": [
            {
                "name": with_boxes(names.short(line.organization, day)),
                "cells": [_shown(n) for n in cells_of(line)],
            }
            for line in found.lines
        ],
        "total": [str(n) for n in cells_of(found.total)],
    }
    return render(_FOLDER / "movements.typ", data)


def _shown(number: int) -> str:
    """Nothing instead of 0, so that what happened is seen."""
    return str(number) if number else ""


def _names(found: Table) -> NamesOf:
    return NamesOf([found.organization, *(line.organization for line in found.lines)])


def _last(until: date) -> str:
    last = date.fromordinal(until.toordinal() - 1)
    return f"{last.year}年{last.month}月{last.day}日"


def movements_workbook(found: Table, *, since: date, until: date) -> bytes:
    """The same table as .xlsx; numbers are numbers."""
    out = io.BytesIO()
    names, day = _names(found), until - timedelta(days=1)
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("党员增减")
        head = book.add_format(
            {"bold": True, "border": 1, "align": "center", "text_wrap": True, "bg_color": "#F3EFE8"}
        )
        title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        cell = book.add_format({"border": 1, "align": "center"})
        name = book.add_format({"border": 1})
        titles = [
            "单位",
            "期初",
            *INCREASES.values(),
            "增加小计",
            *DECREASES.values(),
            "减少小计",
            "期末",
            "其中停止党籍",
        ]
        sheet.merge_range(0, 0, 0, len(titles) - 1, "党员增减情况表", title)
        sheet.write_string(1, 0, f"{names.full(found.organization, day)}　{since:%Y-%m-%d}至{_last(until)}")
        for column, text in enumerate(titles):
            sheet.write_string(2, column, text, head)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, len(titles) - 1, 10)
        for row, line in enumerate([*found.lines, found.total], start=3):
            called = "合计" if line is found.total else names.short(line.organization, day)
            sheet.write_string(row, 0, called, name)
            for column, number in enumerate(cells_of(line), start=1):
                sheet.write_number(row, column, number, cell)
        sheet.freeze_panes(3, 1)
    return out.getvalue()
