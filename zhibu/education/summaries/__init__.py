"""Reads of study hours."""

from zhibu.education.summaries.hours import entries_of_member, leaders, own_hours
from zhibu.education.summaries.sessions import Session, lines_of, people_of, session_of, sessions_of

__all__ = [
    "Session",
    "entries_of_member",
    "leaders",
    "lines_of",
    "own_hours",
    "people_of",
    "session_of",
    "sessions_of",
]
