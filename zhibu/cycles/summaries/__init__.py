"""Reads that answer a page, and what a deed would do."""

from zhibu.cycles.summaries.deeds import DeedPage, StepLine, deed_lines, deed_page, unit_names, work
from zhibu.cycles.summaries.impact import Impact, impact_of
from zhibu.cycles.summaries.preview import Preview, UnitLine, preview_of

__all__ = [
    "DeedPage",
    "Impact",
    "Preview",
    "StepLine",
    "UnitLine",
    "deed_lines",
    "deed_page",
    "impact_of",
    "preview_of",
    "unit_names",
    "work",
]
