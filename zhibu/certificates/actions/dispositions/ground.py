"""What every deed on a disposition shares: locks, the state judged anew, the void list, the record."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from zhibu.audit import actions as audit
from zhibu.certificates.models import Booklet, Certificate, Disposition
from zhibu.certificates.querysets import Certificates
from zhibu.certificates.rules.copies import BookletState, State
from zhibu.certificates.rules.dispositions import (
    RESTORED,
    VOID_REASONS,
    DispositionState,
    Standing,
    base_state,
    resting_state,
)
from zhibu.core.access import Scope

STANDING = (DispositionState.PROPOSED, DispositionState.CARRIED_OUT)


def lock_certificates() -> Certificates[Certificate]:
    """The certificate is the lock: two people deciding at once wait for each other."""
    return Certificate.objects.select_for_update(of=("self",)).select_related("member__branch")


def locked_disposition(disposition: Disposition) -> Disposition:
    """The row as stored, locked, with certificate, member, branch, event and withdrawal."""
    return (
        Disposition.objects.select_for_update(of=("self",))
        .select_related("certificate__member__branch", "event", "withdrawal")
        .get(pk=disposition.pk)
    )


def live_copy(certificate: Certificate) -> Booklet | None:
    """The copy that is not void, locked; None when there is none."""
    return Booklet.objects.select_for_update().live().filter(certificate=certificate).first()


def take_back(
    *, by: Scope, certificate: Certificate, causes: Iterable[str], reason: str, on: date
) -> list[Disposition]:
    """End everything of these causes that stands. ``reason``: kind of the event that lifts it."""
    rows = list(
        Disposition.objects.select_for_update()
        .filter(certificate=certificate, cause__in=causes, state__in=STANDING)
        .order_by("pk")
    )
    for row in rows:
        end(row, by=by, reason=reason, on=on)
        record("certificates.disposition.reversed", by, row)
    return rows


def end(row: Disposition, *, by: Scope, reason: str, on: date) -> None:
    """Reversed when it had been carried out, dropped while it waited. ``reason``: appeal, or the lifting event."""
    carried_out = row.state == DispositionState.CARRIED_OUT
    row.state = DispositionState.REVERSED if carried_out else DispositionState.DROPPED
    row.reversed_on, row.reversed_by, row.reversed_reason = on, by.name, reason
    row.save(update_fields=["state", "reversed_on", "reversed_by", "reversed_reason"])


def settle_state(certificate: Certificate, touched: Iterable[Disposition]) -> None:
    """Judge the certificate's state anew from everything that stands. ``touched``: what no longer may."""
    standing = list(
        Disposition.objects.filter(certificate=certificate, state__in=STANDING).exclude(cause=RESTORED)
    )
    considered = [row for row in (*touched, *standing) if row.cause != RESTORED]
    if not considered:
        return
    newest = Booklet.objects.filter(certificate=certificate).order_by("-serial").first()
    is_void = newest is not None and newest.state == BookletState.VOIDED
    base = base_state(
        min(considered, key=lambda row: row.pk).state_before,
        live=newest.state if newest is not None and not is_void else "",
        voided_here=newest is not None and is_void and newest.void_reason in VOID_REASONS.values(),
    )
    certificate.state = resting_state(base, [Standing(row.state, row.target) for row in standing])
    certificate.save(update_fields=["state"])


def void(booklet: Booklet | None, target: str) -> None:
    """Onto the void list. The reason says what became of the copy, never why."""
    if booklet is not None:
        booklet.state = BookletState.VOIDED
        booklet.voided_at = timezone.now()
        booklet.void_reason = VOID_REASONS[State(target)]
        booklet.save(update_fields=["state", "voided_at", "void_reason"])


def record(event: str, by: Scope, row: Disposition, **data: object) -> None:
    """Write the deed to the log of the holder's branch: ids and codes, never the cause."""
    branch = row.certificate.member.branch
    audit.record(
        event,
        by=by,
        on=row,
        chain=branch.pk,
        path=branch.path,
        data={
            "certificate": row.certificate_id,
            "event": row.event_id,
            "withdrawal": row.withdrawal_id,
            "state": str(row.state),
            **data,
        },
    )
