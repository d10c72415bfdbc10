"""What will become of each row of the sheet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from zhibu.core.access import Refused, Scope
from zhibu.core.codes import label
from zhibu.core.text import gettext_noop
from zhibu.imports.sheets import CLEAR, Change, Planned, Problem, Row, RowState, Value
from zhibu.organizations.importers.cells import (
    add_problem,
    ask,
    date_of,
    differences,
    shown,
    stored_values,
    term_of,
    text_of,
)
from zhibu.organizations.importers.columns import COLUMNS, TITLES
from zhibu.organizations.importers.parents import name_parents
from zhibu.organizations.rules import (
    Category,
    Kind,
    Numbering,
    check_code,
    check_names,
    check_opening,
    check_phone,
    check_place,
    check_segment,
    heads_numbering,
    next_segment,
    numbering,
)
from zhibu.organizations.summaries import Holding, holdings


@dataclass(slots=True)
class _Place:
    """Something that may be a parent: a unit in the database or a row of the file."""

    code: str
    kind: Kind
    parent: str
    short_name: str
    name: str
    root: str = ""
    segment: str = ""
    row: Row | None = None


@dataclass
class _Book:
    """Everything one check needs, read in a fixed number of queries."""

    scope: Scope
    on: date
    holdings: dict[str, Holding]
    rows: dict[str, Row] = field(default_factory=dict)
    places: dict[str, _Place] = field(default_factory=dict)
    given: dict[str, dict[str, str]] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)

    def visible(self, code: str) -> Holding | None:
        """The unit with this code, if the person maintains it; outside the scope is like unknown."""
        found = self.holdings.get(code)
        covered = found is not None and self.scope.covers("organizations.maintain", found.organization.path)
        return found if covered else None


def check(rows: Sequence[Row], scope: Scope, on: date) -> list[Planned]:
    """Say for each row what will become of it. Five queries, whatever the size of the file."""
    book = _Book(scope, on, holdings(on=on))
    name_parents(rows, book.holdings, [code for code in book.holdings if book.visible(code)])
    _check_repeats(rows, book)
    for code, holding in book.holdings.items():
        node = holding.organization
        if node.numbering_root_id is not None:
            book.given.setdefault(holding.root_code, {})[node.segment] = code
        if node.closed_on is None:
            book.names[(holding.parent_code, node.name)] = code
            if book.visible(code):
                book.places[code] = _Place(
                    code, Kind(node.kind), holding.parent_code, node.short_name, node.name
                )
    new = [row for row in rows if text_of(row, "code") and not book.visible(text_of(row, "code"))]
    for row in new:
        _enter_place(row, book)
    for row in new:
        _check_new(row, book)
    _check_circles(new, book)
    _check_segments(new, book)
    _check_contacts(rows, book)
    planned = []
    for row in rows:
        known = book.visible(text_of(row, "code"))
        planned.append(_plan_known(row, known, book) if known else _plan_new(row, book))
    _check_parents_have_no_errors(planned, book)
    return planned


def _check_repeats(rows: Sequence[Row], book: _Book) -> None:
    for row in rows:
        code = text_of(row, "code")
        if not code:
            continue
        first = book.rows.setdefault(code, row)
        if first is not row:
            sentence = gettext_noop(
                "组织代码{code}在第{first}行和第{second}行各出现一次，请删去一行或改正代码。"
            )
            for each in (first, row):
                add_problem(each, "code", sentence, code=code, first=first.number, second=row.number)


def _enter_place(row: Row, book: _Book) -> None:
    """Let later rows hang under this one; a row without a kind cannot be a parent."""
    code, kind = text_of(row, "code"), text_of(row, "kind")
    if code in book.holdings:
        # Dissolved units are visible to their maintainers and never come here; this is out of scope.
        add_problem(row, "code", gettext_noop("组织代码{code}不能用，请县委组织部核对。"), code=code)
    elif kind:
        book.places.setdefault(
            code,
            _Place(
                code,
                Kind(kind),
                text_of(row, "parent"),
                text_of(row, "short_name"),
                text_of(row, "name"),
                row=row,
            ),
        )


def _check_new(row: Row, book: _Book) -> None:
    """The rules of opening a unit, each with the column it is about."""
    for column in COLUMNS:
        blank = row.values.get(column.key) in (None, "", CLEAR)
        if column.required and blank and all(problem.column != column.key for problem in row.problems):
            add_problem(row, column.key, gettext_noop("新设组织要填写“{title}”。"), title=TITLES[column.key])
    opened_on, code = date_of(row, "opened_on"), text_of(row, "code")
    ask(row, "code", lambda: check_code(code))
    if text_of(row, "name") and text_of(row, "short_name"):
        ask(row, "name", lambda: check_names(text_of(row, "name"), text_of(row, "short_name")))
    if opened_on:
        ask(row, "opened_on", lambda: check_opening(opened_on, on=book.on))
    parent_code, kind = text_of(row, "parent"), text_of(row, "kind")
    parent = book.places.get(parent_code)
    if parent_code and parent is None:
        above = book.rows.get(parent_code)
        if above is None or above.values.get("kind"):
            add_problem(
                row,
                "parent",
                gettext_noop(
                    "没有代码是{code}的上级组织，或者它已经撤销。请核对代码，或在本表里加上这个上级。"
                ),
                code=parent_code,
            )
    elif parent is not None and kind:
        ask(row, "kind", lambda: check_place(Kind(kind), parent.kind))
        name = text_of(row, "name")
        twin = book.names.setdefault((parent_code, name), code) if name else code
        if twin != code:
            add_problem(
                row,
                "name",
                gettext_noop("同一个上级下已经有“{name}”（组织代码{code}），请核对是不是重复。"),
                name=name,
                code=twin,
            )


def _check_circles(new: Sequence[Row], book: _Book) -> None:
    for row in new:
        seen = {text_of(row, "code")}
        at = text_of(row, "parent")
        while at and at not in seen:
            seen.add(at)
            place = book.places.get(at)
            at = place.parent if place and place.row else ""
        if at and at == text_of(row, "code"):
            add_problem(row, "parent", gettext_noop("上级绕了一圈又回到这个组织自己，请核对上级组织代码。"))


def _check_segments(new: Sequence[Row], book: _Book) -> None:
    """Given segments first, so that a proposal never takes one that a later row names."""
    waiting = []
    for row in new:
        place = book.places.get(text_of(row, "code"))
        if place is None or place.row is not row or row.problems:
            if text_of(row, "segment"):
                ask(row, "segment", partial(check_segment, text_of(row, "segment")))
            continue
        above = book.places[place.parent]
        carries = numbering(place.kind, above.kind)
        segment = text_of(row, "segment")
        if carries == Numbering.NONE:
            if segment:
                add_problem(row, "segment", gettext_noop("这一类组织不编号，请把编号段空着。"))
            continue
        place.root = _head(above, book) if carries == Numbering.BRANCH else above.code
        if not segment:
            waiting.append((row, place))
            continue
        before = len(row.problems)
        ask(row, "segment", partial(check_segment, segment))
        holder = book.given.setdefault(place.root, {}).setdefault(segment, place.code)
        if len(row.problems) == before and holder != place.code:
            add_problem(
                row,
                "segment",
                gettext_noop(
                    "编号段{segment}已给组织代码{code}，给过的号不再给别的组织。请换一个，或空着由系统给号。"
                ),
                segment=segment,
                code=holder,
            )
    for row, place in waiting:
        used = book.given.setdefault(place.root, {})
        try:
            place.segment = next_segment(used)
        except Refused as refusal:
            row.problems.append(Problem("segment", str(refusal)))
            continue
        used[place.segment] = place.code
        # What the person sees in the preview is what gets applied.
        row.values["segment"] = place.segment


def _head(place: _Place, book: _Book) -> str:
    """Code of the nearest unit upwards that carries the first segment."""
    for _ in range(10):
        above = book.places.get(place.parent)
        if above is None or heads_numbering(place.kind, above.kind):
            break
        place = above
    return place.code


def _check_contacts(rows: Sequence[Row], book: _Book) -> None:
    """One contact for each support unit: two rows that say different things cannot both be right."""
    said: dict[tuple[str, str], tuple[Value, Row]] = {}
    for row in rows:
        unit = text_of(row, "support")
        for key in ("contact_name", "contact_phone"):
            value = row.values.get(key)
            if value is None:
                continue
            if not unit and not _helper_of(row, book):
                add_problem(
                    row,
                    key,
                    gettext_noop("填了{title}，却没有帮扶单位，请补填帮扶单位。"),
                    title=TITLES[key],
                )
                continue
            if key == "contact_phone":
                ask(row, key, partial(check_phone, text_of(row, "contact_phone")))
            first, where = said.setdefault((unit or _helper_of(row, book), key), (value, row))
            if first != value:
                add_problem(
                    row,
                    key,
                    gettext_noop("同一个帮扶单位的{title}，这一行和第{first}行不一样，请改成一致。"),
                    title=TITLES[key],
                    first=where.number,
                )


def _helper_of(row: Row, book: _Book) -> str:
    """The support unit the database knows for this row's organization."""
    known = book.visible(text_of(row, "code"))
    return known.support if known else ""


