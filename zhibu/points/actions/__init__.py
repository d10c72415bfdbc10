"""Writes, by deed."""

from zhibu.points.actions.automatic import AutomaticFact, post_automatic, post_sealed
from zhibu.points.actions.entries import approve_entries, record_entry, refuse_entry
from zhibu.points.actions.locks import close_month, ledger_name, lock_month, relock, reopen_month
from zhibu.points.actions.many import (
    PastEntry,
    Posting,
    enter_past_entries,
    lock_months,
    post_automatic_many,
)
from zhibu.points.actions.publicity import file_objection, publish_month, settle_objection
from zhibu.points.actions.reversals import reverse_entry
from zhibu.points.actions.years import change_class, close_year_of, open_year, post_year_end

__all__ = [
    "AutomaticFact",
    "PastEntry",
    "Posting",
    "approve_entries",
    "change_class",
    "close_month",
    "close_year_of",
    "enter_past_entries",
    "file_objection",
    "ledger_name",
    "lock_month",
    "lock_months",
    "open_year",
    "post_automatic",
    "post_automatic_many",
    "post_sealed",
    "post_year_end",
    "publish_month",
    "record_entry",
    "refuse_entry",
    "relock",
    "reopen_month",
    "reverse_entry",
    "settle_objection",
]
