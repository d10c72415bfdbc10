"""What an app declares once about a sheet. Template, reader, preview, error workbook and export follow from it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Final, Literal, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from zhibu.core.access import Scope
from zhibu.core.dates import Month


class _Clear:
    """The cell says （清空）: empty the field. A blank cell means leave and is absent from ``Row.values``."""

    def __repr__(self) -> str:
        return "CLEAR"


CLEAR: Final = _Clear()
Value = str | date | Month | int | bool | _Clear
Kind = Literal["text", "amount", "name", "identifier", "date", "birth", "choice", "flag", "number"]


class RowState(StrEnum):
    """What will become of a row."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    CONFLICT = "conflict"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    ``kind``: text refuses fillers (``core.wording``), amount does, too, but 0 says something there; identifier
    cells are text and are refused when a spreadsheet program has damaged them (1.1E+17, trailing 000,
    digits lost); name goes through ``core.text.clean_name``; choice accepts a label or code of ``choices``
    and yields the code; flag accepts 是/否; date yields a date; birth yields a date, or a ``Month`` for the
    masked form in which every export writes it, which changes nothing (compare with ``core.dates.means_birth``).
    ``mask``: how the preview hides a marked value. ``is_key``: blank is an error in every row.
    ``also``: other spellings of a choice -> code, accepted and never written.
    ``required``: blank is an error in a new row only (the app's check says so).
    ``fixed_length``: an identifier of digits always has so many; fewer means lost leading zeros.
    """

    key: str
    title: str
    kind: Kind = "text"
    aliases: tuple[str, ...] = ()
    is_key: bool = False
    required: bool = False
    choices: Callable[[], Mapping[str, str]] | None = None
    also: Callable[[], Mapping[str, str]] | None = None
    max_length: int = 200
    note: str = ""
    example: str = ""
    width: int = 14
    mask: Literal["", "resident_id", "phone"] = ""
    fixed_length: int = 0


@dataclass(slots=True)
class Problem:
    """Why a row is an error or a conflict: a whole Chinese sentence that says what to do.

    ``column`` is the key of the column at fault, or "" for the row. The engine puts the cell's address
    ("D9") in front wherever the sentence is shown, so the sentence itself does not name it.
    """

    column: str
    sentence: str


@dataclass(slots=True)
class Row:
    """A row as read: 1-based row number in the person's file, parsed values by column key."""

    number: int
    values: dict[str, Value]
    problems: list[Problem] = field(default_factory=list)

    def has_problem(self, *columns: str) -> bool:
        """Something is wrong with one of these cells, so that what follows from it cannot be judged yet."""
        return any(problem.column in columns for problem in self.problems)


@dataclass(slots=True)
class Change:
    """One field that will change; texts as shown (already masked when the column is marked)."""

    column: str
    before: str
    after: str


@dataclass(slots=True)
class Planned:
    """A row with its state. ``target`` is the id of the matched record; ``title`` names it in the preview."""

    row: Row
    state: RowState
    title: str = ""
    target: int | None = None
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Ticker(Protocol):
    """Tells a job how far it is."""

    def __call__(self, done: int, total: int, note: str = "") -> None: ...


def no_ticker(done: int, total: int, note: str = "") -> None:
    """For callers without a job."""


@dataclass(frozen=True, slots=True)
class Extract:
    """The records that a page lists, in the form of a sheet; ``head`` says whose they are and what narrows them.

    A sheet holds what can be imported: where a page lists more (people who left, guests), the head says so.
    """

    head: str
    records: Iterable[Mapping[str, Value]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of spreadsheet.

    ``check`` gets the rows that parsed (each may carry problems) and returns one ``Planned`` per row
    in the same order; it only reads, and judges of a row with problems all that its other cells let it judge. ``apply`` writes the planned rows whose state is new or changed,
    through the app's actions, inside the transaction that the engine opened. ``export`` yields one
    mapping column key -> value for each record in the scope (codes for choices, dates as dates), under
    the organization path given, which the writer turns into labels; imported again, each row says same.
    ``extract`` yields only what the app's page lists when asked with these conditions (its query) on this day;
    None where no page offers the sheet.
    """

    key: str
    title: str
    permission: str
    columns: tuple[Column, ...]
    check: Callable[[Sequence[Row], Scope, date], list[Planned]]
    apply: Callable[[Sequence[Planned], Scope, date, Ticker], None]
    export: Callable[[Scope, str], Iterable[Mapping[str, Value]]]
    unit: str = "行"
    help: str = ""
    extract: Callable[[Scope, Mapping[str, str], date], Extract] | None = None

    def column(self, key: str) -> Column:
        """The column with this key."""
        return next(column for column in self.columns if column.key == key)


def sheets() -> Mapping[str, Sheet]:
    """All declared sheets by key (settings.SHEETS), in that order."""
    return _load(tuple(settings.SHEETS))


@cache
def _load(names: tuple[str, ...]) -> Mapping[str, Sheet]:
    return {sheet.key: sheet for sheet in map(import_string, names)}
