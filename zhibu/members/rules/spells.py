"""What a membership was in a month, by the events that changed its standing. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from zhibu.members.rules.stages import Standing


class StandingChange(NamedTuple):
    """From the day on the standing is ``after``; it was ``before``."""

    day: date
    before: str
    after: str


def standing_between(changes: Iterable[StandingChange], now: str, *, first: date, last: date) -> str:
    """Active if the membership was so on any of the days [first, last], else what it was on the first of them.

    ``changes`` in order. Without any, what it is ``now`` it always was; an end that no event tells has no day and
    counts for none.

    >>> died = [StandingChange(date(2026, 10, 28), "active", "ended")]
    >>> standing_between(died, "ended", first=date(2026, 10, 1), last=date(2026, 10, 31))
    'active'
    >>> standing_between(died, "ended", first=date(2026, 11, 1), last=date(2026, 11, 30))
    'ended'
    """
    listed = list(changes)
    if not listed:
        return Standing.ACTIVE.value if now == Standing.ENDED else now
    held = listed[0].before
    for change in listed:
        if change.day >= first:
            break
        held = change.after
    begun = any(change.after == Standing.ACTIVE and first <= change.day <= last for change in listed)
    return Standing.ACTIVE.value if begun else held
