"""All writes to organizational life."""

from zhibu.meetings.actions.attendance import AttendanceConflict, set_attendance
from zhibu.meetings.actions.locks import lock_month, relock, reopen_month
from zhibu.meetings.actions.many import HeldMeeting, enter_held_meetings
from zhibu.meetings.actions.meetings import amend_meeting, cancel_meeting, hold_meeting, plan_meeting

__all__ = [
    "AttendanceConflict",
    "HeldMeeting",
    "amend_meeting",
    "cancel_meeting",
    "enter_held_meetings",
    "hold_meeting",
    "lock_month",
    "plan_meeting",
    "relock",
    "reopen_month",
    "set_attendance",
]
