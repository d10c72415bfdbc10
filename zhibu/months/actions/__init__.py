"""Deeds of a month: opening, entering, handing in, giving back, sealing, mending by an exception."""

from zhibu.months.actions.cells import (
    Answer,
    CellOperation,
    apply_operations,
    apply_operations_at,
    why_closed,
)
from zhibu.months.actions.exceptions import end_exception, grant_exception
from zhibu.months.actions.opening import open_months
from zhibu.months.actions.sealing import seal_month
from zhibu.months.actions.submitting import Counted, return_month, submit_month

__all__ = [
    "Answer",
    "CellOperation",
    "Counted",
    "apply_operations",
    "apply_operations_at",
    "end_exception",
    "grant_exception",
    "open_months",
    "return_month",
    "seal_month",
    "submit_month",
    "why_closed",
]
