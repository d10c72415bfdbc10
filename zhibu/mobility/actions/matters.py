"""Events of a membership with all that follows: certificate, dues, open transfers, the search for a lost member.

The lowest place that sees them all. Each deed is one transaction; a refused one leaves an audit record.
"""

from datetime import date

from zhibu.certificates.actions.dispositions import follow_event, unfollow_event
from zhibu.core.access import Scope
from zhibu.dues import actions as dues
from zhibu.members import actions as members
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules.events import SPECS, Entry, EventKind
from zhibu.members.rules.stages import Standing
from zhibu.mobility.actions import lost
from zhibu.mobility.actions.following import cancel_open_transfers
from zhibu.mobility.actions.refusals import leaving_a_trace
from zhibu.mobility.summaries.lost import facts_of


def enter_event(
    *, by: Scope, member: Member, entry: Entry, on: date, internal: bool = False
) -> MembershipEvent:
    """Enter an event (``members.actions.propose_event``). ``internal``: a transfer or registration brings it along."""
    with leaving_a_trace(by=by, member=member, kind=entry.kind):
        event = members.propose_event(
            by=by,
            member=member,
            entry=entry,
            on=on,
            searches=facts_of(member).searches,
            permission="mobility.handle" if internal else "",
        )
        _follow(event, by=by, on=on)
    return event


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
    """Approve or refuse (``members.actions.settle_event``); what was approved takes everything along."""
    with leaving_a_trace(by=by, member=event.member, kind=event.kind):
        settled = members.settle_event(
            by=by,
            event=event,
            approve=approve,
            settled_on=settled_on,
            document=document,
            note=note,
            effective_on=effective_on,
            on=on,
        )
        if not settled.wanted.get("ended_on"):  # a penalty of past years that is over takes nothing along
            _follow(settled, by=by, on=on)
    return settled


def file_event(
    *, by: Scope, event: MembershipEvent, filed_on: date, document: str, on: date
) -> MembershipEvent:
    """Put on record what holds already (备案)."""
    with leaving_a_trace(by=by, member=event.member, kind=event.kind):
        return members.file_event(by=by, event=event, filed_on=filed_on, document=document, on=on)


def cancel_event(*, by: Scope, event: MembershipEvent, reason: str, on: date) -> MembershipEvent:
    """Take back what waits."""
    with leaving_a_trace(by=by, member=event.member, kind=event.kind):
        return members.cancel_event(by=by, event=event, reason=reason, on=on)


def reverse_event(
    *, by: Scope, event: MembershipEvent, document: str, reason: str, on: date
) -> MembershipEvent:
    """An appeal succeeded: membership, measures and certificate go back; the history stays."""
    with leaving_a_trace(by=by, member=event.member, kind=event.kind):
        reversal = members.reverse_event(
            by=by, event=event, document=document, reason=reason, on=on, permission="conduct.reexamine"
        )
        event.refresh_from_db()
        unfollow_event(by=by, event=event, on=on)
        dues.follow_event(event=event, on=on)
        lost.follow_event(by=by, event=reversal, on=on)
    return reversal


def enter_past_event(
    *, by: Scope, member: Member, entry: Entry, ended_on: date | None = None, on: date
) -> MembershipEvent:
    """A penalty of past years (``members.actions.enter_past_event``); one that still holds takes the certificate along."""
    with leaving_a_trace(by=by, member=member, kind=entry.kind):
        event = members.enter_past_event(by=by, member=member, entry=entry, ended_on=ended_on, on=on)
        if ended_on is None:
            _follow(event, by=by, on=on)
    return event


def _follow(event: MembershipEvent, *, by: Scope, on: date) -> None:
    if event.state != "in_effect":
        return
    follow_event(by=by, event=event, on=on)
    dues.follow_event(event=event, on=on)
    lost.follow_event(by=by, event=event, on=on)
    spec = SPECS[EventKind(event.kind)]
    if spec.standing == Standing.ENDED and event.kind != EventKind.TRANSFER_OUT:
        cancel_open_transfers(by=by, member=event.member, reason=spec.label, on=on)
