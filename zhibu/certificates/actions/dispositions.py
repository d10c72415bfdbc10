"""What becomes of a certificate after an event, and what named people do with the copy.

An event proposes; a named person carries out; an appeal or a restoration takes back. The state of the
certificate is judged anew from everything that stands (``rules.dispositions.resting_state``).
"""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from zhibu.audit import actions as audit
from zhibu.certificates.actions.keeping import give_back, take_into_custody
from zhibu.certificates.models import Booklet, Certificate, Custody, Disposition, Withdrawal
from zhibu.certificates.policies_dispositions import table_in_force
from zhibu.certificates.querysets import Certificates
from zhibu.certificates.rules import BookletState, State
from zhibu.certificates.rules.dispositions import (
    COMMITTEE_STATES,
    CUSTODIES,
    FINAL_STATES,
    READMITTED,
    RESTORED,
    BookletRule,
    CarryingOut,
    DispositionState,
    Standing,
    Whereabouts,
    base_state,
    check_carrying_out,
    check_destruction_day,
    check_witnesses,
    committee_path,
    due_day,
    fitting,
    is_automatic,
    resting_state,
)
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop, squeeze
from zhibu.members.models import MembershipEvent
from zhibu.members.rules.events import SPECS, EventKind

DISPOSE = "certificates.dispose"
_STANDING = (DispositionState.PROPOSED, DispositionState.CARRIED_OUT)


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
    certificate = _lock_certificates().filter(member_id=event.member_id).first()
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
        taken_back = _take_back(
            by=by, certificate=certificate, causes=spec.gives_back, reason=event.kind, on=on
        )
    if spec.disposition and certificate.state not in FINAL_STATES:
        made = _propose(by=by, certificate=certificate, cause=spec.disposition, event=event, on=on)
        if made.target not in (State.ACTIVE, State.FROZEN):
            # A copy that waited to be given back is wanted again.
            _take_back(by=by, certificate=certificate, causes=(RESTORED,), reason=event.kind, on=on)
    elif _has_copy_to_return(certificate, taken_back):
        made = _propose_giving_back(by=by, certificate=certificate, event=event, on=on)
    _settle_state(certificate, [*taken_back, *([made] if made else [])])
    return made


@transaction.atomic
def unfollow_event(*, by: Scope, event: MembershipEvent, on: date) -> Disposition | None:
    """The event was reversed on appeal: its disposition is taken back, history kept.

    A copy that is still good goes back with the certificate's earlier state (a kept one by a step of giving
    back); one that was made void stays void, and the certificate waits for its next serial. Returns the
    disposition that was taken back, None when there was none or it was taken back before.
    """
    certificate = _lock_certificates().filter(member_id=event.member_id).first()
    if certificate is None:
        return None
    row = (
        Disposition.objects.select_for_update()
        .filter(event=event, certificate=certificate, state__in=_STANDING)
        .first()
    )
    if row is None:
        return None
    _end(row, by=by, reason="appeal", on=on)
    _record("certificates.disposition.reversed", by, row)
    if _has_copy_to_return(certificate, [row]):
        _propose_giving_back(by=by, certificate=certificate, event=None, on=on)
    _settle_state(certificate, [row])
    return row


