"""The only writer of stage, standing and measures: events, from the proposal to the effect, and back on appeal.

Called by ``mobility.actions.matters``, which also lets the certificate and the open work follow.
"""

from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said, within
from zhibu.members.actions.effects import (
    record_event,
    recount_periods,
    restore,
    state_of,
    take_effect,
)
from zhibu.members.actions.past_events import is_past, settle_past
from zhibu.members.actions.places import entering_permission, settling_path
from zhibu.members.actions.records import locked
from zhibu.members.actions.stage_corrections import check_correction
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.policies import MEMBERSHIP
from zhibu.members.rules.events import (
    SPECS,
    Entry,
    EventKind,
    Route,
    judge,
    settled_day,
)
from zhibu.members.rules.reasons import REASON_MIN
from zhibu.members.rules.stages import Standing
from zhibu.members.summaries.events import STEPS, entry_of, situation_of
from zhibu.rulebook.policies import values_in_force

SETTLE = "members.settle_events"


@transaction.atomic
def propose_event(
    *, by: Scope, member: Member, entry: Entry, on: date, searches: int = 0, permission: str = ""
) -> MembershipEvent:
    """Enter what was decided about a member. A fact, or what is only filed, takes effect at once.

    ``permission`` names the right of the deed that writes an internal kind. Refused: see ``rules.events.judge``;
    also while another matter of the member waits for its approval (a death closes what waits, and the removal of
    who refuses to leave closes the advice to leave).
    """
    spec = SPECS[entry.kind]
    row = locked(member)
    by.require(permission or entering_permission(entry.kind), row.branch.path)
    if spec.is_internal and not permission:
        raise Refused(gettext_noop("“{event}”由别的手续带出来，不能单独登记。"), event=spec.label)
    limits = values_in_force(MEMBERSHIP, on=on).limits()
    effect = judge(entry, situation_of(row, on=on, searches=searches), limits, on=on)
    waiting = MembershipEvent.objects.select_for_update().filter(member=row).open().first()
    if waiting is not None:
        refused_to_leave = (
            waiting.kind == EventKind.PERSUADED_WITHDRAWAL and entry.kind == EventKind.REMOVED_AFTER_REFUSAL
        )
        if refused_to_leave:
            _close(waiting, "canceled", by=by, note=spec.label)
        elif entry.kind != EventKind.DIE and spec.route != Route.RECORD:
            raise Refused(
                gettext_noop("这位党员的“{event}”还在等批准，办结以后才能办新的事项。"),
                event=SPECS[EventKind(waiting.kind)].label,
            )
        elif spec.standing == Standing.ENDED:
            _close(waiting, "canceled", by=by, note=spec.label)
    now = timezone.now()
    event = MembershipEvent.objects.create(
        member=row,
        branch=row.branch,
        kind=entry.kind,
        decided_on=entry.decided_on,
        decided_by=entry.decided_by.strip()[:80],
        document=entry.document.strip()[:80],
        effective_on=entry.effective_on,
        months=entry.months,
        since=entry.since,
        matter=entry.matter.strip()[:80],
        grounds=entry.grounds.strip(),
        evidence=entry.evidence.strip(),
        wanted={STEPS: {str(step): day.isoformat() for step, day in entry.steps.items()}}
        if entry.steps
        else {},
        proposed_by=by.name,
        proposed_user_id=by.user_id,
        proposed_at=now,
    )
    record_event("members.event.entered", event, by=by)
    if spec.route != Route.APPROVE:
        take_effect(event, row, effect, by=by)
    return event


@transaction.atomic
def settle_event(
    *,
    by: Scope,
    event: MembershipEvent,
    approve: bool,
    settled_on: date,
    document: str,
    note: str = "",
    effective_on: date | None = None,
    on: date,
) -> MembershipEvent:
    """The higher organization approves or refuses. Never the person who entered it; the second to decide is told.

    What a discipline commission decided is only compared with its decision: it holds since that day.
    """
    member, row = _locked_event(event)
    kind = EventKind(row.kind)
    by.require(SETTLE, settling_path(kind, member.branch.path))
    _check_open(row)
    if by.user_id is not None and by.user_id == row.proposed_user_id:
        raise Refused(gettext_noop("登记的人不能自己批准。请上级组织的另一位同志批准。"))
    if settled_on > on or settled_on < row.decided_on:
        raise Refused(
            gettext_noop("批准日期{day}要在决定日期{decided}和今天之间。"),
            day=settled_on,
            decided=row.decided_on,
        )
    row.settled_on, row.settled_document, row.settled_note = (
        settled_on,
        document.strip()[:80],
        note.strip()[:200],
    )
    if not approve:
        if len(row.settled_note) < REASON_MIN:
            raise Refused(gettext_noop("不批准要写明理由，至少4个字，让支部知道怎样办。"))
        _close(row, "refused", by=by, note=row.settled_note)
        return row
    if is_past(row):
        settle_past(member, row, by=by, on=on)
        return row
    if kind == EventKind.CORRECT_RECORD:
        check_correction(member, row, on=on)
    limits = values_in_force(MEMBERSHIP, on=on).limits()
    entry = entry_of(row)
    entry = replace(entry, effective_on=settled_day(entry, settled_on, effective_on))
    # The search log was checked when the matter was entered and only grows since.
    situation = situation_of(member, on=on, searches=limits.searches_needed)
    effect = judge(entry, situation, limits, on=on)
    row.settled_by, row.settled_user_id, row.settled_at = by.name, by.user_id, timezone.now()
    take_effect(row, member, effect, by=by)
    return row


