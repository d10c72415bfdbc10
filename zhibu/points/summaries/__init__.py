"""Reads that answer a page."""

from zhibu.points.summaries.locks import is_locked
from zhibu.points.summaries.totals import (
    MonthRow,
    month_rows,
    months_by_member,
    totals,
    year_months,
)
from zhibu.points.summaries.work import work

__all__ = ["MonthRow", "is_locked", "month_rows", "months_by_member", "totals", "work", "year_months"]
