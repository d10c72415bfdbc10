"""Writes of the study ledger."""

from zhibu.education.actions.closing import close_year
from zhibu.education.actions.many import PastStudy, enter_past_study
from zhibu.education.actions.records import record_study, reverse_session, reverse_study

__all__ = [
    "PastStudy",
    "close_year",
    "enter_past_study",
    "record_study",
    "reverse_session",
    "reverse_study",
]
