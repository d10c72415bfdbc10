"""Signing in and out, and the lock after five wrong passwords."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from zhibu.accounts.models import SignInFailures, User
from zhibu.accounts.rules import FAILURES_BEFORE_LOCK, LOCK, name_digest
from zhibu.audit.actions import record
from zhibu.core.access import Scope

_KEPT = timedelta(days=1)


def seconds_locked(username: str) -> int:
    """How long the typed username stays locked from now on; 0 when it is not. One query.

    The same for names nobody has, so that trying does not tell who has an account.
    """
    at = timezone.now()
    row = SignInFailures.objects.filter(pk=name_digest(username)).first()
    if row is None or row.locked_until is None or row.locked_until <= at:
        return 0
    return int((row.locked_until - at).total_seconds()) + 1


@transaction.atomic
def note_failure(username: str, *, address: str = "") -> None:
    """Count a wrong password; the fifth in a row locks the name for half an hour.

    What was typed is recorded nowhere; the log names the account if there is one.
    """
    now = timezone.now()
    row, _ = SignInFailures.objects.select_for_update().get_or_create(
        pk=name_digest(username), defaults={"last_at": now}
    )
    if now - row.last_at >= LOCK or (row.locked_until and row.locked_until <= now):
        row.count, row.locked_until = 0, None
    row.count, row.last_at = row.count + 1, now
    if row.count >= FAILURES_BEFORE_LOCK:
        row.locked_until = now + LOCK
    row.save()
    SignInFailures.objects.filter(last_at__lt=now - _KEPT).delete()
    user = User.objects.filter(username=username).first()
    record("accounts.session.refused", by=Scope.nobody(), on=user, data=_from(address))
    if row.count == FAILURES_BEFORE_LOCK:
        record("accounts.session.locked", by=Scope.nobody(), on=user, data=_from(address))


def note_wrong_code(user: User, *, address: str = "") -> None:
    """The password was right, the code of the second factor was not."""
    record("accounts.second_factor.refused", by=Scope.nobody(), on=user, data=_from(address))


def forget_failures(username: str) -> bool:
    """Start counting anew; whether anything had been counted."""
    return bool(SignInFailures.objects.filter(pk=name_digest(username)).delete()[0])


@transaction.atomic
def start_session(user: User, *, address: str = "") -> None:
    """The person has signed in."""
    forget_failures(user.username)
    record("accounts.session.started", by=Scope(user.pk, user.name), on=user, data=_from(address))


def end_session(user: User, *, address: str = "", at_limit: bool = False) -> None:
    """The person has signed out, or the session reached its limit (``at_limit``)."""
    data = _from(address) | ({"at_limit": True} if at_limit else {})
    record("accounts.session.ended", by=Scope(user.pk, user.name), on=user, data=data)


def note_second_factor(event: str, user: User, *, address: str = "") -> None:
    """What the person did with the own second factor: set up, removed, recovery codes made or used."""
    record(event, by=Scope(user.pk, user.name), on=user, data=_from(address))


def note_recovery_codes_read(*, by: Scope, address: str = "") -> None:
    """The page showed the recovery codes that are left."""
    record("accounts.recovery_codes.read", by=by, on=None, data=_from(address))


def _from(address: str) -> dict[str, object]:
    return {"address": address} if address else {}
