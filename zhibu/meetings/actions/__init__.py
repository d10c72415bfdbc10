"""All writes to organizational life."""

from zhibu.meetings.actions.appraisals import record_appraisals
from zhibu.meetings.actions.attendance import AttendanceConflict, change_line, set_attendance
from zhibu.meetings.actions.decisions import finish_decision, record_decision, remove_decision
from zhibu.meetings.actions.locks import close_month, ledger_name, lock_month, relock, reopen_month
from zhibu.meetings.actions.many import HeldMeeting, enter_held_meetings
from zhibu.meetings.actions.many_appraisals import HeldAppraisal, enter_appraisals, lock_months
from zhibu.meetings.actions.meetings import amend_meeting, cancel_meeting, hold_meeting, plan_meeting
from zhibu.meetings.actions.records import (
    attach_file,
    fingerprint,
    open_attachment,
    remove_attachment,
    write_minutes,
)
from zhibu.meetings.actions.village import open_matter, record_step, remove_step
from zhibu.meetings.actions.votes import record_vote, remove_vote

__all__ = [
    "AttendanceConflict",
    "HeldAppraisal",
    "HeldMeeting",
    "amend_meeting",
    "attach_file",
    "cancel_meeting",
    "change_line",
    "close_month",
    "enter_appraisals",
    "enter_held_meetings",
    "fingerprint",
    "finish_decision",
    "hold_meeting",
    "ledger_name",
    "lock_month",
    "lock_months",
    "open_attachment",
    "open_matter",
    "plan_meeting",
    "record_appraisals",
    "record_decision",
    "record_step",
    "record_vote",
    "relock",
    "remove_attachment",
    "remove_decision",
    "remove_step",
    "remove_vote",
    "reopen_month",
    "set_attendance",
    "write_minutes",
]
