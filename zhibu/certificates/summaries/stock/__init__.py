"""Reads about blank booklets."""

from zhibu.certificates.summaries.stock.balances import (
    OPEN_COUNT,
    OPEN_SHORTFALL,
    Findings,
    Line,
    available_at,
    balance_at,
    balance_under,
    check_no_blanks,
    findings_at,
    ledger_lines,
    movements,
    remaining_at,
)
from zhibu.certificates.summaries.stock.places import Place, places_under
from zhibu.certificates.summaries.stock.waiting import work

__all__ = [
    "OPEN_COUNT",
    "OPEN_SHORTFALL",
    "Findings",
    "Line",
    "Place",
    "available_at",
    "balance_at",
    "balance_under",
    "check_no_blanks",
    "findings_at",
    "ledger_lines",
    "movements",
    "places_under",
    "remaining_at",
    "work",
]
