"""Checking the log, and reading it for pages."""

from zhibu.audit.summaries.pages import (
    Line,
    event_label,
    event_labels,
    fact_label,
    facts,
    last_verification,
    lines,
    neighbors,
    search,
    subject_label,
)
from zhibu.audit.summaries.verification import (
    Break,
    Verification,
    anchor_copies,
    anchored_heads,
    read_copies,
    verify,
)

__all__ = [
    "Break",
    "Line",
    "Verification",
    "anchor_copies",
    "anchored_heads",
    "event_label",
    "event_labels",
    "fact_label",
    "facts",
    "last_verification",
    "lines",
    "neighbors",
    "read_copies",
    "search",
    "subject_label",
    "verify",
]
