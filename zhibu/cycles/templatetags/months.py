"""Money in the pages of months, and the rows of a month: fifty of them, alike but for names and figures."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from html import escape
from operator import attrgetter
from typing import Any, Final

from django import template
from django.template.context import RequestContext
from django.template.loader import get_template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from zhibu.cycles.rules.months import yuan
from zhibu.cycles.summaries.months import CellView, RowView, kind_of
from zhibu.meetings.models import Meeting

register = template.Library()
_MARK: Final = "\x02"
# What differs from row to row and decides nothing in the template.
_TEXTS: Final = (
    "name",
    "search",
    "group",
    "assessed",
    "payer",
    "amount",
    "tenths",
    "total",
    "reason",
    "paid",
)
_FIGURES: Final = ("number", "member", "owed", "elsewhere", "prepaid")


@register.filter
def fen(amount: int | None) -> str:
    """Fen as yuan, nothing for what was not counted."""
    return "" if amount is None else yuan(amount)


@register.filter
def meeting_kind(meeting: Meeting) -> str:
    """What a meeting is called."""
    return kind_of(meeting)


@register.filter
def meeting_day(meeting: Meeting) -> str:
    """Its day as people say it."""
    return gettext("{month}月{day}日").format(month=meeting.on.month, day=meeting.on.day)


@register.simple_tag(takes_context=True)
def month_rows(context: RequestContext, lines: Sequence[RowView]) -> SafeString:
    """The rows through ``cycles/month_row.html``.

    The template is rendered once for each shape of a row, with marks where names and figures stand; these are
    filled in. A page of fifty usual rows renders it once.
    """
    row: Any = get_template("cycles/month_row.html")
    own: Any = get_template("cycles/month_entries.html")
    stencils: dict[RowView, list[str]] = {}
    found: list[str] = []
    for line in lines:
        shape = _shape(line)
        parts = stencils.get(shape)
        if parts is None:
            with context.push(line=shape, tags=_mark("tags"), entries=_mark("entries")):
                parts = stencils[shape] = row.template.render(context).split(_MARK)
        values = _values(line)
        values["tags"], values["entries"] = _tags(line.tags), ""
        if line.entries:
            with context.push(line=line):
                values["entries"] = own.template.render(context)
        found.extend(values[part] if n % 2 else part for n, part in enumerate(parts))
    return mark_safe("".join(found))  # noqa: S308 (every value is escaped in _values, or comes from a template)


@lru_cache(maxsize=256)
def _tags(words: tuple[str, ...]) -> str:
    return format_html_join(" ", '<span class="zt">{}</span>', ((word,) for word in words))


def _mark(name: str) -> str:
    return f"{_MARK}{name}{_MARK}"


_MARKS: Final[dict[str, Any]] = {name: _mark(name) for name in (*_TEXTS, *_FIGURES)}


def _shape(line: RowView) -> RowView:
    """The row with marks for what is filled in."""
    return replace(
        line,
        **_MARKS,
        tags=(),
        entries=(),
        dues=_cell_shape(line.dues, "dues"),
        cells=tuple(cell and _cell_shape(cell, f"c{n}") for n, cell in enumerate(line.cells)),
    )


def _cell_shape(cell: CellView, name: str) -> CellView:
    return replace(cell, seen=_mark(f"{name}seen"), was=_mark(f"{name}was"))


_texts: Final = attrgetter(*_TEXTS)
_figures: Final = attrgetter(*_FIGURES)


def _values(line: RowView) -> dict[str, str]:
    values = dict(zip(_TEXTS, map(escape, _texts(line)), strict=True))
    values.update(zip(_FIGURES, map(str, map(int, _figures(line))), strict=True))
    values["duesseen"], values["dueswas"] = str(line.dues.seen), escape(line.dues.was)
    for n, cell in enumerate(line.cells):
        if cell is not None:
            values[f"c{n}seen"], values[f"c{n}was"] = str(cell.seen), escape(cell.was)
    return values
