"""Writes, by deed."""

from zhibu.conduct.actions.appeals import (
    assign_appeal,
    decide_appeal,
    file_appeal,
    is_own,
    log_appeal_read,
    withdraw_appeal,
)
from zhibu.conduct.actions.penalties import log_penalties_read, record_past_penalties
from zhibu.conduct.actions.rewards import record_reward, record_rewards, reverse_reward

__all__ = [
    "assign_appeal",
    "decide_appeal",
    "file_appeal",
    "is_own",
    "log_appeal_read",
    "log_penalties_read",
    "record_past_penalties",
    "record_reward",
    "record_rewards",
    "reverse_reward",
    "withdraw_appeal",
]