@transaction.atomic
def carry_out(
    *,
    by: Scope,
    disposition: Disposition,
    whereabouts: str,
    on_day: date,
    on: date,
    place: str = "",
    receiver: str = "",
    witness_one: str = "",
    witness_two: str = "",
    note: str = "",
) -> Disposition:
    """A named person records what was done with the copy; the certificate gets the disposition's target.

    Needs ``certificates.dispose`` at the branch; for a target that ends the use of the certificate
    (voided, memorial, withdrawn) at the committee above it, which registers what branches hand up. The same
    person's second click returns the row; anybody else's second time is refused, naming who was first.
    Raises ``Refused`` with what is missing for the chosen way.
    """
    certificate = _lock_certificates().get(pk=disposition.certificate_id)
    row = _locked(disposition)
    _require_place(by, row)
    if row.state != DispositionState.PROPOSED:
        if (
            row.state == DispositionState.CARRIED_OUT
            and row.carried_out_by == by.name
            and row.whereabouts == whereabouts
        ):
            return row
        raise _settled_already(row)
    entry = CarryingOut(
        whereabouts,
        on_day,
        squeeze(place)[:80],
        squeeze(receiver)[:40],
        squeeze(witness_one)[:40],
        squeeze(witness_two)[:40],
        squeeze(note)[:200],
    )
    options = options_of(row, on=on)
    booklet = _copy_of(row)
    check_carrying_out(
        entry,
        options=options,
        not_before=row.event.effective_on if row.event else None,
        on=on,
    )
    _move_copy(by=by, row=row, booklet=booklet, entry=entry, on=on)
    row.state = DispositionState.CARRIED_OUT
    row.whereabouts, row.carried_out_on, row.carried_out_by = whereabouts, on_day, by.name
    row.carried_out_at = timezone.now()
    row.place, row.receiver, row.note = entry.place, entry.receiver, entry.note
    row.witness_one, row.witness_two = entry.witness_one, entry.witness_two
    if whereabouts == Whereabouts.DESTROYED:
        row.destroyed_on, row.destroyed_by = on_day, by.name
    row.save()
    _settle_state(certificate, [row])
    _record("certificates.disposition.carried_out", by, row, whereabouts=whereabouts)
    return row


@transaction.atomic
def destroy(
    *,
    by: Scope,
    disposition: Disposition,
    on_day: date,
    witness_one: str,
    witness_two: str,
    on: date,
) -> Disposition:
    """A reclaimed copy was destroyed by two people; needs ``certificates.dispose`` at the committee.

    A second click returns the row. Refused when there is no reclaimed copy to destroy, before the days of
    keeping are over, or without two different witnesses.
    """
    row = _locked(disposition)
    by.require(DISPOSE, committee_path(row.certificate.member.branch.path))
    if row.destroyed_on is not None:
        if row.destroyed_by == by.name:
            return row
        raise Refused(
            gettext_noop("这本证{who}已在{day}登记销毁，不用再登记一次。"),
            who=row.destroyed_by,
            day=row.destroyed_on,
        )
    if row.whereabouts != Whereabouts.RECLAIMED or row.carried_out_on is None:
        raise Refused(gettext_noop("这一项没有收回待销毁的证本。"))
    check_destruction_day(
        on_day,
        reclaimed_on=row.carried_out_on,
        retention_days=table_in_force(on=on).retention_days,
        on=on,
    )
    check_witnesses(witness_one, witness_two)
    row.witness_one, row.witness_two = squeeze(witness_one)[:40], squeeze(witness_two)[:40]
    row.destroyed_on, row.destroyed_by = on_day, by.name
    row.save(update_fields=["witness_one", "witness_two", "destroyed_on", "destroyed_by"])
    _record("certificates.disposition.copy_destroyed", by, row)
    return row


def options_of(disposition: Disposition, *, on: date) -> tuple[Whereabouts, ...]:
    """The ways of carrying it out that its rule, and a copy being there or not, leave open. Two queries."""
    return fitting(
        disposition.booklet_rule,
        target=disposition.target,
        has_booklet=Booklet.objects.live().filter(certificate=disposition.certificate_id).exists(),
        retention_days=table_in_force(on=on).retention_days,
    )


def may_carry_out(scope: Scope, disposition: Disposition) -> bool:
    """Whether the scope may carry this one out. Reads certificate, member, branch."""
    branch = disposition.certificate.member.branch
    if not scope.covers(DISPOSE, branch.path):
        return False
    return disposition.target not in COMMITTEE_STATES or scope.covers(DISPOSE, committee_path(branch.path))


def _lock_certificates() -> Certificates[Certificate]:
    """The certificate is the lock: two people deciding at once wait for each other."""
    return Certificate.objects.select_for_update(of=("self",)).select_related("member__branch")


def _locked(disposition: Disposition) -> Disposition:
    return (
        Disposition.objects.select_for_update(of=("self",))
        .select_related("certificate__member__branch", "event")
        .get(pk=disposition.pk)
    )


