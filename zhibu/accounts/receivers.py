"""What the sign-in libraries tell only by signal, passed on to actions."""

from functools import partial
from typing import Any, Final

from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest

from zhibu.accounts import actions
from zhibu.accounts.models import User
from zhibu.core.http import client_address

MADE: Final = "accounts.recovery_codes.made"
ADDED: Final = {
    Authenticator.Type.TOTP: "accounts.second_factor.added",
    Authenticator.Type.RECOVERY_CODES: MADE,
}
REMOVED: Final = {
    Authenticator.Type.TOTP: "accounts.second_factor.removed",
    Authenticator.Type.RECOVERY_CODES: "accounts.recovery_codes.removed",
}
USED: Final = {Authenticator.Type.RECOVERY_CODES: "accounts.recovery_codes.used"}

_changed = {
    signals.authenticator_added: ADDED,
    signals.authenticator_reset: {Authenticator.Type.RECOVERY_CODES: MADE},
    signals.authenticator_removed: REMOVED,
    signals.authenticator_used: USED,
}
# Django keeps receivers by weak reference: these live as long as the module.
_receivers: list[Any] = []


def connect() -> None:
    """Called once, when the app is ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="accounts.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="accounts.signed_out")
    signals.authentication_failed.connect(_wrong_code, dispatch_uid="accounts.wrong_code")
    for number, (signal, events) in enumerate(_changed.items()):
        receiver = partial(_second_factor, events)
        _receivers.append(receiver)
        signal.connect(receiver, dispatch_uid=f"accounts.second_factor.{number}")


def _address(request: HttpRequest | None) -> str:
    """ "" for a session that a test or a command opened without a request."""
    return client_address(request) if request is not None else ""


def _signed_in(user: User, request: HttpRequest | None = None, **_: Any) -> None:
    actions.start_session(user, address=_address(request))


def _signed_out(user: User | None, request: HttpRequest | None = None, **_: Any) -> None:
    if isinstance(user, User):
        at_limit = getattr(request, "session_is_over", False)
        actions.end_session(user, address=_address(request), at_limit=at_limit)


def _wrong_code(user: User, request: HttpRequest | None = None, **_: Any) -> None:
    actions.note_wrong_code(user, address=_address(request))


def _second_factor(
    events: dict[str, str],
    user: User,
    authenticator: Authenticator,
    request: HttpRequest | None = None,
    **_: Any,
) -> None:
    event = events.get(authenticator.type)
    if event is not None:
        actions.note_second_factor(event, user, address=_address(request))