def _check_parents_have_no_errors(planned: Sequence[Planned], book: _Book) -> None:
    """A new unit cannot be opened below a row that has errors: say which row to mend first."""
    by_code = {text_of(each.row, "code"): each for each in planned}
    for each in planned:
        if each.state != RowState.NEW:
            continue
        place = book.places.get(text_of(each.row, "parent"))
        while place is not None and place.row is not None:
            above = by_code[place.code]
            if above.state == RowState.ERROR:
                each.state = RowState.ERROR
                add_problem(
                    each.row,
                    "parent",
                    gettext_noop("上级组织（第{number}行）有错误，先改好那一行。"),
                    number=above.row.number,
                )
                break
            place = book.places.get(place.parent)


def _plan_new(row: Row, book: _Book) -> Planned:
    title = text_of(row, "short_name") or text_of(row, "name") or text_of(row, "code")
    kind, category = text_of(row, "kind"), text_of(row, "category")
    if kind and category and not row.has_problem("term_number", "term_from", "term_due"):
        ask(row, "term_due", lambda: term_of(row, Kind(kind), Category(category), None))
    if row.problems:
        return Planned(row, RowState.ERROR, title)
    planned = Planned(row, RowState.NEW, title)
    place = book.places[text_of(row, "code")]
    if place.segment:
        planned.notes.append(gettext_noop("编号段由系统给号：{segment}").format(segment=place.segment))
    return planned


