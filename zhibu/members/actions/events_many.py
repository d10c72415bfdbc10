"""Many facts of one kind at once: what ``propose_event`` writes for each, in a fixed number of statements.

Only for facts that begin a measure and change neither stage, standing nor posts (an absence, for example).
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import Deed, deed
from zhibu.core.access import Scope
from zhibu.members.actions.effects import state_of
from zhibu.members.models import Measure, Member, MembershipEvent
from zhibu.members.policies import MEMBERSHIP
from zhibu.members.rules.events import SPECS, Effect, Entry, MeasureKind, Route, judge
from zhibu.members.summaries.events import situations_of
from zhibu.rulebook.policies import values_in_force


@transaction.atomic
def begin_measures(
    *, by: Scope, rows: Sequence[tuple[Member, Entry]], on: date, permission: str
) -> list[tuple[MembershipEvent, list[Deed]]]:
    """Enter one fact for each member: event, measure and mark, as ``propose_event`` does. All or none.

    The members are locked and carry their branch. Returns each event with its deeds, which the caller
    records together with its own. Refused: see ``rules.events.judge``. Raises ``TypeError`` for a kind that
    does more than begin a measure.
    """
    limits = values_in_force(MEMBERSHIP, on=on).limits()
    known = situations_of([member for member, _entry in rows], on=on)
    judged: list[tuple[Member, Entry, Effect]] = []
    for member, entry in rows:
        spec = SPECS[entry.kind]
        by.require(permission, member.branch.path)
        effect = judge(entry, known[member.pk], limits, on=on)
        more = spec.standing or spec.stage or spec.months or spec.ends_posts or effect.stops
        if spec.route != Route.RECORD or spec.starts is None or more:
            raise TypeError(f"{entry.kind} does more than begin a measure")
        judged.append((member, entry, effect))
    held = _open_measures([member.pk for member, _entry in rows])
    now, name = timezone.now(), by.name
    events = [
        MembershipEvent(
            member=member,
            branch=member.branch,
            kind=entry.kind,
            state="in_effect",
            decided_on=entry.decided_on,
            decided_by=entry.decided_by.strip()[:80],
            document=entry.document.strip()[:80],
            effective_on=effect.effective_on,
            until=effect.until,
            since=entry.since,
            matter=entry.matter.strip()[:80],
            grounds=entry.grounds.strip(),
            evidence=entry.evidence.strip(),
            proposed_by=name,
            proposed_user_id=by.user_id,
            proposed_at=now,
            before=state_of(member)
            | {
                "measures": {
                    row.kind: [row.pk, row.due_on.isoformat() if row.due_on else None]
                    for row in held.get(member.pk, ())
                }
            },
            after=state_of(member),
        )
        for member, entry, effect in judged
    ]
    MembershipEvent.objects.bulk_create(events, batch_size=500)
    Measure.objects.bulk_create(
        [
            Measure(
                member=member,
                kind=str(effect.starts),
                from_date=effect.effective_on,
                due_on=effect.until,
                ends_itself=effect.ends_itself,
                event=event,
            )
            for event, (member, _entry, effect) in zip(events, judged, strict=True)
        ],
        batch_size=500,
    )
    away = [member.pk for member, _entry, effect in judged if effect.starts == MeasureKind.FLOATING_OUT]
    for start in range(0, len(away), 500):
        Member.objects.filter(pk__in=away[start : start + 500]).update(is_floating=True)
    return [(event, _deeds(event)) for event in events]


def _open_measures(ids: Sequence[int]) -> dict[int, list[Measure]]:
    found: dict[int, list[Measure]] = {}
    for start in range(0, len(ids), 500):
        rows = Measure.objects.filter(member__in=ids[start : start + 500], ended_on=None).order_by("pk")
        for row in rows:
            found.setdefault(row.member_id, []).append(row)
    return found


def _deeds(event: MembershipEvent) -> list[Deed]:
    """Entered and in effect, as the single deed records them one after the other."""
    branch = event.member.branch
    data = {"kind": str(event.kind), "member": event.member_id}
    return [
        deed(name, on=event, chain=branch.pk, path=branch.path, data=data)
        for name in ("members.event.entered", "members.event.took_effect")
    ]
