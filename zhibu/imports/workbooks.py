"""Workbooks that go out: template, export, and the person's own file with the reasons written in."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

import xlsxwriter
from django.utils.translation import gettext as _

from zhibu.core.filing import sheet_name
from zhibu.core.text import mask_birth_date, mask_phone, mask_resident_id
from zhibu.imports.plans import Plan
from zhibu.imports.reader import letter
from zhibu.imports.reading import REASON_TITLE, Raw
from zhibu.imports.sheets import Column, RowState, Sheet, Value
from zhibu.jobs.progress import counted

MIME: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BLANK_ROWS: Final = 2_000  # of the template that carry formats and drop-down lists
FIRST_DATE: Final = date(1900, 3, 1)  # before it spreadsheet programs count a day that never was
MAX_CHARACTERS: Final = 32_000
HEAD: Final = {
    "bold": True,
    "bg_color": "#F1EEEA",
    "border": 1,
    "border_color": "#CFC8C0",
    "valign": "vcenter",
    "text_wrap": True,
}
KEY_HEAD: Final = {**HEAD, "font_color": "#A8191E"}
FAULTY: Final = {"bg_color": "#FDEEEC", "font_color": "#B3261E", "border": 1, "border_color": "#F0BDB7"}
DISPUTED: Final = {"bg_color": "#FFF1E3", "font_color": "#A04400", "border": 1, "border_color": "#F0C9A2"}
DAY: Final = "yyyy-mm-dd"
TEXT: Final = "@"


def template(sheet: Sheet) -> bytes:
    """An empty sheet to fill in, with what belongs in each column on a second one."""
    with _workbook() as (book, buffer):
        page = book.add_worksheet(_("填写"))
        head, key_head = book.add_format(HEAD), book.add_format(KEY_HEAD)
        formats = _column_formats(book)
        lists = _Lists(book)
        for index, column in enumerate(sheet.columns):
            page.set_column(index, index, column.width, formats[_format_of(column)])
            page.write_string(0, index, column.title, key_head if column.is_key else head)
            remark = _remark(column)
            if remark:
                page.write_comment(0, index, remark, {"x_scale": 2, "font_size": 10})
            source = lists.of(column)
            if source:
                page.data_validation(
                    1,
                    index,
                    BLANK_ROWS,
                    index,
                    {
                        "validate": "list",
                        "source": source,
                        "error_type": "warning",
                        "error_title": _("不在可选项里"),
                        "error_message": _("请从下拉列表里选。"),
                    },
                )
        page.set_row(0, 30)
        page.freeze_panes(1, 0)
        page.repeat_rows(0)
        _explain(book, sheet, head)
        lists.write()
        page.activate()
    return buffer.getvalue()


def export(
    sheet: Sheet, records: Iterable[Mapping[str, Value]], *, head: str = "", is_whole: bool = False
) -> bytes:
    """The records as a sheet that says "same" for every row when it is imported again.

    ``head``: a line above the titles that says what the records were narrowed by; the reader passes over it.
    Birth dates and marked columns are masked here, whatever the app yields. ``is_whole`` leaves them as they
    are: for a file that is made to be imported first, not taken out.
    """
    top = 1 if head else 0
    with _workbook(constant_memory=True) as (book, buffer):
        page = book.add_worksheet(sheet_name(sheet.title))
        look = book.add_format(HEAD)
        formats = _column_formats(book)
        chosen = [formats[_format_of(column)] for column in sheet.columns]
        labels = [_labels(column) for column in sheet.columns]
        if head:
            page.write_string(0, 0, head, book.add_format({"valign": "vcenter"}))
        for index, column in enumerate(sheet.columns):
            page.set_column(index, index, column.width, chosen[index])
            page.write_string(top, index, column.title, look)
        page.freeze_panes(top + 1, 0)
        page.repeat_rows(top)
        keys = [column.key for column in sheet.columns]
        last = top
        for last, facts in enumerate(counted(records), start=top + 1):
            for index, key in enumerate(keys):
                value = facts.get(key)
                if value is None or value == "":
                    continue
                if not is_whole:
                    value = _masked(sheet.columns[index], value)
                _write_value(page, last, index, value, labels[index], chosen[index])
        page.autofilter(top, 0, last, len(keys) - 1)
    return buffer.getvalue()


def _masked(column: Column, value: Value) -> Value:
    if column.kind == "birth" and isinstance(value, date):
        return mask_birth_date(value)
    if column.mask and isinstance(value, str) and "*" not in value:
        return mask_resident_id(value) if column.mask == "resident_id" else mask_phone(value)
    return value


def error_workbook(rows: Sequence[Sequence[Raw]], header_row: int, name: str, plan: Plan) -> bytes:
    """The person's own worksheet, row for row, with the cells at fault coloured and the reason beside them.

    A column of that name in the file (from the time before) is written anew.
    """
    reason_title = _(REASON_TITLE)
    titles = [str(cell).strip() for cell in rows[header_row - 1]]
    width = max(len(row) for row in rows)
    place = titles.index(reason_title) if reason_title in titles else width
    with _workbook(constant_memory=True) as (book, buffer):
        page = book.add_worksheet(sheet_name(name, otherwise=_("表格")))
        head = book.add_format(HEAD)
        tones = {RowState.ERROR: book.add_format(FAULTY), RowState.CONFLICT: book.add_format(DISPUTED)}
        reason = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#B3261E"})
        plain, day = book.add_format({"num_format": TEXT}), book.add_format({"num_format": DAY})
        reasons, coloured = _reasons(plan)
        for column in range(width):
            page.set_column(column, column, _width_of(rows, column))
        page.set_column(place, place, 60)
        page.freeze_panes(header_row, 0)
        for index, row in enumerate(counted(rows)):
            number = index + 1
            tone = coloured.get(number)
            for column in range(max(len(row), place + 1)):
                if column == place:
                    if number == header_row:
                        page.write_string(index, column, reason_title, head)
                    elif number in reasons:
                        page.write_string(index, column, reasons[number][:MAX_CHARACTERS], reason)
                    continue
                raw = row[column] if column < len(row) else ""
                faulty = tone is not None and f"{letter(column)}{number}" in tone[1]
                style = tones[tone[0]] if tone is not None and faulty else None
                if number == header_row:
                    style = head
                _write_raw(page, index, column, raw, style, plain, day)
    return buffer.getvalue()


def _reasons(plan: Plan) -> tuple[dict[int, str], dict[int, tuple[RowState, set[str]]]]:
    """Row number -> all its sentences; row number -> state and addresses to colour."""
    texts: dict[int, str] = {}
    coloured: dict[int, tuple[RowState, set[str]]] = {}
    for state in (RowState.ERROR, RowState.CONFLICT):
        for index in plan.indexes(state):
            row = plan.row(index)
            texts[row.number] = "\n".join(
                f"{problem.address} {problem.sentence}".strip() for problem in row.problems
            )
            coloured[row.number] = (state, {problem.address for problem in row.problems})
    return texts, coloured


def _width_of(rows: Sequence[Sequence[Raw]], column: int) -> float:
    sample = (str(row[column]) for row in rows[:60] if column < len(row))
    widest = max((sum(2 if ord(c) > 255 else 1 for c in text) for text in sample), default=8)
    return min(max(widest + 2, 6), 36)


@contextmanager
def _workbook(*, constant_memory: bool = False) -> Iterator[tuple[Any, io.BytesIO]]:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": not constant_memory,
            "constant_memory": constant_memory,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    yield book, buffer
    book.close()


def _column_formats(book: Any) -> dict[str, Any]:
    return {
        "text": book.add_format({"num_format": TEXT}),
        "date": book.add_format({"num_format": DAY, "align": "left"}),
        "number": book.add_format({"num_format": "0"}),
    }


def _format_of(column: Column) -> str:
    return (
        {"birth": "date"}.get(column.kind, column.kind)
        if column.kind in {"date", "birth", "number"}
        else "text"
    )


def _labels(column: Column) -> Mapping[str, str]:
    """Code -> what is written: the label, or the code where two codes share a label."""
    if column.choices is None:
        return {}
    codes = column.choices()
    names = list(codes.values())
    return {code: name if names.count(name) == 1 else code for code, name in codes.items()}


def _write_value(
    page: Any, row: int, column: int, value: Value, labels: Mapping[str, str], style: Any
) -> None:
    if isinstance(value, bool):
        page.write_string(row, column, _("是") if value else _("否"), style)
    elif isinstance(value, date):
        if value >= FIRST_DATE:
            page.write_datetime(row, column, value, style)
        else:
            page.write_string(row, column, value.isoformat(), style)
    elif isinstance(value, int):
        page.write_number(row, column, value, style)
    else:
        page.write_string(row, column, labels.get(str(value), str(value)), style)


def _write_raw(page: Any, row: int, column: int, raw: Raw, style: Any, plain: Any, day: Any) -> None:
    """A cell as it stood in the person's file; texts stay texts, dates dates, numbers numbers."""
    if isinstance(raw, str):
        if raw[:2] == "\0d":
            page.write_datetime(row, column, date.fromisoformat(raw[2:]), style or day)
        elif raw[:2] == "\0b":
            page.write_boolean(row, column, raw[2:] == "1", style)
        elif raw:
            page.write_string(row, column, raw.lstrip("\0")[:MAX_CHARACTERS], style or plain)
        elif style is not None:
            page.write_blank(row, column, None, style)
    else:
        page.write_number(row, column, raw, style)


