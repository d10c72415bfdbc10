"""What is known when an event is judged, what a person enters, what changes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from zhibu.members.rules.events.kinds import EventKind, MeasureKind
from zhibu.members.rules.stages import Stage, Standing


@dataclass(frozen=True, slots=True)
class Limits:
    """Periods the county sets (``policies.MembershipRules``)."""

    probation_months: int = 12
    probation_extension_months_min: int = 6
    probation_extension_months_max: int = 12
    lost_contact_months: int = 6
    lost_contact_removal_after_years: int = 2
    searches_needed: int = 2
    inactivity_months: int = 6
    correction_months_default: int = 6
    correction_months_max: int = 12
    rejoin_bar_years: int = 5


@dataclass(frozen=True, slots=True)
class InForce:
    """A measure that holds: since when, until when (or when a decision falls due)."""

    from_date: date
    due_on: date | None = None
    ends_itself: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of a membership when an event is judged.

    ``last_change``: day of the latest change of stage, standing or branch. ``matters``: matters already
    answered by discipline or disposal. ``probation_ends``: with an extension. ``searches``: entries of the
    search log since the last contact. ``party_probation_months``: all months so far, 0 without.
    """

    stage: Stage
    standing: Standing
    join_date: date
    measures: Mapping[MeasureKind, InForce] = field(default_factory=dict)
    last_change: date | None = None
    extensions: int = 0
    extension_months: int = 0
    suspended_on: date | None = None
    ended_on: date | None = None
    end_reason: str = ""
    searches: int = 0
    party_probation_months: int = 0
    matters: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person enters about an event. ``effective_on`` None leaves it to the rule.

    ``becomes``: stage, dates and their explanation as a correction of the record wants them.
    """

    kind: EventKind
    decided_on: date
    decided_by: str
    document: str = ""
    effective_on: date | None = None
    months: int | None = None
    since: date | None = None
    matter: str = ""
    grounds: str = ""
    evidence: str = ""
    becomes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes when the event takes effect; None leaves a thing as it is."""

    effective_on: date
    stage: Stage | None = None
    standing: Standing | None = None
    join_date: date | None = None
    confirmation_date: date | None = None
    clears_confirmation: bool = False
    dates_reason: str | None = None
    starts: MeasureKind | None = None
    until: date | None = None
    ends_itself: bool = False
    extends: MeasureKind | None = None
    stops: frozenset[MeasureKind] = frozenset()
    ends_posts: bool = False


def add_months(day: date, months: int) -> date:
    """The same day so many months later; where that month is shorter, its last day.

    >>> add_months(date(2024, 3, 15), 12), add_months(date(2026, 8, 31), 6)
    (datetime.date(2025, 3, 15), datetime.date(2027, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("unreachable")


def probation_ends(situation: Situation, limits: Limits) -> date:
    """The day the probation is full, with an extension (CONST22 art. 7)."""
    return add_months(situation.join_date, limits.probation_months + situation.extension_months)


def may_vote(stage: str, standing: str, measures: frozenset[str] | set[str]) -> bool:
    """Counted among those who should attend with a vote (membership.toml ``[rights]``)."""
    return (
        stage == Stage.FULL
        and standing == Standing.ACTIVE
        and not measures & {MeasureKind.PROBATION_WITHIN_PARTY, MeasureKind.RIGHTS_SUSPENDED}
    )


def last_day(until: date) -> date:
    """The last day of a half-open period: until 2025-03-15 means to 2025-03-14 (DISC23)."""
    return until - timedelta(days=1)
