"""A small sheet for the tests: the books of a reading room, kept in a dictionary."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from zhibu.core.access import Scope
from zhibu.imports.sheets import CLEAR, Change, Column, Planned, Problem, Row, RowState, Sheet, Ticker, Value

BOOKS: dict[str, dict[str, Value]] = {}
KINDS = {"01": "政治", "02": "文学", "03": "农业技术"}


def check(rows: Sequence[Row], scope: Scope, on: date) -> list[Planned]:
    """Match by call number."""
    seen: dict[str, int] = {}
    return [_check_row(row, seen) for row in rows]


def _check_row(row: Row, seen: dict[str, int]) -> Planned:
    code, title = str(row.values.get("code", "")), str(row.values.get("title", ""))
    if code in seen:
        row.problems.append(Problem("code", f"索书号与第{seen[code]}行相同。请删去重复的一行。"))
    seen.setdefault(code, row.number)
    if row.problems:
        return Planned(row, RowState.ERROR, title)
    known = BOOKS.get(code)
    if known is None:
        return Planned(row, RowState.NEW, title)
    if known["title"] != row.values.get("title", known["title"]) and known.get("kind") == "01":
        row.problems.append(Problem("title", "政治类图书不改书名。请核对索书号。"))
        return Planned(row, RowState.CONFLICT, title)
    changes = [
        Change(key, str(known.get(key, "")), "" if value is CLEAR else str(value))
        for key, value in row.values.items()
        if (known.get(key) is not None if value is CLEAR else known.get(key) != value)
    ]
    return Planned(row, RowState.CHANGED if changes else RowState.SAME, title, 1, changes)


def apply(planned: Sequence[Planned], scope: Scope, on: date, tick: Ticker) -> None:
    """Put the books on the shelf."""
    for number, each in enumerate(planned, start=1):
        book = BOOKS.setdefault(str(each.row.values["code"]), {})
        for key, value in each.row.values.items():
            if value is CLEAR:
                book.pop(key, None)
            else:
                book[key] = value
        tick(number, len(planned))


def export(scope: Scope, under: str) -> Iterator[Mapping[str, Value]]:
    """All books."""
    yield from BOOKS.values()


SHELF = Sheet(
    key="shelf",
    title="图书",
    permission="organizations.maintain",
    columns=(
        Column("code", "索书号", "identifier", is_key=True, fixed_length=4, max_length=20, example="0012"),
        Column("title", "书名", aliases=("图书名称",), required=True, max_length=30),
        Column("author", "作者", "name", max_length=40),
        Column("keeper", "保管人身份证号", "identifier", mask="resident_id", max_length=18),
        Column("kind", "类别", "choice", choices=lambda: KINDS, also=lambda: {"农技": "03"}),
        Column("bought_on", "购入日期", "date"),
        Column("is_lent", "是否借出", "flag"),
        Column("copies", "册数", "number"),
    ),
    check=check,
    apply=apply,
    export=export,
    unit="本",
    help="一行一种书。",
)
