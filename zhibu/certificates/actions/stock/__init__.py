"""Deeds with blank booklets: one ledger for each organization, never below zero, nothing vanishes."""

from zhibu.certificates.actions.stock.counting import count_blanks, explain_count
from zhibu.certificates.actions.stock.entering import (
    enter_use,
    receive_blanks,
    reverse_entry,
    spoil_blanks,
)
from zhibu.certificates.actions.stock.sending import (
    confirm_transfer,
    decline_transfer,
    explain_shortfall,
    recall_transfer,
    send_blanks,
)
from zhibu.certificates.actions.stock.using import use_blanks, use_blanks_of
from zhibu.certificates.actions.stock.writing_off import confirm_write_off, decline_write_off

__all__ = [
    "confirm_transfer",
    "confirm_write_off",
    "count_blanks",
    "decline_transfer",
    "decline_write_off",
    "enter_use",
    "explain_count",
    "explain_shortfall",
    "recall_transfer",
    "receive_blanks",
    "reverse_entry",
    "send_blanks",
    "spoil_blanks",
    "use_blanks",
    "use_blanks_of",
]
