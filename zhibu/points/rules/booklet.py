"""A month of points as the booklet shows it (certificate.md pages 16-20). Pure."""

from dataclasses import dataclass
from datetime import date

PAGES = 5
BAR = "｜"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line for the booklet's points pages, in the shape the overprint reads (certificates stands beside
    this app, neither imports the other). ``slot``: its place, twelve a page."""

    key: str
    on: date
    fields: tuple[str, ...]
    slot: int | None = None

    @property
    def text(self) -> str:
        """As a printed line is remembered."""
        return BAR.join(self.fields)


def slot_of(month: int, first_year: int) -> int:
    """The line of a month: a page a year from the member's first year, beginning again after five.

    >>> slot_of(202601, 2026), slot_of(202712, 2026), slot_of(203101, 2026)
    (1, 24, 1)
    """
    return (month // 100 - first_year) % PAGES * 12 + month % 100
