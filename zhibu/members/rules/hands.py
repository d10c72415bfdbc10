"""What one person may not put into the books alone: who is a member, at which stage, since when. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Final

# Written by events only (``rules.events``): a correction of them is a proposal that another person decides.
STAGE_FIELDS: Final = ("stage", "join_date", "confirmation_date")
# Why the dates leave the usual course: decided together with the dates it explains.
_EXPLAINS: Final = "dates_reason"


def split_changes(changes: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """What a correction may write at once, and what another person decides.

    >>> split_changes({"name": "王伟", "dates_reason": "档案缺页"})
    ({'name': '王伟', 'dates_reason': '档案缺页'}, {})
    >>> split_changes({"name": "王伟", "dates_reason": "档案缺页", "stage": "full"})
    ({'name': '王伟'}, {'dates_reason': '档案缺页', 'stage': 'full'})
    """
    if not any(field in changes for field in STAGE_FIELDS):
        return dict(changes), {}
    waiting = {f: value for f, value in changes.items() if f in STAGE_FIELDS or f == _EXPLAINS}
    return {f: value for f, value in changes.items() if f not in waiting}, waiting


def is_take_over_open(start_on: date | None, *, on: date) -> bool:
    """Whether the paper books of branches may still be taken over as they are: until the county's start day, that day included.

    >>> is_take_over_open(date(2026, 7, 1), on=date(2026, 7, 1)), is_take_over_open(None, on=date(2026, 7, 1))
    (True, True)
    >>> is_take_over_open(date(2026, 7, 1), on=date(2026, 7, 2))
    False
    """
    return start_on is None or on <= start_on


def is_old_decision(decided_on: date, start_on: date | None) -> bool:
    """Whether a decision was taken before the county's start day, when no system could have asked for a second person.

    >>> is_old_decision(date(2026, 6, 30), date(2026, 7, 1)), is_old_decision(date(2026, 6, 30), None)
    (True, False)
    """
    return start_on is not None and decided_on < start_on
