"""What the home page, the quick search and the work list show. Reads only, within the person's scope."""

from zhibu.insights.summaries.pages import home, search
from zhibu.insights.summaries.work import Desk, desk

__all__ = ["Desk", "desk", "home", "search"]
