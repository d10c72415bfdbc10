"""One thing that waits for a person, as every app offers it to the work list. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A line of a work list. ``due``: the day it should be done by; ``url``: where the person does it."""

    title: str
    detail: str
    url: str
    due: date | None = None

    def is_overdue(self, *, on: date) -> bool:
        """True from the day after the due day."""
        return self.due is not None and self.due < on


@dataclass(frozen=True, slots=True)
class WorkList:
    """One group of a person's work: its first lines, how many there are in all, where to see them all.

    ``kind``: "decide" waits for a decision, "do" is the person's own duty, "return" came back and must be
    mended or returned, "watch" falls due or is overdue.
    """

    key: str
    label: str
    kind: str
    icon: str
    items: tuple[WorkItem, ...]
    total: int
    url: str = ""
