"""What is known when an event is judged, what a person enters, what changes. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from zhibu.core.dates import add_months
from zhibu.members.rules.events.kinds import DisposalStep, EventKind, MeasureKind
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
    rejoin_bar_years_withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class InForce:
    """A measure that holds: since when, until when (or when a decision falls due)."""

    from_date: date
    due_on: date | None = None
    ends_itself: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of a membership when an event is judged.

    ``last_change``: day of the latest change of stage, standing or branch. ``punished``: matters already
    answered by a penalty. ``effect_periods``: of every penalty, kind, first day, first day after it. ``searches``: entries of the
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
    punished: frozenset[str] = frozenset()
    effect_periods: tuple[tuple[MeasureKind, date, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person enters about an event. ``effective_on`` None leaves it to the rule.

    ``becomes``: stage, dates and their explanation as a correction of the record wants them.
    ``steps``: the days of the steps before a disposal was decided.
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
    steps: Mapping[DisposalStep, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes when the event takes effect; None leaves a thing as it is. ``months``: the period it names."""

    effective_on: date
    stage: Stage | None = None
    standing: Standing | None = None
    join_date: date | None = None
    confirmation_date: date | None = None
    clears_confirmation: bool = False
    dates_reason: str | None = None
    starts: MeasureKind | None = None
    until: date | None = None
    months: int | None = None
    ends_itself: bool = False
    extends: MeasureKind | None = None
    stops: frozenset[MeasureKind] = frozenset()
    ends_posts: bool = False


def left_over(periods: Iterable[tuple[MeasureKind, date, date]], *, on: date) -> timedelta:
    """What of the effect periods of earlier penalties is still to run on a day; it runs before the new one (DISC23 art. 21)."""
    return max((until for _kind, since, until in periods if since <= on < until), default=on) - on


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


def plain_matter(matter: str) -> str:
    """A matter by its letters and figures, so that the same one written with another dot or space is the same.

    >>> plain_matter("违反群众纪律。") == plain_matter(" 违反 群众纪律")
    True
    """
    return "".join(letter for letter in unicodedata.normalize("NFKC", matter) if letter.isalnum())


_COMMISSION: Final = re.compile("纪委|纪律检查|纪检|纪工委|监察委|监委")


_COMMITTEE: Final = re.compile(
    "(?:[县州市省]|自治区)委(?:员会)?(?:常委会|常务委员会|全会|全体会议)?(?:会议|议)?(?:研究|决定|批准|审批)*(?:[（(，、；。]|$)"
)


def is_deciding_body(decided_by: str) -> bool:
    """Whether a body with the power to punish decided: a discipline commission, or a committee of a county or above.

    Its decision is recorded and rechecked, approved by nobody. Source: 《中国共产党处分违纪党员批准权限和程序规定》 (2022):
    removal from a post and more is the committee's, after the commission has looked into it.

    >>> is_deciding_body("中共越西县纪委"), is_deciding_body("越西县委常委会"), is_deciding_body("普雄镇党委，报县委")
    (True, True, False)
    """
    if "支部" in decided_by or "报" in decided_by:
        return False
    return _COMMISSION.search(decided_by) is not None or _COMMITTEE.search(decided_by) is not None


def last_day(until: date) -> date:
    """The last day of a half-open period: until 2025-03-15 means to 2025-03-14 (DISC23)."""
    return until - timedelta(days=1)
