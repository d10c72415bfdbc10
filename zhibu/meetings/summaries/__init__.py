"""Reads about organizational life, shaped for the ledgers above and for our pages."""

from zhibu.meetings.summaries.ledger import (
    Counts,
    Fact,
    attendance_of,
    automatic_facts,
    is_locked,
    month_counts,
    month_meetings,
)

__all__ = [
    "Counts",
    "Fact",
    "attendance_of",
    "automatic_facts",
    "is_locked",
    "month_counts",
    "month_meetings",
]
