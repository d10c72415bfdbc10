"""Reads of dues."""

from zhibu.dues.summaries.arrears import Arrears, lapsed, unpaid_months
from zhibu.dues.summaries.facts import is_locked, lock_beside
from zhibu.dues.summaries.ledger import (
    MemberMonth,
    MonthRow,
    Totals,
    month_rows,
    month_totals,
    year_of,
    years_of,
)
from zhibu.dues.summaries.work import work

__all__ = [
    "Arrears",
    "MemberMonth",
    "MonthRow",
    "Totals",
    "is_locked",
    "lapsed",
    "lock_beside",
    "month_rows",
    "month_totals",
    "unpaid_months",
    "work",
    "year_of",
    "years_of",
]
