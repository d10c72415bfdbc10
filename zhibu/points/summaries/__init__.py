"""Reads that answer a page."""

from zhibu.points.summaries.locks import is_locked
from zhibu.points.summaries.totals import (
    MonthRow,
    month_rows,
    months_by_member,
    totals,
    year_months,
)

__all__ = ["MonthRow", "is_locked", "month_rows", "months_by_member", "totals", "year_months"]
