"""A line of a ledger as a member's booklet shows it: what every ledger can offer to be printed. Pure."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

BAR = "｜"
TEXT_LIMIT = 200


def join_fields(fields: tuple[str, ...]) -> str:
    """The fields as one text of at most 200 characters, as a printed line is remembered.

    A longer text keeps its beginning and a digest of the whole, so that a change is still noticed.

    >>> join_fields(("2026.11.24", "A1", ""))
    '2026.11.24｜A1｜'
    """
    whole = BAR.join(field.replace(BAR, "|") for field in fields)
    if len(whole) <= TEXT_LIMIT:
        return whole
    return f"{whole[: TEXT_LIMIT - 17]}…{sha256(whole.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a ledger. ``key`` names the ledger row for good; ``on``: the day it belongs to.

    ``slot``: its own place (month, quarter, first receipt), None where lines fill up in order. On a page
    with a row for each month a line without a slot stands in the row of the month of ``on``, counted from
    the year the copy was issued.
    """

    key: str
    on: date
    fields: tuple[str, ...]
    slot: int | None = None

    @property
    def text(self) -> str:
        """As it is remembered once printed."""
        return join_fields(self.fields)
