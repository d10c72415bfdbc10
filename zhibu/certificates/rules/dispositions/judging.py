"""Judging dispositions: the certificate's state, what may be done with its copy, what a person must enter. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from zhibu.certificates.rules.copies import BookletState, State
from zhibu.certificates.rules.dispositions.table import (
    ASKS,
    CAUSES,
    FINAL_STATES,
    FITTING,
    MASKED,
    MASKED_RULES,
    RESTORED,
    RULE_LABELS,
    BookletRule,
    DispositionState,
)
from zhibu.certificates.rules.dispositions.table import Whereabouts as W
from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said

_STRENGTH: Final[Mapping[State, int]] = {
    State.NOT_ISSUED: 0,
    State.ACTIVE: 0,
    State.FROZEN: 1,
    State.HELD: 2,
    State.WITHDRAWN: 3,
    State.MEMORIAL: 4,
    State.VOIDED: 5,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A disposition that stands (waiting or carried out), as the state of the certificate is judged from it."""

    state: str
    target: str

    @property
    def weight(self) -> State:
        """The state it asks for now: frozen while it waits, unless it leaves the certificate as it is."""
        if self.state == DispositionState.PROPOSED and self.target not in (State.ACTIVE, State.FROZEN):
            return State.FROZEN
        return State(self.target)


def resting_state(base: State, standing: Iterable[Standing]) -> State:
    """The certificate's state under everything that stands; the strictest holds, active changes nothing.

    ``base``: what it would be without any disposition. A person whose certificate is held for one matter
    keeps it held when another matter that asks for less is carried out or lifted.

    >>> resting_state(State.ACTIVE, [Standing("proposed", "voided")])
    <State.FROZEN: 'frozen'>
    """
    state = base
    for each in standing:
        if _STRENGTH[each.weight] > _STRENGTH[state]:
            state = each.weight
    return state


def base_state(before: str, *, live: str, voided_here: bool) -> State:
    """The state the certificate has without any disposition.

    ``before``: its state before the oldest of them; ``live``: state of the copy in use, "" for none;
    ``voided_here``: a disposition made the newest copy void. Then a next serial has to be printed: the number
    stays, the old copy stays void for ever.

    >>> base_state("active", live="", voided_here=True), base_state("frozen", live="issued", voided_here=False)
    (<State.NOT_ISSUED: 'not_issued'>, <State.ACTIVE: 'active'>)
    """
    if voided_here:
        return State.NOT_ISSUED
    if live == BookletState.ISSUED:
        return State.ACTIVE
    return State.ACTIVE if before == State.ACTIVE else State.NOT_ISSUED


def is_automatic(rule: str, *, target: str, has_booklet: bool) -> bool:
    """Carried out by itself: nothing is done with the copy, or there is none to keep."""
    return rule == BookletRule.NO_ACTION or (not has_booklet and target not in FINAL_STATES)


def fitting(rule: str, *, target: str, has_booklet: bool, retention_days: int = 0) -> tuple[W, ...]:
    """Where the copy may go under the rule; without a copy only what can be said about its absence.

    While copies have to be kept for some days before they are destroyed, nobody destroys one at once.
    """
    if not has_booklet:
        if rule == BookletRule.GIVE_BACK:
            return (W.REISSUE,)
        return (W.DECLARED_VOID,) if target in FINAL_STATES else (W.NOT_OBTAINABLE,)
    return tuple(each for each in FITTING[rule] if not (each == W.DESTROYED and retention_days))


def committee_path(branch_path: str) -> str:
    """Path of the committee, or the general branch directly under the county, that a branch belongs to.

    organisation.md: everything hangs under the county, committees only there.

    >>> committee_path("1.2.3."), committee_path("1.2.7.9.")
    ('1.2.', '1.2.')
    """
    return ".".join(branch_path.split(".")[:2]) + "."


def due_day(on: date, days: int) -> date:
    """The last day for carrying out: so many days after the event became known here.

    >>> due_day(date(2026, 11, 24), 30)
    datetime.date(2026, 12, 24)
    """
    return on + timedelta(days=days)


def destructible_from(reclaimed_on: date, retention_days: int) -> date:
    """First day on which a reclaimed copy may be destroyed (membership.md, "after retention")."""
    return reclaimed_on + timedelta(days=retention_days)


@dataclass(frozen=True, slots=True)
class CarryingOut:
    """What a person enters when carrying out."""

    whereabouts: str
    on_day: date
    place: str = ""
    receiver: str = ""
    witness: str = ""
    note: str = ""


def check_carrying_out(
    entry: CarryingOut, *, options: Iterable[str], not_before: date | None, on: date
) -> None:
    """Raise ``Refused`` with what is missing: each way asks for what would prove it later."""
    if entry.whereabouts not in tuple(options):
        raise Refused(gettext_noop("这样处理证本不符合这一项的规则，请从列出的办法里选。"))
    check_day(entry.on_day, not_before=not_before, on=on)
    asked = ASKS[W(entry.whereabouts)]
    if "place" in asked and not said(entry.place):
        raise Refused(gettext_noop("请写明证本放在哪里，例如镇党委档案室铁皮柜。"))
    if "receiver" in asked and not said(entry.receiver):
        raise Refused(gettext_noop("请写明证本交给了谁；家属领取的，写姓名和关系。"))
    if "note" in asked and len(said(entry.note)) < 4:
        raise Refused(gettext_noop("请在备注里写明为什么收不到、怎样找过，至少4个字。"))


def check_day(day: date, *, not_before: date | None, on: date) -> None:
    """Not in the future, not before the event took effect."""
    if day > on:
        raise Refused(gettext_noop("办理日期{day}在今天以后。请填实际办理的那一天。"), day=day)
    if not_before is not None and day < not_before:
        raise Refused(
            gettext_noop("办理日期{day}早于事项生效的{since}。生效以后才能处置党员证。"),
            day=day,
            since=not_before,
        )


def check_destruction_day(day: date, *, reclaimed_on: date, retention_days: int, on: date) -> None:
    """Not before the copy was reclaimed and the days of keeping are over."""
    check_day(day, not_before=reclaimed_on, on=on)
    earliest = destructible_from(reclaimed_on, retention_days)
    if day < earliest:
        raise Refused(
            gettext_noop("收回的证本要保存{days}天，{earliest}起才能销毁。"),
            days=retention_days,
            earliest=earliest,
        )


def cause_label(cause: str, *, is_masked: bool) -> str:
    """The event's name, or what others are told."""
    if is_masked:
        return MASKED
    if cause == RESTORED:
        return gettext_noop("证本发还")
    known = CAUSES.get(cause)
    return known.label if known is not None else cause


def rule_label(rule: str, target: str, *, is_masked: bool) -> str:
    """What is to be done with the copy, in words that do not tell a masked event."""
    if is_masked:
        return MASKED_RULES.get(target, RULE_LABELS.get(rule, rule))
    return RULE_LABELS.get(rule, rule)
