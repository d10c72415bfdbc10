"""Money in the pages of months, and the rows of a month: fifty of them, alike but for names and figures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from html import escape
from operator import attrgetter, itemgetter
from typing import Any, Final

from django import template
from django.template.context import Context, RequestContext
from django.template.loader import get_template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from zhibu.core.money import yuan
from zhibu.meetings.models import Meeting
from zhibu.months.summaries.page import CellView, RowView, kind_of

register = template.Library()
_MARK: Final = "\x02"
_OF_CELL: Final = ("seen", "was", "cell", "label")
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
    """The rows through ``months/month_row.html``.

    The template is rendered once for each shape of a row, with marks where names and figures stand, and kept;
    what differs from row to row is filled in.
    """
    language = get_language() or ""
    editable, may_record = bool(context["editable"]), bool(context["may_record"])
    shared = {name: escape(context[name]) for name in ("dues_label", "entry_url")}
    found: list[str] = []
    for line in lines:
        stencil, names = _stencil(language, _shape(line), editable=editable, may_record=may_record)
        values = _values(line) | shared
        values["tags"] = _tags(line.tags)
        values["entries"] = _part("entries", line) if line.entries else ""
        values["said"] = _part("rivals", line, editable=editable) if line.has_rivals else ""
        found.append(stencil % names(values))
    return mark_safe("".join(found))  # noqa: S308 (every value is escaped in _values, or comes from a template)


@lru_cache(maxsize=512)
def _stencil(
    language: str, shape: RowView, *, editable: bool, may_record: bool
) -> tuple[str, Callable[[Mapping[str, str]], tuple[str, ...]]]:
    """The row's template with a %s at each mark, and what gets the values for these places in their order."""
    given = {name: _mark(name) for name in ("dues_label", "entry_url", "tags", "entries", "said")}
    text = _render("row", line=shape, editable=editable, may_record=may_record, **given)
    parts = text.replace("%", "%%").split(_MARK)
    return "%s".join(parts[::2]), itemgetter(*parts[1::2])


def _part(name: str, line: RowView, *, editable: bool = False) -> str:
    return _render(name, line=line, editable=editable)


def _render(name: str, **context: object) -> str:
    found: Any = get_template(f"months/month_{name}.html")
    return str(found.template.render(Context(context)))


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
        has_rivals=False,
        dues=_cell_shape(line.dues, "dues"),
        cells=tuple(cell and _cell_shape(cell, f"c{n}") for n, cell in enumerate(line.cells)),
    )


def _cell_shape(cell: CellView, name: str) -> CellView:
    marks: dict[str, Any] = {field: _mark(name + field) for field in _OF_CELL}
    return replace(cell, rivals=(), **marks)


_texts: Final = attrgetter(*_TEXTS)
_figures: Final = attrgetter(*_FIGURES)


def _values(line: RowView) -> dict[str, str]:
    values = dict(zip(_TEXTS, map(escape, _texts(line)), strict=True))
    values.update(zip(_FIGURES, map(str, map(int, _figures(line))), strict=True))
    _fill(values, "dues", line.dues)
    for n, cell in enumerate(line.cells):
        if cell is not None:
            _fill(values, f"c{n}", cell)
    return values


def _fill(values: dict[str, str], name: str, cell: CellView) -> None:
    values[f"{name}seen"] = str(cell.seen)
    values[f"{name}was"] = escape(cell.was)
    values[f"{name}cell"] = cell.cell
    values[f"{name}label"] = escape(cell.label)
