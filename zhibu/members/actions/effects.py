"""What an event changes when it takes effect, and how that is put back. For ``events`` and ``past_events`` only."""

from datetime import date
from typing import Any

from django.db.models import Q

from zhibu.audit.actions import record
from zhibu.core.access import Scope
from zhibu.core.dates import add_months, parse_date
from zhibu.members.models import Measure, Member, MembershipEvent, PostHolding
from zhibu.members.rules.events import (
    EFFECT_PERIODS,
    Effect,
    EventKind,
    MeasureKind,
    left_over,
    runs_on,
)


def state_of(member: Member) -> dict[str, Any]:
    """The columns an event may change, as JSON."""
    return {
        "stage": member.stage,
        "standing": member.standing,
        "join_date": member.join_date.isoformat(),
        "confirmation_date": member.confirmation_date.isoformat() if member.confirmation_date else None,
    }


def take_effect(event: MembershipEvent, member: Member, effect: Effect, *, by: Scope) -> None:
    """Write what the event changes: the member's columns, measures, posts; keep what was there before."""
    measures = {
        row.kind: row
        for row in Measure.objects.select_for_update().filter(member=member, ended_on=None).order_by("pk")
    }
    before = state_of(member) | {
        "measures": {row.kind: [row.pk, _iso(row.due_on)] for row in measures.values()}
    }
    changed = []
    if effect.stage is not None:
        member.stage = effect.stage
        changed.append("stage")
    if effect.standing is not None:
        member.standing = effect.standing
        changed.append("standing")
    if effect.join_date is not None:
        member.join_date = effect.join_date
        changed.append("join_date")
    if effect.confirmation_date is not None or effect.clears_confirmation:
        member.confirmation_date = effect.confirmation_date
        changed.append("confirmation_date")
    if effect.dates_reason is not None:
        member.dates_reason = effect.dates_reason
        changed.append("dates_reason")
    event.state = "in_effect"
    event.effective_on, event.until = effect.effective_on, effect.until
    event.months = effect.months
    for kind in effect.stops:
        if kind in measures:
            _end_measure(measures[kind], event)
    if effect.extends is not None:
        held = measures[effect.extends]
        held.due_on = effect.until
        held.save(update_fields=["due_on"])
    if effect.starts is not None:
        begin_measure(event, member, effect)
    if effect.starts == MeasureKind.FLOATING_OUT or MeasureKind.FLOATING_OUT in effect.stops:
        member.is_floating = effect.starts == MeasureKind.FLOATING_OUT
        changed.append("is_floating")
    if effect.ends_posts:
        # A post that began later than the effect (an old decision entered late) ends on the day it began.
        for holding in PostHolding.objects.select_for_update().filter(member=member, until=None):
            holding.until = max(effect.effective_on, holding.from_date)
            holding.save(update_fields=["until"])
    if changed:
        member.save(update_fields=changed)
    event.before, event.after = before, state_of(member)
    event.save()
    record_event("members.event.took_effect", event, by=by)


def begin_measure(
    event: MembershipEvent, member: Member, effect: Effect, *, ended_on: date | None = None
) -> None:
    """Write the measure an event begins. One of its kind that ends by itself keeps its last day, which is written down now."""
    for row in Measure.objects.select_for_update().filter(
        member=member, kind=effect.starts, ended_on=None, ends_itself=True
    ):
        row.ended_on = row.due_on
        row.save(update_fields=["ended_on"])
    Measure.objects.create(
        member=member,
        kind=str(effect.starts),
        from_date=effect.effective_on,
        due_on=effect.until,
        ends_itself=effect.ends_itself,
        ended_on=ended_on,
        event=event,
    )


def _end_measure(row: Measure, event: MembershipEvent) -> None:
    day = event.effective_on
    assert day is not None  # noqa: S101 (an event in effect has a day)
    lapsed_on = row.due_on if row.ends_itself else None
    row.ended_on = max(row.from_date, min(day, lapsed_on) if lapsed_on else day)
    row.ended_event = event
    row.save(update_fields=["ended_on", "ended_event"])


def restore(member: Member, event: MembershipEvent, reversal: MembershipEvent, *, on: date) -> None:
    """Put back what an event changed; measures it began end with the reversal, those it ended go on."""
    before = event.before
    member.stage, member.standing = before["stage"], before["standing"]
    member.join_date = parse_date(before["join_date"]) or member.join_date
    text = before.get("confirmation_date")
    member.confirmation_date = parse_date(text) if text else None
    still = Q(ended_on=None) | Q(ended_on__gt=on)
    for row in Measure.objects.select_for_update().filter(still, event=event):
        row.ended_on, row.ended_event = max(row.from_date, on), reversal
        row.save(update_fields=["ended_on", "ended_event"])
    for row in Measure.objects.select_for_update().filter(ended_event=event):
        row.ended_on, row.ended_event = None, None
        row.save(update_fields=["ended_on", "ended_event"])
    member.is_floating = Measure.objects.filter(
        member=member, kind=MeasureKind.FLOATING_OUT, ended_on=None
    ).exists()
    member.save(update_fields=["stage", "standing", "join_date", "confirmation_date", "is_floating"])
    if event.kind == EventKind.EXTEND_PARTY_PROBATION:
        pk, due = before["measures"][MeasureKind.PROBATION_WITHIN_PARTY]
        Measure.objects.filter(pk=pk).update(due_on=parse_date(due) if due else None)


def recount_periods(member: Member) -> None:
    """Let the effect periods that follow one another end anew after one of them fell (DISC23 art. 21)."""
    rows = (
        Measure.objects.select_for_update(of=("self",))
        .filter(member=member, kind__in=EFFECT_PERIODS, event__state="in_effect", due_on__isnull=False)
        .select_related("event")
        .order_by("from_date", "pk")
    )
    before: list[tuple[MeasureKind, date, date]] = []
    for row in rows:
        kind, due = MeasureKind(row.kind), row.due_on
        assert due is not None  # noqa: S101 (filtered)
        if runs_on(kind) and kind != MeasureKind.AFTER_PARTY_PROBATION and row.event.months:
            again = add_months(row.from_date + left_over(before, on=row.from_date), row.event.months)
            if again != due:
                row.ended_on = again if row.ended_on == due else row.ended_on
                row.due_on = row.event.until = due = again
                row.save(update_fields=["due_on", "ended_on"])
                row.event.save(update_fields=["until"])
        before.append((kind, row.from_date, min(due, row.ended_on or due)))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def record_event(event_name: str, event: MembershipEvent, *, by: Scope) -> None:
    """On the chain of the branch the member belongs to."""
    branch = event.member.branch
    record(
        event_name,
        by=by,
        on=event,
        chain=branch.pk,
        path=branch.path,
        data={"kind": str(event.kind), "member": event.member_id},
    )
