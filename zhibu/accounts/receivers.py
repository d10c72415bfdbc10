"""What the sign-in libraries tell only by signal, passed on to actions."""

from typing import Any

from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in, user_logged_out

from zhibu.accounts import actions
from zhibu.accounts.models import User


def connect() -> None:
    """Called once, when the app is ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="accounts.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="accounts.signed_out")
    authentication_failed.connect(_wrong_code, dispatch_uid="accounts.wrong_code")


def _signed_in(user: User, **_: Any) -> None:
    actions.start_session(user)


def _signed_out(user: User | None, **_: Any) -> None:
    if isinstance(user, User):
        actions.end_session(user)


def _wrong_code(user: User, **_: Any) -> None:
    actions.note_wrong_code(user)
