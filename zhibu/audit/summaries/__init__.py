"""Checking the log, and reading it for pages."""

from zhibu.audit.summaries.breaks import Break
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
    Verification,
    anchor_ahead,
    anchor_copies,
    anchored_heads,
    read_copies,
    verify,
)
from zhibu.audit.summaries.witnessing import Witnessed, compare_heads, heads_behind, heads_file, heads_to_keep

__all__ = [
    "Break",
    "Line",
    "Verification",
    "Witnessed",
    "anchor_ahead",
    "anchor_copies",
    "anchored_heads",
    "compare_heads",
    "event_label",
    "event_labels",
    "fact_label",
    "facts",
    "heads_behind",
    "heads_file",
    "heads_to_keep",
    "last_verification",
    "lines",
    "neighbors",
    "read_copies",
    "search",
    "subject_label",
    "verify",
]
