"""Looking for members who cannot be found: the case, its searches, and what a membership event makes of it."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.core.access import Scope
from zhibu.members.models import Measure, Member, MembershipEvent
from zhibu.members.rules import Standing
from zhibu.members.rules.events import SPECS, EventKind, MeasureKind
from zhibu.mobility.models import LostContact
from zhibu.mobility.rules.lost import CaseState


@transaction.atomic
def follow_event(*, by: Scope, event: MembershipEvent, on: date) -> None:
    """Keep the member's case in step after an event took effect or was reversed. Never refuses.

    A flag opens a case where there is none; a suspension without a case (settled abroad) opens none. Any
    end of the membership closes it. A reversal opens it again where it had closed. The caller has checked
    the right and records the event.
    """
    kind = EventKind(event.kind)
    if kind == EventKind.REVERSE:
        if event.reverses is not None:
            _undo(by, event.reverses, on)
        return
    day = event.effective_on or on
    case = _open_case(event.member_id)
    if kind == EventKind.FLAG_LOST_CONTACT:
        case = case or LostContact(
            member_id=event.member_id,
            last_contact_on=event.since or day,
            opened_by=by.name,
            opened_at=timezone.now(),
        )
        _move(by, case, CaseState.FLAGGED)
    elif case is not None and kind == EventKind.SUSPEND_STANDING:
        _move(by, case, CaseState.SUSPENDED)
    elif case is not None and (closed := _closing_state(kind)) is not None:
        _move(by, case, closed, closed_on=day)


def _undo(by: Scope, reversed_: MembershipEvent, on: date) -> None:
    """The reversed event no longer holds: the case stands where the membership stands now."""
    kind = EventKind(reversed_.kind)
    closed = _closing_state(kind)
    if closed is None and kind not in (EventKind.FLAG_LOST_CONTACT, EventKind.SUSPEND_STANDING):
        return
    case = _open_case(reversed_.member_id)
    if case is None and closed is not None:
        case = (
            LostContact.objects.select_for_update(of=("self",))
            .filter(member=reversed_.member_id, state=closed, closed_on=reversed_.effective_on)
            .order_by("-pk")
            .first()
        )
    if case is not None:
        _move(by, case, _standing_now(case.member_id))


def _closing_state(kind: EventKind) -> CaseState | None:
    """What a closed case becomes by the event; None when the event closes none."""
    if kind in (EventKind.CONTACT_REGAINED, EventKind.RESTORE_STANDING):
        return CaseState.FOUND
    if kind == EventKind.REMOVE_LOST_CONTACT:
        return CaseState.REMOVED
    return CaseState.ENDED if SPECS[kind].standing == Standing.ENDED else None


def _standing_now(member_id: int) -> CaseState:
    member = Member.objects.get(pk=member_id)
    if member.standing == Standing.SUSPENDED:
        return CaseState.SUSPENDED
    flagged = Measure.objects.filter(
        member=member_id, kind=MeasureKind.LOST_CONTACT_FLAG, ended_on=None
    ).exists()
    return CaseState.FLAGGED if flagged else CaseState.SEARCHING


def _open_case(member_id: int) -> LostContact | None:
    return (
        LostContact.objects.select_for_update(of=("self",)).filter(member=member_id, closed_on=None).first()
    )


def _move(by: Scope, case: LostContact, state: CaseState, *, closed_on: date | None = None) -> None:
    """Set the state with its record; a case that already stands there stays untouched."""
    if case.pk is not None and case.state == state and case.closed_on == closed_on:
        return
    case.state, case.closed_on = state, closed_on
    case.closed_by = by.name if closed_on else ""
    case.save()
    branch = Member.objects.select_related("branch").get(pk=case.member_id).branch
    record(
        "mobility.lost.moved", by=by, on=case, chain=branch.pk, path=branch.path, data={"state": str(state)}
    )
