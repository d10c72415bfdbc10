"""Reads about organizational life, shaped for the ledgers above and for our pages."""

from zhibu.meetings.summaries.ledger import (
    Counts,
    Fact,
    attendance_of,
    automatic_facts,
    automatic_facts_of,
    facts_at_hand,
    facts_from,
    is_locked,
    month_counts,
    month_meetings,
    telling,
)
from zhibu.meetings.summaries.overview import duties_of, quarter_overview
from zhibu.meetings.summaries.pages import (
    counts_of,
    decision_rows,
    lines_of,
    matter_page,
    matter_rows,
    meeting_page,
    meeting_rows,
    year_of,
)
from zhibu.meetings.summaries.people import expected_at, groups_of, secretary_of, sign_in_lines
from zhibu.meetings.summaries.work import period_text, work

__all__ = [
    "Counts",
    "Fact",
    "attendance_of",
    "automatic_facts",
    "automatic_facts_of",
    "counts_of",
    "decision_rows",
    "duties_of",
    "expected_at",
    "facts_at_hand",
    "facts_from",
    "groups_of",
    "is_locked",
    "lines_of",
    "matter_page",
    "matter_rows",
    "meeting_page",
    "meeting_rows",
    "month_counts",
    "month_meetings",
    "period_text",
    "quarter_overview",
    "secretary_of",
    "sign_in_lines",
    "telling",
    "work",
    "year_of",
]