def _note(column: Column) -> str:
    kept = _("导出的表里只有年月（1984-03-**），原样导回不会改动") if column.kind == "birth" else ""
    return "\n".join(filter(None, (column.note, kept)))


def _remark(column: Column) -> str:
    lines = [_note(column)]
    if column.is_key:
        lines.insert(0, _("必填。"))
    elif column.required:
        lines.insert(0, _("新增时必填。"))
    if column.example:
        lines.append(_("例：{example}").format(example=column.example))
    return "\n".join(line for line in lines if line)


def _explain(book: Any, sheet: Sheet, head: Any) -> None:
    page = book.add_worksheet(_("说明"))
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 18, wrap)
    page.set_column(1, 1, 14, wrap)
    page.set_column(2, 2, 44, wrap)
    page.set_column(3, 3, 26, wrap)
    page.set_column(4, 4, 60, wrap)
    general = [
        sheet.help,
        _("空着的格子不改原来的内容；要清掉原来的内容，请填“（清空）”。"),
        _("号码列已设为文本，请直接填写，不要改成数字格式。日期写成2026-11-06这样，年月日都要有。"),
        _("一份表格要么全部写入，要么一行都不写。"),
    ]
    row = 0
    for line in general:
        if line:
            page.merge_range(row, 0, row, 4, line, wrap)
            row += 1
    row += 1
    for index, title in enumerate((_("填写列"), _("要求"), _("怎么填"), _("例"), _("可选项"))):
        page.write_string(row, index, title, head)
    for column in sheet.columns:
        row += 1
        need = _("必填") if column.is_key else _("新增时必填") if column.required else _("可空")
        page.write_string(row, 0, column.title, wrap)
        page.write_string(row, 1, need, wrap)
        page.write_string(row, 2, _note(column), wrap)
        page.write_string(row, 3, column.example, wrap)
        page.write_string(row, 4, _("、").join(_allowed(column))[:MAX_CHARACTERS], wrap)


def _allowed(column: Column) -> list[str]:
    if column.kind == "flag":
        return [_("是"), _("否")]
    return list(_labels(column).values())


class _Lists:
    """Drop-down lists: short ones in the cell itself, long ones on a hidden sheet."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._long: list[list[str]] = []

    def of(self, column: Column) -> list[str] | str | None:
        """What a data validation takes as its source."""
        names = _allowed(column)
        if not names:
            return None
        if len(",".join(names)) <= 200:  # 255 is the limit of the file format
            return names
        self._long.append(names)
        place = letter(len(self._long) - 1)
        return f"='{_('选项')}'!${place}$1:${place}${len(names)}"

    def write(self) -> None:
        """The hidden sheet, when a list needs it."""
        if not self._long:
            return
        page = self._book.add_worksheet(_("选项"))
        for index, names in enumerate(self._long):
            for row, name in enumerate(names):
                page.write_string(row, index, name)
        page.hide()