def _require_place(by: Scope, row: Disposition) -> None:
    branch = row.certificate.member.branch
    by.require(DISPOSE, branch.path)
    if row.target in COMMITTEE_STATES and not by.covers(DISPOSE, committee_path(branch.path)):
        raise Refused(
            gettext_noop("注销、留念和收回由党委登记。请把证本交到党委，由党委办理这一项。"),
        )


def _settled_already(row: Disposition) -> Refused:
    if row.state == DispositionState.CARRIED_OUT:
        return Refused(
            gettext_noop("这一项{who}已在{day}办理，不用再办一次。请刷新页面看结果。"),
            who=row.carried_out_by,
            day=row.carried_out_on,
        )
    return Refused(gettext_noop("这一项已经撤销，不用再办。请刷新页面看现在的情况。"))


def _live_copy(certificate: Certificate) -> Booklet | None:
    return Booklet.objects.select_for_update().live().filter(certificate=certificate).first()


def _copy_of(row: Disposition) -> Booklet | None:
    """The copy the disposition is about: the one in use now, which may have been replaced since the event."""
    booklet = _live_copy(row.certificate)
    row.booklet = booklet if booklet is not None else row.booklet
    return booklet


def _propose(
    *,
    by: Scope,
    certificate: Certificate,
    cause: str,
    event: MembershipEvent,
    on: date,
) -> Disposition:
    """The disposition of one row of the table, as it holds on the day of the event."""
    table = table_in_force(on=on)
    wanted = table.rows[cause]
    booklet = _live_copy(certificate)
    row = Disposition(
        certificate=certificate,
        booklet=booklet,
        event=event,
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
        row.due_on = None
    row.save()
    _record("certificates.disposition.proposed", by, row)
    return row


def _propose_giving_back(
    *, by: Scope, certificate: Certificate, event: MembershipEvent | None, on: date
) -> Disposition:
    """The step that gives a kept copy back. The certificate is good again at once: the right comes first."""
    table = table_in_force(on=on)
    row = Disposition.objects.create(
        certificate=certificate,
        booklet=_live_copy(certificate),
        event=event,
        cause=RESTORED,
        state_before=certificate.state,
        target=State.ACTIVE,
        booklet_rule=BookletRule.GIVE_BACK,
        basis=gettext_noop("处置解除，证本发还本人"),
        due_on=due_day(on, table.days_to_carry_out),
        proposed_at=timezone.now(),
    )
    _record("certificates.disposition.proposed", by, row)
    return row


def _has_copy_to_return(certificate: Certificate, taken_back: Iterable[Disposition]) -> bool:
    """Whether a good copy is kept by a disposition, or was not to be had, and nothing that stands wants it."""
    live = _live_copy(certificate)
    if live is None or live.state != BookletState.ISSUED:
        return False
    others = Disposition.objects.filter(certificate=certificate, state__in=_STANDING)
    if (
        others.filter(
            Q(state=DispositionState.CARRIED_OUT, whereabouts__in=CUSTODIES)
            | Q(state=DispositionState.PROPOSED, target__in=(State.HELD, *COMMITTEE_STATES))
            | Q(state=DispositionState.PROPOSED, cause=RESTORED)
        )
        .exclude(state=DispositionState.CARRIED_OUT, cause=RESTORED)
        .exists()
    ):
        return False
    return (
        any(row.whereabouts == Whereabouts.NOT_OBTAINABLE for row in taken_back)
        or Custody.objects.filter(booklet=live, until=None, cause="disposition").exists()
    )


def _take_back(
    *, by: Scope, certificate: Certificate, causes: Iterable[str], reason: str, on: date
) -> list[Disposition]:
    rows = list(
        Disposition.objects.select_for_update()
        .filter(certificate=certificate, cause__in=causes, state__in=_STANDING)
        .order_by("pk")
    )
    for row in rows:
        _end(row, by=by, reason=reason, on=on)
        _record("certificates.disposition.reversed", by, row)
    return rows


def _end(row: Disposition, *, by: Scope, reason: str, on: date) -> None:
    """Reversed when it had been carried out, dropped while it waited. ``reason``: appeal, or the lifting event."""
    carried_out = row.state == DispositionState.CARRIED_OUT
    row.state = DispositionState.REVERSED if carried_out else DispositionState.DROPPED
    row.reversed_on, row.reversed_by, row.reversed_reason = on, by.name, reason
    row.save(update_fields=["state", "reversed_on", "reversed_by", "reversed_reason"])


def _begin_anew(*, by: Scope, certificate: Certificate, event: MembershipEvent, on: date) -> None:
    """Re-admission: the number stays, every earlier copy is void, the next serial may be printed."""
    old = _live_copy(certificate)
    _void(old, State.VOIDED)
    # Part of the event, like the rest of this deed: whoever settled it needs no right of keeping.
    Custody.objects.filter(booklet=old, until=None).update(
        until=on, returned_to=gettext_noop("转作处置"), returned_by=by.name
    )
    causes = Disposition.objects.filter(certificate=certificate, state__in=_STANDING).values_list(
        "cause", flat=True
    )
    _take_back(by=by, certificate=certificate, causes=set(causes), reason=event.kind, on=on)
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


def _settle_state(certificate: Certificate, touched: Iterable[Disposition]) -> None:
    """Judge the certificate's state anew from everything that stands."""
    standing = list(
        Disposition.objects.filter(certificate=certificate, state__in=_STANDING)
        .exclude(cause=RESTORED)
        .order_by("pk")
    )
    considered = sorted(
        {row.pk: row for row in (*touched, *standing) if row.cause != RESTORED}.values(),
        key=lambda row: row.pk,
    )
    if not considered:
        return
    live = _live_copy(certificate)
    base = base_state(
        considered[0].state_before,
        had_booklet=any(row.booklet_id is not None for row in considered),
        live=live.state if live is not None else "",
    )
    asked = [Standing(row.state, row.target) for row in standing]
    if Withdrawal.objects.filter(certificate=certificate, state="withdrawn").exists():
        asked.append(Standing(DispositionState.CARRIED_OUT, State.WITHDRAWN))
    certificate.state = resting_state(base, asked)
    certificate.save(update_fields=["state"])


def _void(booklet: Booklet | None, target: str) -> None:
    """Onto the void list. The reason says what became of the copy, never why."""
    if booklet is not None:
        booklet.state = BookletState.VOIDED
        booklet.voided_at = timezone.now()
        booklet.void_reason = "memorial" if target == State.MEMORIAL else "disposition"
        booklet.save(update_fields=["state", "voided_at", "void_reason"])


def _move_copy(*, by: Scope, row: Disposition, booklet: Booklet | None, entry: CarryingOut, on: date) -> None:
    """Custody and the void list follow what was done with the copy."""
    if booklet is None:
        return
    if entry.whereabouts in CUSTODIES:
        # A copy that never reached its holder lies with the organization anyway.
        if booklet.state == BookletState.ISSUED:
            take_into_custody(
                by=by,
                booklet=booklet,
                cause="withdrawal" if row.withdrawal_id else "disposition",
                reason=gettext_noop("党员证处置"),
                place=entry.place,
                keeper=by.name,
                from_date=entry.on_day,
                on=on,
            )
        return
    if row.target in FINAL_STATES or row.cause == RESTORED:
        custody = Custody.objects.filter(booklet=booklet, until=None).select_related("booklet").first()
        if custody is not None:
            give_back(
                by=by,
                custody=custody,
                returned_to=entry.receiver if row.cause == RESTORED else gettext_noop("转作处置"),
                until=max(entry.on_day, custody.from_date),
                on=on,
                by_disposition=True,
            )
    if row.target in FINAL_STATES:
        _void(booklet, row.target)


def _record(event: str, by: Scope, row: Disposition, **data: object) -> None:
    branch = row.certificate.member.branch
    audit.record(
        event,
        by=by,
        on=row,
        chain=branch.pk,
        path=branch.path,
        data={"certificate": row.certificate_id, "event": row.event_id, "state": str(row.state), **data},
    )
