"""A line of a ledger as the booklet shows it, and what was printed of it. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from zhibu.core.booklet_lines import BAR, Line, join_fields

__all__ = [
    "Line",
    "Mark",
    "NewLine",
    "Printed",
    "Status",
    "join_fields",
    "missing_fields",
    "split_text",
    "status_of",
]


def split_text(text: str) -> tuple[str, ...]:
    """Undo ``join_fields`` for showing; a shortened text ends in its digest.

    >>> split_text("2026.11.24｜A1｜")
    ('2026.11.24', 'A1', '')
    """
    return tuple(text.split(BAR))


@dataclass(frozen=True, slots=True)
class Printed:
    """A line that stands in a copy. ``mended``: what it was mended to by hand or by a page stuck over it."""

    line: int
    key: str
    text: str
    mended: str | None = None

    @property
    def current(self) -> str:
        """What a reader of the copy finds now."""
        return self.text if self.mended is None else self.mended


@dataclass(frozen=True, slots=True)
class NewLine:
    """Fields to set on a line of a copy; "" leaves a box free. ``booklet`` tells copies apart."""

    booklet: int
    page: str
    line: int
    fields: tuple[str, ...]


class Status(StrEnum):
    """How a line of the copy stands to the ledger."""

    SAME = "same"
    MENDED = "mended"
    NEW = "new"
    COMPLETED = "completed"
    DIFFERS = "differs"
    EARLIER = "earlier"
    NO_PLACE = "no_place"


class Mark(StrEnum):
    """What a confirmed print says of a line: newly printed, its empty fields filled, replaced by a page stuck over it."""

    NEW = "new"
    COMPLETED = "completed"
    REPLACED = "replaced"


def status_of(printed: Printed, ledger: Line | None) -> Status:
    """A printed line against its ledger row (None: no longer there).

    Completed means that everything printed still holds and the ledger has more: only the empty fields
    are printed, onto the same line.
    """
    text = ledger.text if ledger is not None else ""
    if printed.current == text:
        return Status.SAME if printed.mended is None else Status.MENDED
    if ledger is not None and printed.mended is None and _only_fills(printed.text, ledger.fields):
        return Status.COMPLETED
    return Status.DIFFERS


def _only_fills(text: str, fields: tuple[str, ...]) -> bool:
    stood = split_text(text)
    return len(stood) == len(fields) and all(
        not before or before == now.replace(BAR, "|") for before, now in zip(stood, fields, strict=True)
    )


def missing_fields(text: str, fields: tuple[str, ...]) -> tuple[str, ...]:
    """What is still to be printed of a completed line: "" for fields that stand there already."""
    return tuple("" if before else now for before, now in zip(split_text(text), fields, strict=True))
