"""Where the ledger pages of the booklet have room (certificate.md "Pages"). The booklet is drawn from the same numbers. Pure.

All lengths are millimeters. ``x`` counts from the left edge of the type area (78 mm wide), which lies 15 mm
from the fold side of a page and 12 mm from its outer side; ``y`` counts from the top of the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from zhibu.core.text import gettext_noop

PAGE_WIDTH: Final = 105.0
PAGE_HEIGHT: Final = 148.0
TYPE_WIDTH: Final = 78.0
INNER: Final = 15.0
OUTER: Final = 12.0
TABLE_TOP: Final = 32.5
"""Room for a heading with its Yi line and a line of explanation: tables begin there whether or not they are printed."""


@dataclass(frozen=True, slots=True)
class Place:
    """A box text may fill."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a ruled page."""

    title: str
    width: float


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table: titles ``head`` high, then ``rows`` rows ``row`` high, from ``top`` down.

    ``labels`` are printed in the first column; a stronger line follows every ``group`` rows.
    """

    columns: tuple[Column, ...]
    rows: int
    row: float
    top: float = TABLE_TOP
    head: float = 7.4
    labels: tuple[str, ...] = ()
    group: int = 1

    def places(self) -> tuple[tuple[Place, ...], ...]:
        """The cells of every row that wait for text: printed labels leave their column out."""
        lefts = list(accumulate((column.width for column in self.columns), initial=0.0))
        skip = 1 if self.labels else 0
        return tuple(
            tuple(
                Place(lefts[i], self.top + self.head + n * self.row, column.width, self.row)
                for i, column in enumerate(self.columns)
                if i >= skip
            )
            for n in range(self.rows)
        )

    def drawn(self) -> dict[str, object]:
        """As the templates draw it."""
        return {
            "columns": [[column.title, column.width] for column in self.columns],
            "rows": self.rows,
            "row": self.row,
            "top": self.top,
            "head": self.head,
            "labels": list(self.labels),
            "group": self.group,
        }


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of ledger page and the pages of the booklet it takes.

    ``fields`` names what a line holds; ``places`` gives, for each line of ONE page, the box of each field,
    None where the line has none. ``slotted`` lines have a place of their own (a month, a quarter); the
    first ``reserved`` lines belong to slots, the others fill up in order. ``more``: the table of a
    continuation page. ``permission``: who may read the lines, beside the right to print.
    """

    key: str
    title: str
    subtitle: str
    pages: tuple[int, ...]
    fields: tuple[str, ...]
    places: tuple[tuple[Place | None, ...], ...]
    table: Table | None = None
    more: Table | None = None
    slotted: bool = False
    reserved: int = 0
    permission: str = ""

    @property
    def lines(self) -> int:
        """Lines of one page."""
        return len(self.places)

    @property
    def capacity(self) -> int:
        """Lines of all its pages in the booklet."""
        return self.lines * len(self.pages)

    def page_of(self, line: int) -> int:
        """The printed number of the page a line (from 1) stands on; only up to ``capacity``."""
        return self.pages[(line - 1) // self.lines]

    def row_of(self, line: int) -> int:
        """The place of the line on its page or continuation page, from 1."""
        if line <= self.capacity or self.more is None:
            return (line - 1) % self.lines + 1
        return (line - self.capacity - 1) % self.more.rows + 1

    def boxes_of(self, line: int) -> tuple[Place | None, ...]:
        """The boxes of a line's fields on its page or continuation page."""
        if line <= self.capacity or self.more is None:
            return self.places[(line - 1) % self.lines]
        return self.more.places()[self.row_of(line) - 1]


def left_edge(page: int) -> float:
    """Where the type area of a page begins, from the page's own left edge."""
    return INNER if page % 2 else OUTER


def _table(
    key: str,
    title: str,
    subtitle: str,
    pages: tuple[int, ...],
    table: Table,
    *,
    slotted: bool = False,
    permission: str = "",
) -> Layout:
    fields = tuple(column.title for column in table.columns[1 if table.labels else 0 :])
    return Layout(
        key,
        title,
        subtitle,
        pages,
        fields,
        table.places(),
        table,
        None if slotted else table,
        slotted=slotted,
        permission=permission,
    )


def _columns(*pairs: tuple[str, float]) -> tuple[Column, ...]:
    return tuple(Column(title, width) for title, width in pairs)


_MONTHS: Final = tuple(f"{month}月" for month in range(1, 13))

# Page 9: eight ruled fields, below them three rows for what happens to the copy.
_FIELD_TOP, _FIELD_PITCH, _FIELD_HEIGHT, _FIELD_LEFT = 30.4, 7.4, 5.4, 21.5
_RECEIVED, _CLERK = 5, 7
_COPY_COLUMNS = _columns(
    (gettext_noop("日期"), 20),
    (gettext_noop("证本号"), 18),
    (gettext_noop("事由"), 22),
    (gettext_noop("经办人"), 18),
)
_COPY_TABLE = Table(_COPY_COLUMNS, rows=3, row=7.0, top=95.6, head=6.2, group=9)


def _issue_field(n: int) -> Place:
    return Place(_FIELD_LEFT, _FIELD_TOP + n * _FIELD_PITCH, TYPE_WIDTH - _FIELD_LEFT, _FIELD_HEIGHT)


_ISSUE = Layout(
    "issue",
    gettext_noop("发证记录"),
    "",
    (9,),
    tuple(column.title for column in _COPY_COLUMNS),
    ((_issue_field(_RECEIVED), None, None, _issue_field(_CLERK)), *_COPY_TABLE.places()),
    _COPY_TABLE,
    Table(_COPY_COLUMNS, rows=12, row=7.05, group=3),
    reserved=1,
)

# Page 28: five framed boxes, the stamp's circle at their right. Page 29: a grid of five years by four quarters.
_BOX_PITCH, _BOX_HEIGHT = 18.2, 16.6
_QUARTER_WIDTH, _QUARTER_HEIGHT = 19.5, 18.0
_ANNUAL = Layout(
    "annual_review",
    gettext_noop("年度审验"),
    gettext_noop("由上级党（工）委审验并盖章"),
    (28,),
    (gettext_noop("结论"), gettext_noop("日期")),
    tuple(
        (
            Place(20.0, TABLE_TOP + n * _BOX_PITCH + 1.4, 20.0, 6.4),
            Place(40.0, TABLE_TOP + n * _BOX_PITCH + 1.4, 22.0, 6.4),
        )
        for n in range(5)
    ),
    slotted=True,
)
_QUARTERLY = Layout(
    "quarterly_inspection",
    gettext_noop("季度督查"),
    gettext_noop("由上级党（工）委督查并盖章"),
    (29,),
    (gettext_noop("结论"), gettext_noop("日期")),
    tuple(
        (
            Place(quarter * _QUARTER_WIDTH, TABLE_TOP + year * _QUARTER_HEIGHT + 5.4, _QUARTER_WIDTH, 6.0),
            Place(quarter * _QUARTER_WIDTH, TABLE_TOP + year * _QUARTER_HEIGHT + 11.4, _QUARTER_WIDTH, 5.6),
        )
        for year in range(5)
        for quarter in range(4)
    ),
    slotted=True,
)

LAYOUTS: Final[Mapping[str, Layout]] = {
    layout.key: layout
    for layout in (
        _ISSUE,
        _table(
            "transfers",
            gettext_noop("组织关系转接"),
            gettext_noop("县内各支部之间，由转入支部填写"),
            (10,),
            Table(
                _columns(
                    (gettext_noop("转出支部"), 22),
                    (gettext_noop("转入支部"), 22),
                    (gettext_noop("日期"), 17),
                    (gettext_noop("党费交至"), 17),
                ),
                rows=7,
                row=12.0,
            ),
            permission="mobility.read",
        ),
        _table(
            "dues",
            gettext_noop("党费交纳"),
            gettext_noop("每月10日前由支部填写"),
            (11, 12, 13, 14, 15),
            Table(
                _columns(
                    (gettext_noop("月份"), 11),
                    (gettext_noop("核定(元)"), 14),
                    (gettext_noop("实交(元)"), 14),
                    (gettext_noop("日期"), 17),
                    (gettext_noop("收款人"), 22),
                ),
                rows=12,
                row=7.05,
                labels=_MONTHS,
                group=3,
            ),
            slotted=True,
        ),
        _table(
            "points",
            gettext_noop("党员积分"),
            gettext_noop("每月10日前由支部填写"),
            (16, 17, 18, 19, 20),
            Table(
                _columns(
                    (gettext_noop("月份"), 11),
                    (gettext_noop("本月"), 15),
                    (gettext_noop("累计"), 15),
                    (gettext_noop("记录人"), 18),
                    (gettext_noop("本人签字"), 19),
                ),
                rows=12,
                row=7.05,
                labels=_MONTHS,
                group=3,
            ),
            slotted=True,
        ),
        _table(
            "floating",
            gettext_noop("流动登记"),
            gettext_noop("外出六个月以上，由支部填写"),
            (21, 22),
            Table(
                _columns(
                    (gettext_noop("外出日期"), 15),
                    (gettext_noop("外出地点和单位"), 24),
                    (gettext_noop("流入地党组织"), 24),
                    (gettext_noop("返回日期"), 15),
                ),
                rows=6,
                row=14.6,
            ),
            permission="mobility.read",
        ),
        _table(
            "rewards",
            gettext_noop("奖励记录"),
            gettext_noop("由上级党（工）委填写"),
            (23, 24),
            Table(
                _columns(
                    (gettext_noop("日期"), 16),
                    (gettext_noop("奖励名称"), 28),
                    (gettext_noop("批准机关"), 20),
                    (gettext_noop("记录人"), 14),
                ),
                rows=7,
                row=12.5,
            ),
        ),
        _table(
            "penalties",
            gettext_noop("处分和组织处置"),
            gettext_noop("由上级党（工）委填写"),
            (25, 26),
            Table(
                _columns(
                    (gettext_noop("日期"), 16),
                    (gettext_noop("种类"), 22),
                    (gettext_noop("批准机关"), 20),
                    (gettext_noop("影响期至"), 20),
                ),
                rows=7,
                row=12.5,
            ),
            permission="conduct.read",
        ),
        _ANNUAL,
        _QUARTERLY,
    )
}


def frames() -> dict[str, dict[str, object]]:
    """What the templates need to draw each page: titles and tables, by key."""
    return {
        key: {
            "title": layout.title,
            "subtitle": layout.subtitle,
            "table": layout.table.drawn() if layout.table else None,
            "top": TABLE_TOP,
        }
        for key, layout in LAYOUTS.items()
    }


def issue_fields() -> dict[str, float]:
    """The ruled fields of page 9, for the template that draws them."""
    return {"top": _FIELD_TOP, "pitch": _FIELD_PITCH, "height": _FIELD_HEIGHT, "left": _FIELD_LEFT}
