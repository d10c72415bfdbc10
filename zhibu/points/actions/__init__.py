"""Writes, by deed."""

from zhibu.points.actions.automatic import AutomaticFact, post_automatic
from zhibu.points.actions.entries import (
    approve_entries,
    record_entry,
    refuse_entry,
    reverse_entry,
)
from zhibu.points.actions.locks import lock_month, relock, reopen_month
from zhibu.points.actions.publicity import file_objection, publish_month, settle_objection
from zhibu.points.actions.years import change_class, close_year_of, open_year

__all__ = [
    "AutomaticFact",
    "approve_entries",
    "change_class",
    "close_year_of",
    "file_objection",
    "lock_month",
    "open_year",
    "post_automatic",
    "publish_month",
    "record_entry",
    "refuse_entry",
    "relock",
    "reopen_month",
    "reverse_entry",
    "settle_objection",
]
