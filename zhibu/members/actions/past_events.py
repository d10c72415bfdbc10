"""Penalties of past years, from the file."""

from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.core.access import Refused, Scope
from zhibu.core.dates import parse_date
from zhibu.core.text import gettext_noop
from zhibu.members.actions.effects import begin_measure, record_event, state_of
from zhibu.members.actions.places import entering_permission
from zhibu.members.actions.records import locked
from zhibu.members.models import Measure, Member, MembershipEvent
from zhibu.members.policies import MEMBERSHIP, TAKE_OVER
from zhibu.members.rules.events import SPECS, Effect, Entry, EventKind, MeasureKind, judge, runs_on
from zhibu.members.rules.hands import is_old_decision
from zhibu.members.rules.stages import Standing
from zhibu.members.summaries.events import entry_of, situation_of
from zhibu.rulebook.policies import values_in_force

_ENDED_ON = "ended_on"


@transaction.atomic
def enter_past_event(
    *, by: Scope, member: Member, entry: Entry, ended_on: date | None = None, on: date
) -> MembershipEvent:
    """A penalty of past years from the file. ``ended_on``: first day it no longer held.

    A decision from before the county's start day was settled then and holds at once; a later one waits for
    another person (``settle_event``). Refused where it would change stage or standing, or overlap a measure
    of its kind; a later one also while another matter of the member waits.
    """
    spec = SPECS[entry.kind]
    row = locked(member)
    by.require(entering_permission(entry.kind), row.branch.path)
    if spec.standing is not None or spec.stage is not None or spec.starts is None:
        raise Refused(
            gettext_noop("“{event}”会改变党员身份，不能从表格补录。请在党员页面办理。"), event=spec.label
        )
    entry = replace(entry, effective_on=entry.effective_on or entry.decided_on)
    effect = _judged(row, entry, ended_on, on=on)
    event = MembershipEvent(
        member=row,
        branch=row.branch,
        kind=entry.kind,
        decided_on=entry.decided_on,
        decided_by=entry.decided_by.strip()[:80],
        document=entry.document.strip()[:80],
        effective_on=entry.effective_on,
        until=effect.until,
        months=effect.months,
        matter=entry.matter.strip()[:80],
        grounds=entry.grounds.strip(),
        evidence=entry.evidence.strip(),
        wanted={_ENDED_ON: ended_on.isoformat() if ended_on else ""},
        proposed_by=by.name,
        proposed_user_id=by.user_id,
        proposed_at=timezone.now(),
    )
    if is_old_decision(entry.decided_on, values_in_force(TAKE_OVER, on=on).start_day):
        event.settled_on, event.settled_note = entry.decided_on, "past"
        _hold(event, row, effect, ended_on, on=on)
    else:
        _check_nothing_waits(row)
        event.save()
    record_event("members.event.entered", event, by=by)
    return event


def is_past(event: MembershipEvent) -> bool:
    """Whether the event was entered from the file, with the day it ended."""
    return _ENDED_ON in event.wanted


def settle_past(member: Member, event: MembershipEvent, *, by: Scope, on: date) -> None:
    """Let a penalty from the file hold, judged anew; for ``settle_event``, which has asked for the right."""
    ended_on = parse_date(event.wanted[_ENDED_ON])
    effect = _judged(member, entry_of(event), ended_on, on=on)
    event.settled_by, event.settled_user_id, event.settled_at = by.name, by.user_id, timezone.now()
    _hold(event, member, effect, ended_on, on=on)
    record_event("members.event.took_effect", event, by=by)


def _judged(member: Member, entry: Entry, ended_on: date | None, *, on: date) -> Effect:
    spec = SPECS[entry.kind]
    start = entry.effective_on or entry.decided_on
    situation = replace(situation_of(member, on=start), standing=Standing(member.standing))
    effect = judge(entry, situation, values_in_force(MEMBERSHIP, on=on).limits(), on=on)
    until = _until(effect, ended_on, on=on)
    for other in Measure.objects.filter(member=member, kind=spec.starts or ""):
        if runs_on(MeasureKind(other.kind)):
            continue  # the periods follow one another
        other_end = other.ended_on or other.due_on
        starts_before_other_ends = other_end is None or start < other_end
        if starts_before_other_ends and (until is None or other.from_date < until):
            raise Refused(
                gettext_noop("“{event}”和已经登记的同一种措施时间重叠。请核对日期。"), event=spec.label
            )
    return effect


def _until(effect: Effect, ended_on: date | None, *, on: date) -> date | None:
    return ended_on or (effect.until if effect.ends_itself and effect.until and effect.until <= on else None)


def _hold(event: MembershipEvent, member: Member, effect: Effect, ended_on: date | None, *, on: date) -> None:
    event.state = "in_effect"
    event.before, event.after = state_of(member), state_of(member)
    event.save()
    begin_measure(event, member, effect, ended_on=_until(effect, ended_on, on=on))


def _check_nothing_waits(member: Member) -> None:
    waiting = MembershipEvent.objects.select_for_update().filter(member=member).open().first()
    if waiting is not None:
        raise Refused(
            gettext_noop("{name}的“{event}”还在等批准，办结以后才能再补录。"),
            name=member.name,
            event=SPECS[EventKind(waiting.kind)].label,
        )
