"""Letting the certificate follow events and withdrawals: proposed, taken back, begun anew."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from zhibu.audit import actions as audit
from zhibu.certificates.actions.dispositions.ground import (
    STANDING,
    end,
    live_copy,
    lock_certificates,
    record,
    settle_state,
    take_back,
    void,
)
from zhibu.certificates.models import Certificate, Custody, Disposition, Withdrawal
from zhibu.certificates.policies_dispositions import table_in_force
from zhibu.certificates.rules.copies import BookletState, State
from zhibu.certificates.rules.dispositions import (
    COMMITTEE_STATES,
    CUSTODIES,
    FINAL_STATES,
    READMITTED,
    RESTORED,
    BookletRule,
    DispositionState,
    Whereabouts,
    due_day,
    is_automatic,
)
from zhibu.core.access import Scope
from zhibu.core.text import gettext_noop
from zhibu.members.models import MembershipEvent
from zhibu.members.rules.events import SPECS, EventKind
from zhibu.members.rules.stages import Standing


@transaction.atomic
def follow_event(*, by: Scope, event: MembershipEvent, on: date) -> Disposition | None:
    """Let the certificate follow an event that took effect; called inside the event's transaction.

    Proposes the disposition the policy's table names, takes back what the event lifts, opens the way to a
    new copy on re-admission. Returns the disposition made, None without a certificate or when the event
    asks for none; again for the same event returns the first one. The event's own right was asked before.
    """
    spec = SPECS[EventKind(event.kind)]
    if not spec.disposition and not spec.gives_back:
        return None
    if spec.standing == Standing.ENDED and event.before.get("standing") == Standing.ENDED:
        return None  # the advice to leave, refused since, has ended the membership: its disposition stands
    certificate = lock_certificates().filter(member_id=event.member_id).first()
    if certificate is None:
        return None
    before = Disposition.objects.filter(event=event, certificate=certificate).first()
    if before is not None:
        return before
    if READMITTED in spec.gives_back:
        _begin_anew(by=by, certificate=certificate, event=event, on=on)
        return None
    made: Disposition | None = None
    taken_back: list[Disposition] = []
    if spec.gives_back:
        taken_back = take_back(
            by=by, certificate=certificate, causes=spec.gives_back, reason=event.kind, on=on
        )
    if spec.disposition and certificate.state not in FINAL_STATES:
        made = _propose(by=by, certificate=certificate, cause=spec.disposition, event=event, on=on)
        if made.target not in (State.ACTIVE, State.FROZEN):
            # A copy that waited to be given back is wanted again.
            take_back(by=by, certificate=certificate, causes=(RESTORED,), reason=event.kind, on=on)
        if made.target in FINAL_STATES:
            _drop_waiting(by=by, made=made, reason=event.kind, on=on)
    elif _has_copy_to_return(certificate, taken_back):
        made = _propose_giving_back(by=by, certificate=certificate, event=event, on=on)
    settle_state(certificate, [*taken_back, *([made] if made else [])])
    return made


def _drop_waiting(*, by: Scope, made: Disposition, reason: str, on: date) -> None:
    """The membership ended: what waited before (a remark, a custody) is answered by the final disposition."""
    waiting = Disposition.objects.select_for_update().filter(
        certificate=made.certificate, state=DispositionState.PROPOSED
    )
    for row in waiting.exclude(pk=made.pk).order_by("pk"):
        end(row, by=by, reason=reason, on=on)
        record("certificates.disposition.reversed", by, row)


@transaction.atomic
def unfollow_event(*, by: Scope, event: MembershipEvent, on: date) -> Disposition | None:
    """The event was reversed on appeal: its disposition is taken back, history kept.

    A copy that is still good goes back with the certificate's earlier state (a kept one by a step of giving
    back); one that was made void stays void, and the certificate waits for its next serial. Returns the
    disposition that was taken back, None when there was none or it was taken back before.
    """
    certificate = lock_certificates().filter(member_id=event.member_id).first()
    if certificate is None:
        return None
    row = (
        Disposition.objects.select_for_update()
        .filter(event=event, certificate=certificate, state__in=STANDING)
        .first()
    )
    if row is None:
        return None
    end(row, by=by, reason="appeal", on=on)
    record("certificates.disposition.reversed", by, row)
    if row.cause != RESTORED and _has_copy_to_return(certificate, [row]):
        _propose_giving_back(by=by, certificate=certificate, event=None, on=on)
    settle_state(certificate, [row])
    return row


@transaction.atomic
def follow_withdrawal(*, by: Scope, withdrawal: Withdrawal, on: date) -> Disposition:
    """Let the certificate follow a withdrawal for cause that the committee decided and notified.

    Called inside the withdrawal's transaction; again for the same withdrawal returns the first disposition.
    """
    certificate = lock_certificates().get(pk=withdrawal.certificate_id)
    before = Disposition.objects.filter(withdrawal=withdrawal).first()
    if before is not None:
        return before
    made = _propose(by=by, certificate=certificate, cause="withdrawn_for_cause", withdrawal=withdrawal, on=on)
    settle_state(certificate, [made])
    return made


@transaction.atomic
def end_withdrawal(*, by: Scope, withdrawal: Withdrawal, on: date) -> None:
    """The withdrawal is over: its disposition is taken back, a kept copy waits to be given back."""
    certificate = lock_certificates().get(pk=withdrawal.certificate_id)
    rows = list(Disposition.objects.select_for_update().filter(withdrawal=withdrawal, state__in=STANDING))
    for row in rows:
        end(row, by=by, reason="returned", on=on)
        record("certificates.disposition.reversed", by, row)
    if _has_copy_to_return(certificate, rows):
        _propose_giving_back(by=by, certificate=certificate, event=None, on=on)
    settle_state(certificate, rows)


def _propose(
    *,
    by: Scope,
    certificate: Certificate,
    cause: str,
    on: date,
    event: MembershipEvent | None = None,
    withdrawal: Withdrawal | None = None,
) -> Disposition:
    """The disposition of one row of the table, as it holds on the day of the event."""
    table = table_in_force(on=on)
    wanted = table.rows[cause]
    booklet = live_copy(certificate)
    row = Disposition(
        certificate=certificate,
        booklet=booklet,
        event=event,
        withdrawal=withdrawal,
        cause=cause,
        state_before=certificate.state,
        target=wanted.state,
        booklet_rule=wanted.booklet,
        basis=wanted.cause.basis,
        due_on=due_day(on, table.days_to_carry_out),
        proposed_at=timezone.now(),
    )
    if is_automatic(wanted.booklet, target=wanted.state, has_booklet=booklet is not None):
        row.state = DispositionState.CARRIED_OUT
        row.carried_out_on, row.carried_out_by, row.carried_out_at = on, by.name, row.proposed_at
        row.carried_out_user_id = by.user_id
        row.due_on = None
    row.save()
    record("certificates.disposition.proposed", by, row)
    return row


def _propose_giving_back(
    *, by: Scope, certificate: Certificate, event: MembershipEvent | None, on: date
) -> Disposition:
    """The step that gives a kept copy back. The certificate is good again at once: the right comes first."""
    table = table_in_force(on=on)
    row = Disposition.objects.create(
        certificate=certificate,
        booklet=live_copy(certificate),
        event=event,
        cause=RESTORED,
        state_before=certificate.state,
        target=State.ACTIVE,
        booklet_rule=BookletRule.GIVE_BACK,
        basis=gettext_noop("处置解除，证本发还本人"),
        due_on=due_day(on, table.days_to_carry_out),
        proposed_at=timezone.now(),
    )
    record("certificates.disposition.proposed", by, row)
    return row


def _has_copy_to_return(certificate: Certificate, taken_back: Iterable[Disposition]) -> bool:
    """Whether a good copy is kept by a disposition, or was not to be had, and nothing that stands wants it."""
    live = live_copy(certificate)
    if live is None or live.state != BookletState.ISSUED:
        return False
    wanted = Disposition.objects.filter(
        Q(state=DispositionState.CARRIED_OUT, whereabouts__in=CUSTODIES)
        | Q(state=DispositionState.PROPOSED, target__in=(State.HELD, *COMMITTEE_STATES))
        | Q(state=DispositionState.PROPOSED, cause=RESTORED),
        certificate=certificate,
    )
    if wanted.exists():
        return False
    return (
        any(row.whereabouts == Whereabouts.NOT_OBTAINABLE for row in taken_back)
        or Custody.objects.filter(booklet=live, until=None, cause__in=("disposition", "withdrawal")).exists()
    )


def _begin_anew(*, by: Scope, certificate: Certificate, event: MembershipEvent, on: date) -> None:
    """Re-admission: the number stays, every earlier copy is void, the next serial may be printed."""
    old = live_copy(certificate)
    void(old, State.VOIDED)
    # Part of the event, like the rest of this deed: whoever settled it needs no right of keeping.
    Custody.objects.filter(booklet=old, until=None).update(
        until=on, returned_to=gettext_noop("转作处置"), returned_by=by.name
    )
    causes = Disposition.objects.filter(certificate=certificate, state__in=STANDING).values_list(
        "cause", flat=True
    )
    take_back(by=by, certificate=certificate, causes=set(causes), reason=event.kind, on=on)
    certificate.state = State.NOT_ISSUED
    certificate.save(update_fields=["state"])
    branch = certificate.member.branch
    audit.record(
        "certificates.certificate.renewed",
        by=by,
        on=certificate,
        chain=branch.pk,
        path=branch.path,
        data={"event": event.pk},
    )
