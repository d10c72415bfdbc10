"""Counting how often something is done in a minute."""

from datetime import datetime

from django.core.cache import cache


def is_within(what: str, *, limit: int, at: datetime) -> bool:
    """Count one more of it in the minute of ``at``; False when that makes more than ``limit``.

    Two processes at the same moment may count one for both: a limit against floods, not a ledger.
    """
    minute = f"{what}:{int(at.timestamp()) // 60}"
    count = int(cache.get(minute, 0)) + 1
    cache.set(minute, count, 120)
    return count <= limit
