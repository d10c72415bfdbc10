"""Corrections of stage and its dates: proposals that another person decides, as any event of a membership."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import deed, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.members.actions.records import check_record, facts_of
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules.events import SPECS, EventKind
from zhibu.members.summaries.events import becomes_of, wanted_of
from zhibu.members.summaries.pages import stored_text

_FEW = 500


@transaction.atomic
def propose_corrections(
    *, by: Scope, rows: Sequence[tuple[Member, Mapping[str, object]]], reason: str, on: date
) -> list[MembershipEvent]:
    """Propose new values of stage and dates; ``settle_event`` writes them. All or none, a fixed number of queries per 500.

    The members are locked and carry their branch; the values differ from theirs and fit the rules. What
    waits already in the same words is not proposed again; refused while another matter of one of them waits.
    """
    waiting = _waiting([member.pk for member, _changes in rows])
    at = timezone.now()
    events = []
    for member, changes in rows:
        by.require("members.maintain", member.branch.path)
        wanted = wanted_of(member, changes)
        held = waiting.get(member.pk)
        if held is not None and held.wanted == wanted:
            continue
        if held is not None:
            raise Refused(
                gettext_noop(
                    "{name}的“{event}”还在等批准。人员类别和入党、转正时间等办结以后再更正，其余的可以先改。"
                ),
                name=member.name,
                event=SPECS[EventKind(held.kind)].label,
            )
        events.append(
            MembershipEvent(
                member=member,
                branch=member.branch,
                kind=EventKind.CORRECT_RECORD,
                decided_on=on,
                decided_by=by.name,
                grounds=reason,
                wanted=wanted,
                proposed_by=by.name,
                proposed_user_id=by.user_id,
                proposed_at=at,
            )
        )
    MembershipEvent.objects.bulk_create(events, batch_size=_FEW)
    record_many(
        [
            deed(
                "members.event.entered",
                on=event,
                chain=event.branch_id,
                path=event.branch.path,
                data={"kind": str(event.kind), "member": event.member_id, "fields": sorted(event.wanted)},
            )
            for event in events
        ],
        by=by,
    )
    return events


def _waiting(ids: Sequence[int]) -> dict[int, MembershipEvent]:
    """What waits for a decision about these members, locked, by member."""
    found: dict[int, MembershipEvent] = {}
    for start in range(0, len(ids), _FEW):
        rows = MembershipEvent.objects.select_for_update(of=("self",)).open().order_by("pk")
        found |= {row.member_id: row for row in rows.filter(member_id__in=ids[start : start + _FEW])}
    return found


def check_correction(member: Member, event: MembershipEvent, *, on: date) -> None:
    """Refuse a correction whose record has changed since it was proposed, or that no longer fits the rules."""
    if any(stored_text(getattr(member, field)) != was for field, (was, _becomes) in event.wanted.items()):
        raise Refused(
            gettext_noop(
                "提出以后这几栏又有变动，和提出时看到的不一样。请不批准这一件，照现在的情况重新更正。"
            )
        )
    check_record(member, facts_of(member)._replace(**becomes_of(event)), on=on)  # type: ignore[arg-type]
