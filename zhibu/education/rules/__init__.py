"""Study hours: modes, what an entry must say, what counts in a year. Pure. Hours are in tenths."""

from zhibu.education.rules.counting import Hours, Terms, count, months_in, target_of
from zhibu.education.rules.entries import (
    HOURS_RULE,
    MODE_LABELS,
    MODE_NOTES,
    Entry,
    Mode,
    check_entry,
    span_of,
)

__all__ = [
    "HOURS_RULE",
    "MODE_LABELS",
    "MODE_NOTES",
    "Entry",
    "Hours",
    "Mode",
    "Terms",
    "check_entry",
    "count",
    "months_in",
    "span_of",
    "target_of",
]
