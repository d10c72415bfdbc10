"""What open work does when a membership event took effect: the search for a lost member, transfers under way."""

from datetime import date

from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.core.access import Scope
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules import Standing
from zhibu.members.rules.events import SPECS, EventKind
from zhibu.mobility.models import LostContact, Transfer

_STEPS = {
    EventKind.FLAG_LOST_CONTACT: "flagged",
    EventKind.SUSPEND_STANDING: "suspended",
    EventKind.CONTACT_REGAINED: "found",
    EventKind.RESTORE_STANDING: "found",
    EventKind.REMOVE_LOST_CONTACT: "removed",
}


def follow_search(*, by: Scope, event: MembershipEvent, on: date) -> None:
    """The case of a lost member stands where the membership stands. A flag without a case opens one."""
    kind = EventKind(event.kind)
    ended = SPECS[kind].standing == Standing.ENDED
    if kind not in _STEPS and not ended:
        return
    case = LostContact.objects.select_for_update().filter(member=event.member, closed_on=None).first()
    if case is None:
        if kind == EventKind.FLAG_LOST_CONTACT and event.since is not None:
            LostContact.objects.create(
                member=event.member,
                last_contact_on=event.since,
                state="flagged",
                opened_by=by.name[:40],
                opened_at=timezone.now(),
            )
        return
    case.state = _STEPS.get(kind, "removed")
    if case.state in {"found", "removed"}:
        case.closed_on, case.closed_by = on, by.name[:40]
    case.save(update_fields=["state", "closed_on", "closed_by"])


def unfollow_search(*, event: MembershipEvent) -> None:
    """A reversed step opens the case again where it stood before."""
    before = {
        EventKind.SUSPEND_STANDING: "flagged",
        EventKind.REMOVE_LOST_CONTACT: "suspended",
    }.get(EventKind(event.kind))
    if before is None:
        return
    case = LostContact.objects.select_for_update().filter(member=event.member).order_by("-pk").first()
    if case is not None:
        case.state, case.closed_on, case.closed_by = before, None, ""
        case.save(update_fields=["state", "closed_on", "closed_by"])


def cancel_open_transfers(*, by: Scope, member: Member, reason: str, on: date) -> int:
    """A membership that ended has nothing left to move: what is under way is canceled. Returns how many."""
    rows = list(Transfer.objects.select_for_update().open().filter(member=member))
    for row in rows:
        row.state, row.canceled_on, row.canceled_by, row.note = "canceled", on, by.name[:40], reason[:200]
        row.save(update_fields=["state", "canceled_on", "canceled_by", "note"])
        record(
            "mobility.transfer.canceled",
            by=by,
            on=row,
            chain=member.branch_id,
            path=member.branch.path,
            data={"member": member.pk},
        )
    return len(rows)
