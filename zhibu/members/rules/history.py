"""A membership as it was on a past day: what happened since is taken back, newest last. Pure.

A fact is written once, where it happened: an event keeps the branch it left and the columns it changed. What
held on a day follows from the present and the events that took effect after that day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from zhibu.members.rules.events import SPECS, EventKind, MeasureKind
from zhibu.members.rules.stages import Stage, Standing

MOVES = frozenset({EventKind.MOVE_BRANCH, EventKind.TRANSFER_BACK})
STANDING_KINDS: Final = frozenset(
    str(kind) for kind, spec in SPECS.items() if spec.standing is not None or kind == EventKind.REVERSE
)
COLUMNS = ("stage", "standing", "join_date", "confirmation_date")


@dataclass(frozen=True, slots=True)
class Then:
    """Where and what a member was. ``arrived_on``: first day of someone who came from outside the county."""

    branch_id: int
    stage: str
    standing: str
    join_date: date
    confirmation_date: date | None
    arrived_on: date | None = None
    is_floating: bool = False

    def entered_by(self, on: date) -> bool:
        """Whether the person had joined, and arrived, by that day."""
        return self.join_date <= on and (self.arrived_on is None or self.arrived_on <= on)

    def belongs(self, on: date) -> bool:
        """Whether the person was in the books of the county on that day: joined, arrived, not ended."""
        return self.standing != Standing.ENDED and self.entered_by(on)


@dataclass(frozen=True, slots=True)
class Change:
    """An event that took effect. ``branch_id``: where the member belonged before it; ``before``: columns that it
    changed, as they were; ``measures``: kinds in force when it was entered; ``is_regrouping``: a deed over the
    branch moved the member, not a transfer."""

    kind: str
    effective_on: date
    branch_id: int
    before: Mapping[str, object]
    measures: frozenset[str] = frozenset()
    is_regrouping: bool = False


def as_it_was(now: Then, changes: Iterable[Change], on: date) -> Then:
    """The membership at the end of a day. ``changes`` in the order of their effect; those up to the day count as done.

    A correction is no change: the record says since then what had been so before.
    """
    columns: dict[str, object] = {}
    branch: int | None = None
    floating: bool | None = None
    for change in changes:
        if change.effective_on <= on:
            continue
        if branch is None and change.kind in MOVES:
            branch = change.branch_id
        if floating is None:
            if change.kind == EventKind.GO_FLOATING:
                floating = False
            elif MeasureKind.FLOATING_OUT in change.measures:
                floating = True
        if change.kind != EventKind.CORRECT_RECORD:
            for name, value in change.before.items():
                columns.setdefault(name, value)
    if branch is not None:
        columns["branch_id"] = branch
    if floating is not None:
        columns["is_floating"] = floating
    then = replace(now, **columns) if columns else now  # type: ignore[arg-type]
    if then.stage == Stage.FULL and then.confirmation_date is not None and then.confirmation_date > on:
        return replace(then, stage=Stage.PROBATIONARY)
    return then


def standing_on(now: str, changes: Iterable[Change], on: date) -> str:
    """The standing at the end of a day. ``changes`` in the order of their effect."""
    told = (
        str(change.before["standing"])
        for change in changes
        if change.effective_on > on and "standing" in change.before
    )
    return next(told, now)


def standing_between(now: str, changes: Sequence[Change], *, first: date, last: date) -> str:
    """Active if the membership was so on any of the days [first, last], else what it was when they began.

    ``changes``: those of the standing, from its beginning on. An end that no event tells has no day and counts for none.

    >>> died = [Change("die", date(2026, 10, 28), 1, {"standing": "active"})]
    >>> standing_between("ended", died, first=date(2026, 10, 1), last=date(2026, 10, 31))
    'active'
    >>> standing_between("ended", died, first=date(2026, 11, 1), last=date(2026, 11, 30))
    'ended'
    """
    if not changes:
        return Standing.ACTIVE.value if now == Standing.ENDED else now
    begun = first - timedelta(days=1)
    days = [begun, *(change.effective_on for change in changes if first <= change.effective_on <= last)]
    standings = [standing_on(now, changes, day) for day in days]
    return Standing.ACTIVE.value if Standing.ACTIVE in standings else standings[0]
