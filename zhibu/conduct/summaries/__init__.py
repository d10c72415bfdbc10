"""Reads that answer a page."""

from zhibu.conduct.summaries.work import work

__all__ = ["work"]
