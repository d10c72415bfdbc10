"""Losing contact: the ladder from the first search to the removal. Nothing happens by the clock. Pure.

Source: 《中国共产党党员教育管理工作条例》 art. 24 (EDU19), the number of searches is the county's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from zhibu.core.access import Refused
from zhibu.core.dates import add_months
from zhibu.core.text import gettext_noop
from zhibu.members.rules.events import EventKind, Limits
from zhibu.members.rules.stages import Stage, Standing


class CaseState(StrEnum):
    """Where a case stands. The last three close it; ENDED: the membership ended for another reason."""

    SEARCHING = "searching"
    FLAGGED = "flagged"
    SUSPENDED = "suspended"
    FOUND = "found"
    REMOVED = "removed"
    ENDED = "ended"


CLOSED: Final = frozenset({CaseState.FOUND, CaseState.REMOVED, CaseState.ENDED})
STATE_LABELS: Final[Mapping[CaseState, str]] = {
    CaseState.SEARCHING: gettext_noop("正在查找"),
    CaseState.FLAGGED: gettext_noop("已标记失联"),
    CaseState.SUSPENDED: gettext_noop("已停止党籍"),
    CaseState.FOUND: gettext_noop("已恢复联系"),
    CaseState.REMOVED: gettext_noop("已除名"),
    CaseState.ENDED: gettext_noop("党籍因其他原因终止"),
}
SEARCH_WAYS: Final[Mapping[str, str]] = {
    "relatives": gettext_noop("问家属、亲戚"),
    "villagers": gettext_noop("问同村、同乡、老同学"),
    "police": gettext_noop("到派出所查户籍"),
    "workplace": gettext_noop("联系务工单位或当地党组织"),
    "phone": gettext_noop("打电话、发消息"),
    "notice": gettext_noop("寄信、公告"),
    "other": gettext_noop("其他"),
}


@dataclass(frozen=True, slots=True)
class LostFacts:
    """What the contact and search logs know of a member.

    ``last_contact_on``: None when neither a case nor a contact log knows. ``searches``: entries of the
    search log after the last contact; 0 without a case.
    """

    last_contact_on: date | None
    searches: int


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case with what the ladder needs of the member. ``suspended_on``: day the suspension took effect."""

    state: CaseState
    last_contact_on: date
    searches: int
    stage: Stage
    standing: Standing
    suspended_on: date | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next rung: the event to enter, from which day, how many searches are still missing."""

    kind: EventKind
    label: str
    from_day: date
    missing_searches: int

    def is_open(self, *, on: date) -> bool:
        """True once nothing but the decision is missing."""
        return self.from_day <= on and not self.missing_searches


def next_step(facts: CaseFacts, limits: Limits) -> NextStep | None:
    """The rung after the present one; None when the case is closed or nothing follows (EDU19 art. 24).

    A probationary member's standing is not suspended: after the flag, 取消预备党员资格 is the question.
    """
    since = add_months(facts.last_contact_on, limits.lost_contact_months)
    missing = max(limits.searches_needed - facts.searches, 0)
    if facts.state == CaseState.SEARCHING:
        return NextStep(
            EventKind.FLAG_LOST_CONTACT, gettext_noop("标记失去联系"), since, int(facts.searches == 0)
        )
    if facts.state == CaseState.FLAGGED:
        if facts.stage == Stage.PROBATIONARY:
            return NextStep(EventKind.CANCEL_PROBATION, gettext_noop("取消预备党员资格"), since, missing)
        return NextStep(EventKind.SUSPEND_STANDING, gettext_noop("停止党籍"), since, missing)
    if facts.state == CaseState.SUSPENDED and facts.suspended_on is not None:
        day = add_months(facts.suspended_on, 12 * limits.lost_contact_removal_after_years)
        return NextStep(EventKind.REMOVE_LOST_CONTACT, gettext_noop("按自行脱党除名"), day, missing)
    return None


class RungState(StrEnum):
    """Behind, at hand (decide now), waiting for searches or for the day, or further up."""

    DONE = "done"
    NOW = "now"
    WAITS = "waits"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung as the page draws it. ``from_day``: the first day on which it is allowed, once known."""

    label: str
    state: RungState
    from_day: date | None = None
    missing_searches: int = 0


def ladder(facts: CaseFacts, limits: Limits, *, on: date) -> list[Rung]:
    """The whole way up, from the search to the removal, with where the case stands."""
    step = next_step(facts, limits)
    labels = {
        CaseState.SEARCHING: gettext_noop("开始查找"),
        CaseState.FLAGGED: gettext_noop("标记失去联系"),
        CaseState.SUSPENDED: gettext_noop("停止党籍"),
        CaseState.REMOVED: gettext_noop("按自行脱党除名"),
    }
    if facts.stage == Stage.PROBATIONARY:
        del labels[CaseState.SUSPENDED]
        labels[CaseState.REMOVED] = gettext_noop("取消预备党员资格")
    order = list(labels)
    if facts.state in (CaseState.FOUND, CaseState.ENDED):
        return []
    reached = order.index(facts.state)
    rungs = []
    for place, state in enumerate(order):
        if place <= reached:
            rungs.append(Rung(labels[state], RungState.DONE))
        elif place == reached + 1 and step is not None:
            now = RungState.NOW if step.is_open(on=on) else RungState.WAITS
            rungs.append(Rung(labels[state], now, step.from_day, step.missing_searches))
        else:
            rungs.append(Rung(labels[state], RungState.LATER))
    return rungs


def way_back(state: CaseState) -> EventKind | None:
    """The event that ends the case when the member is found: none before the flag, the log suffices."""
    if state == CaseState.FLAGGED:
        return EventKind.CONTACT_REGAINED
    return EventKind.RESTORE_STANDING if state == CaseState.SUSPENDED else None


def may_be_corrected(last_contact_on: date, found_on: date, limits: Limits) -> bool:
    """Whether who was found again may be given 限期改正: out of contact for six months to two years (DISP24)."""
    first = add_months(last_contact_on, limits.lost_contact_months)
    last = add_months(last_contact_on, 12 * limits.lost_contact_removal_after_years)
    return first <= found_on <= last


def check_last_contact(day: date, *, join_date: date, on: date) -> None:
    """Raise ``Refused`` for a last contact in the future or before the person joined."""
    if day > on:
        raise Refused(gettext_noop("最后联系上的日期{day}在今天以后。请填实际联系上的那一天。"), day=day)
    if day < join_date:
        raise Refused(
            gettext_noop("最后联系上的日期{day}早于入党时间{joined}。请核对日期。"), day=day, joined=join_date
        )


def check_search(day: date, *, last_contact_on: date, on: date) -> None:
    """Raise ``Refused`` for a search in the future or before the member was out of contact."""
    if day > on:
        raise Refused(gettext_noop("查找日期{day}在今天以后。请在查找之后登记。"), day=day)
    if day < last_contact_on:
        raise Refused(
            gettext_noop("查找日期{day}早于最后联系上的日期{last}，那时还联系得上。请核对日期。"),
            day=day,
            last=last_contact_on,
        )


def check_found(day: date, *, last_contact_on: date, on: date) -> None:
    """Raise ``Refused`` for a day of renewed contact in the future or before the last contact."""
    if day > on:
        raise Refused(gettext_noop("联系上的日期{day}在今天以后。请填实际联系上的那一天。"), day=day)
    if day < last_contact_on:
        raise Refused(
            gettext_noop("联系上的日期{day}早于已登记的最后联系{last}。请核对日期。"),
            day=day,
            last=last_contact_on,
        )
