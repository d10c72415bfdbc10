"""Penalties of past years, from the file."""

from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.members.actions.effects import months_of, record_event, state_of
from zhibu.members.actions.events import entering_permission
from zhibu.members.actions.records import locked
from zhibu.members.models import Measure, Member, MembershipEvent
from zhibu.members.policies import MEMBERSHIP
from zhibu.members.rules import Standing
from zhibu.members.rules.events import SPECS, Entry, judge
from zhibu.members.summaries.events import situation_of
from zhibu.rulebook.policies import values_in_force


@transaction.atomic
def enter_past_event(
    *, by: Scope, member: Member, entry: Entry, ended_on: date | None = None, on: date
) -> MembershipEvent:
    """A penalty of past years from the file: settled then, entered now. ``ended_on``: first day it no longer held.

    Refused where it would change stage or standing, or overlap a measure of its kind.
    """
    spec = SPECS[entry.kind]
    row = locked(member)
    by.require(entering_permission(entry.kind), row.branch.path)
    if spec.standing is not None or spec.stage is not None or spec.starts is None:
        raise Refused(
            gettext_noop("“{event}”会改变党员身份，不能从表格补录。请在党员页面办理。"), event=spec.label
        )
    effective_on = entry.effective_on or entry.decided_on
    entry = replace(entry, effective_on=effective_on)
    limits = values_in_force(MEMBERSHIP, on=on).limits()
    situation = replace(situation_of(row, on=effective_on), standing=Standing(row.standing))
    effect = judge(entry, situation, limits, on=on)
    until = ended_on or (effect.until if effect.ends_itself and effect.until and effect.until <= on else None)
    overlapping = Measure.objects.filter(member=row, kind=spec.starts)
    for other in overlapping:
        other_end = other.ended_on or other.due_on
        starts_before_other_ends = other_end is None or effective_on < other_end
        if starts_before_other_ends and (until is None or other.from_date < until):
            raise Refused(
                gettext_noop("“{event}”和已经登记的同一种措施时间重叠。请核对日期。"), event=spec.label
            )
    event = MembershipEvent.objects.create(
        member=row,
        branch=row.branch,
        kind=entry.kind,
        state="in_effect",
        decided_on=entry.decided_on,
        decided_by=entry.decided_by.strip()[:80],
        document=entry.document.strip()[:80],
        effective_on=effective_on,
        until=effect.until,
        months=months_of(entry, effect),
        matter=entry.matter.strip()[:80],
        grounds=entry.grounds.strip(),
        evidence=entry.evidence.strip(),
        proposed_by=by.name[:40],
        proposed_user_id=by.user_id,
        proposed_at=timezone.now(),
        settled_on=entry.decided_on,
        settled_note="past",
        before=state_of(row),
        after=state_of(row),
    )
    Measure.objects.create(
        member=row,
        kind=spec.starts,
        from_date=effective_on,
        due_on=effect.until,
        ends_itself=effect.ends_itself,
        ended_on=until,
        event=event,
    )
    record_event("members.event.entered", event, by=by)
    return event