@transaction.atomic
def file_event(
    *, by: Scope, event: MembershipEvent, filed_on: date, document: str, on: date
) -> MembershipEvent:
    """The higher organization puts on record (备案) what already holds. A second filing changes nothing."""
    member, row = _locked_event(event)
    by.require(SETTLE, settling_path(EventKind(row.kind), member.branch.path))
    if SPECS[EventKind(row.kind)].route != Route.FILE or row.state != "in_effect":
        raise Refused(gettext_noop("这件事不用备案，或者已经撤销。请刷新页面看现在的情况。"))
    if row.filed_on is not None:
        return row
    if filed_on > on or filed_on < row.decided_on:
        raise Refused(
            gettext_noop("备案日期{day}要在决定日期{decided}和今天之间。"),
            day=filed_on,
            decided=row.decided_on,
        )
    row.filed_on, row.filed_by, row.filed_at = filed_on, by.name, timezone.now()
    row.settled_document = document.strip()[:80]
    row.save(update_fields=["filed_on", "filed_by", "filed_at", "settled_document"])
    record_event("members.event.filed", row, by=by)
    return row


@transaction.atomic
def cancel_event(*, by: Scope, event: MembershipEvent, reason: str, on: date) -> MembershipEvent:
    """Take back what still waits for approval, with a reason."""
    member, row = _locked_event(event)
    by.require(entering_permission(EventKind(row.kind)), member.branch.path)
    _check_open(row)
    if len(said(reason)) < REASON_MIN:
        raise Refused(gettext_noop("请写明为什么撤回，至少4个字。"))
    _close(row, "canceled", by=by, note=reason.strip()[:200])
    return row


@transaction.atomic
def reverse_event(
    *, by: Scope, event: MembershipEvent, document: str, reason: str, on: date, permission: str
) -> MembershipEvent:
    """An appeal succeeded: the event falls, what it changed goes back to what it was, the history stays.

    Refused when something later has changed the membership: that falls first. Posts do not come back by
    themselves: they are elected. Returns the reversing event; a second call is refused.
    """
    member, row = _locked_event(event)
    by.require(permission, member.branch.path)
    kind = EventKind(row.kind)
    if row.state != "in_effect":
        raise Refused(gettext_noop("“{event}”没有生效或者已经撤销，不能再撤销。"), event=SPECS[kind].label)
    if not SPECS[kind].is_adverse:
        raise Refused(
            gettext_noop("“{event}”不是可以申诉的决定。登记错了的，请更正。"), event=SPECS[kind].label
        )
    if not said(document):
        raise Refused(gettext_noop("撤销原决定要有文件，请写明文号。"))
    now_facts = state_of(member)
    if {name: row.after.get(name) for name in now_facts} != now_facts or _is_followed(row):
        raise Refused(gettext_noop("这件事之后党员的情况又有变化。请先从最近的一件办起，再撤销这一件。"))
    reversal = MembershipEvent.objects.create(
        member=member,
        branch=member.branch,
        kind=EventKind.REVERSE,
        state="in_effect",
        decided_on=on,
        decided_by=by.name,
        document=document.strip()[:80],
        effective_on=on,
        grounds=reason.strip(),
        proposed_by=by.name,
        proposed_user_id=by.user_id,
        proposed_at=timezone.now(),
        before=now_facts,
        after={name: row.before.get(name) for name in now_facts},
        reverses=row,
    )
    restore(member, row, reversal, on=on)
    row.state = "reversed"
    row.save(update_fields=["state"])
    recount_periods(member)
    record_event("members.event.reversed", row, by=by)
    return reversal


def _is_followed(event: MembershipEvent) -> bool:
    """Whether the advice to leave was refused since and the member removed: that decision falls first."""
    if event.kind != EventKind.PERSUADED_WITHDRAWAL:
        return False
    removals = MembershipEvent.objects.in_effect().filter(kind=EventKind.REMOVED_AFTER_REFUSAL)
    return removals.filter(member=event.member_id, pk__gt=event.pk).exists()


def _locked_event(event: MembershipEvent) -> tuple[Member, MembershipEvent]:
    """Member first, then the event: everyone locks in this order."""
    member = locked(event.member)
    return member, MembershipEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)


def _check_open(event: MembershipEvent) -> None:
    if event.state != "proposed":
        raise Refused(
            gettext_noop("这件事已经由{who}办结，不能再办。请刷新页面看结果。"),
            who=event.settled_by or event.proposed_by,
        )


def _close(event: MembershipEvent, state: str, *, by: Scope, note: str) -> None:
    event.state, event.settled_note = state, within(note, 200, gettext_noop("说明"))
    event.settled_by, event.settled_user_id, event.settled_at = by.name, by.user_id, timezone.now()
    event.save(
        update_fields=[
            "state",
            "settled_note",
            "settled_by",
            "settled_user",
            "settled_at",
            "settled_on",
            "settled_document",
        ]
    )
    record_event(f"members.event.{state}", event, by=by)