_FIXED = {
    "kind": gettext_noop("组织类型不能用表格改，现在是“{now}”。需要改建时请走建制调整，这一格请改回或空着。"),
    "parent": gettext_noop(
        "改变隶属关系不用这张表，现在的上级代码是{now}。请走建制调整，这一格请改回或空着。"
    ),
    "segment": gettext_noop("编号段给出以后不能改，现在是“{now}”。这一格请改回或空着。"),
}


def _plan_known(row: Row, known: Holding, book: _Book) -> Planned:
    node = known.organization
    planned = Planned(row, RowState.SAME, node.short_name, node.pk)
    stored = stored_values(known)
    for key, sentence in _FIXED.items():
        value = row.values.get(key)
        if value is not None and value != (stored.get(key) or ""):
            now = label("organization_kind", node.kind) if key == "kind" else stored.get(key)
            add_problem(row, key, sentence, now=now or gettext_noop("空"))
    for key in ("name", "short_name", "category", "opened_on"):
        if row.values.get(key) is CLEAR:
            add_problem(row, key, gettext_noop("“{title}”不能清空。"), title=TITLES[key])
    for key in ("term_number", "term_from", "term_due"):
        if row.values.get(key) is CLEAR and stored.get(key) is not None:
            add_problem(row, key, gettext_noop("任期登记以后不能清空，请填写正确的日期。"))
    if node.closed_on is not None and differences(row, stored):
        add_problem(row, "code", gettext_noop("“{name}”已经撤销，不能再改。"), name=node.short_name)
    ask(row, "term_due", lambda: term_of(row, Kind(node.kind), Category(node.category), known.term))
    opened_on = date_of(row, "opened_on")
    if opened_on and opened_on != node.opened_on:
        ask(row, "opened_on", lambda: check_opening(opened_on, on=book.on))
    name = text_of(row, "name")
    if name and name != node.name and (known.parent_code, name) in book.names:
        add_problem(row, "name", gettext_noop("同一个上级下已经有“{name}”，请换一个名称。"), name=name)
    if row.problems:
        planned.state = RowState.ERROR
        return planned
    planned.changes = [
        Change(key, shown(key, stored.get(key)), shown(key, row.values[key]))
        for key in differences(row, stored)
    ]
    if planned.changes:
        planned.state = RowState.CHANGED
    return planned
