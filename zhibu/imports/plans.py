"""What will become of each row, as it is kept between the preview and the writing.

Same rows keep their title only; a row that says more keeps its sentences and texts. The digest covers
everything the person saw, so that a plan that would come out differently is never written unseen.
"""

import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from zhibu.core.text import hide_digits, hide_numbers, mask_phone, mask_resident_id
from zhibu.imports.reader import letter
from zhibu.imports.reading import Grid, Raw
from zhibu.imports.sheets import Change, Column, Planned, Problem, Row, RowState, Sheet

CODES: Final = {
    RowState.ERROR: "e",
    RowState.CONFLICT: "x",
    RowState.CHANGED: "c",
    RowState.NEW: "n",
    RowState.SAME: "s",
}
STATES: Final = {code: state for state, code in CODES.items()}
ORDER: Final = tuple(CODES)  # what needs a person comes first


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A problem with its place: address ("D9" or ""), column title, the cell's text, the sentence."""

    address: str
    title: str
    text: str
    sentence: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row of the preview."""

    number: int
    state: RowState
    title: str
    problems: list[CellProblem]
    changes: list[Change]
    notes: list[str]


class Plan:
    """The rows of a run with their states, as stored; rows are made as they are shown."""

    def __init__(self, text: bytes) -> None:
        self._raw: dict[str, Any] = json.loads(text)

    @classmethod
    def unpack(cls, packed: bytes) -> "Plan":
        """Undo ``pack``."""
        return cls(zlib.decompress(packed))

    @property
    def sheet_name(self) -> str:
        """The worksheet the rows came from; "" for .csv."""
        return str(self._raw["sheet"])

    @property
    def remarks(self) -> list[str]:
        """Sentences about the file as a whole."""
        return list(self._raw["remarks"])

    def counts(self) -> dict[str, int]:
        """Rows by state."""
        states: str = self._raw["states"]
        return {state.value: states.count(code) for state, code in CODES.items()}

    def indexes(self, state: RowState | None = None) -> list[int]:
        """Positions of the rows to show, exceptions first, then in the order of the file."""
        states: str = self._raw["states"]
        if state is not None:
            return [index for index, code in enumerate(states) if code == CODES[state]]
        ranks = {CODES[each]: rank for rank, each in enumerate(ORDER)}
        return sorted(range(len(states)), key=lambda index: ranks[states[index]])

    def row(self, index: int) -> PlannedRow:
        """One row."""
        details = self._raw["details"].get(str(index), {})
        return PlannedRow(
            self._raw["numbers"][index],
            STATES[self._raw["states"][index]],
            self._raw["titles"][index],
            [CellProblem(*each) for each in details.get("problems", ())],
            [Change(*each) for each in details.get("changes", ())],
            details.get("notes", []),
        )

    def problems(self) -> list[tuple[int, CellProblem]]:
        """Every problem with the row number it stands in, in the order of the file."""
        return [
            (self._raw["numbers"][int(index)], CellProblem(*each))
            for index, details in self._raw["details"].items()
            for each in details.get("problems", ())
        ]


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan just made: its text, its digest, and the number of rows by state."""

    text: bytes
    digest: str
    counts: dict[str, int]

    def pack(self) -> bytes:
        """Compressed, to be encrypted."""
        return zlib.compress(self.text, 1)


def plan_of(grid: Grid, sheet: Sheet, planned: Sequence[Planned], *, hidden_note: str) -> Draft:
    """The plan of the rows that the sheet's check returned."""
    titles = {column.key: column.title for column in sheet.columns}
    places = {key: index for index, key in enumerate(grid.keys)}
    details: dict[str, dict[str, list[object]]] = {}
    for index, each in enumerate(planned):
        row = each.row
        is_hidden = row.number in grid.hidden
        if not (row.problems or each.changes or each.notes or is_hidden):
            continue
        found: dict[str, list[object]] = {}
        if row.problems:
            found["problems"] = [
                [
                    _address(grid, places, problem.column, row),
                    titles.get(problem.column, ""),
                    _cell_text(grid, sheet, places, problem.column, index),
                    hide_numbers(_with_column(problem, places, titles)),
                ]
                for problem in row.problems
            ]
        if each.changes:
            found["changes"] = [
                [
                    titles.get(change.column, change.column),
                    hide_numbers(change.before),
                    hide_numbers(change.after),
                ]
                for change in each.changes
            ]
        if each.notes or is_hidden:
            found["notes"] = [*each.notes, *([hidden_note] if is_hidden else [])]
        details[str(index)] = found
    raw: dict[str, Any] = {
        "sheet": grid.sheet_name,
        "remarks": grid.remarks,
        "states": "".join([CODES[each.state] for each in planned]),
        "numbers": grid.numbers,
        "titles": [hide_numbers(each.title) for each in planned],
        "details": details,
    }
    targets = [each.target for each in planned if each.state is RowState.CHANGED]
    text = json.dumps(raw, ensure_ascii=False, separators=(",", ":")).encode()
    digest = hashlib.sha256(json.dumps([sheet.key, targets]).encode() + text).hexdigest()
    states: str = raw["states"]
    return Draft(text, digest, {state.value: states.count(code) for state, code in CODES.items()})


def _address(grid: Grid, places: dict[str, int], key: str, row: Row) -> str:
    index = places.get(key)
    return "" if index is None else f"{letter(grid.places[index])}{row.number}"


def _with_column(problem: Problem, places: dict[str, int], titles: dict[str, str]) -> str:
    """The sentence; where the file lacks the column it is about, that is said first."""
    if not problem.column or problem.column in places or problem.column not in titles:
        return problem.sentence
    return _("没有“{title}”列。").format(title=titles[problem.column]) + problem.sentence


def _cell_text(grid: Grid, sheet: Sheet, places: dict[str, int], key: str, index: int) -> str:
    place = places.get(key)
    return "" if place is None else shown(sheet.column(key), grid.cells[place][index])


def shown(column: Column, raw: Raw) -> str:
    """A cell of the person's file as the preview shows it: marked columns masked, also when damaged.

    >>> shown(Column("resident_id", "身份证号", mask="resident_id"), 5.13434199001011e17)
    '5.1343E+17'
    """
    if isinstance(raw, str):
        text = raw[2:] if raw[:1] == "\0" else raw.strip()
    else:
        text = str(raw) if isinstance(raw, int) else f"{raw:.10g}"
    if column.mask and isinstance(raw, float) and raw >= 1e15:
        return f"{raw:.4E}"  # as the person sees it: the region, not the birth date
    text = hide_numbers(text)
    if column.kind == "birth":
        return hide_digits(text[:20])
    if not any(map(str.isdigit, text)):
        return text[:60]  # "/" or "无": nothing to hide, and the person must see it
    if column.mask == "resident_id":
        return mask_resident_id(text)
    if column.mask == "phone":
        return mask_phone(text)
    return text[:60]
