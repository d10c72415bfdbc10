"""Sheets of past years."""

from zhibu.conduct.importers.penalties import PENALTIES_OF_PAST_YEARS as PENALTIES
from zhibu.conduct.importers.rewards import REWARDS

__all__ = ["PENALTIES", "REWARDS"]
