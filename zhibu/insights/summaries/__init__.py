"""What the home page, the quick search and the work list show. Reads only, within the person's scope."""

from zhibu.insights.summaries.course import course
from zhibu.insights.summaries.home import home
from zhibu.insights.summaries.searching import search
from zhibu.insights.summaries.work import Desk, desk

__all__ = ["Desk", "course", "desk", "home", "search"]
