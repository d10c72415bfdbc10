"""Puts the person's scope on the request; ends sessions at their limit; holds back who must change a password
or set up a second factor first."""

from collections.abc import Callable
from typing import Final, cast

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import sync_only_middleware
from django.utils.translation import gettext

from zhibu.accounts.models import User
from zhibu.accounts.rules import is_administrator, is_password_old
from zhibu.accounts.summaries.scopes import scope_of
from zhibu.core.access import Scope
from zhibu.core.http import Request, elsewhere, to_sign_in
from zhibu.core.sessions import SessionStore, renew

SIGNED_IN_AT: Final = "signed_in_at"
SEEN_AT: Final = "seen_at"
SECOND_FACTOR: Final = "has_second_factor"
# A session is written at most once a minute: it ends 14 to 15 minutes after the last click.
_RENEWED_EVERY = 60

_ALWAYS_OPEN = ("account_change_password", "account_logout", "account_reauthenticate")
_OPEN_WITHOUT_SECOND_FACTOR = (
    "mfa_activate_totp",
    "mfa_reauthenticate",
    "mfa_view_recovery_codes",
    "mfa_index",
)


@sync_only_middleware
def scope(handler: Callable[[Request], HttpResponseBase]) -> Callable[[Request], HttpResponseBase]:
    """``request.scope`` for every view; a visitor's scope grants nothing.

    Costs one query for a signed-in person, besides the session's and the user's.
    """

    def handle(request: Request) -> HttpResponseBase:
        if request.path == reverse("health"):
            # The monitor, with or without a cookie: whose it is stands in a database that may be away.
            request.scope = Scope.nobody()
            return handler(request)
        user = request.user
        if not isinstance(user, User):
            request.scope = Scope.nobody()
            return handler(request)
        now = timezone.now()
        if _is_over(request, int(now.timestamp())):
            request.session_is_over = True
            logout(request)
            request.scope = Scope.nobody()
            return to_sign_in(request)
        request.scope = scope_of(user, on=timezone.localdate(now))
        administrator = is_administrator(request.scope)
        must_change = user.must_change_password or (
            # Without a password of its own an account signs in elsewhere; there is none to grow old.
            user.has_usable_password()
            and is_password_old(user.password_changed_at, at=now, administrator=administrator)
        )
        request.password_is_due = must_change
        if must_change and not _is_open(request, _ALWAYS_OPEN):
            return _first(request, "account_change_password")
        if (
            settings.ADMINISTRATORS_NEED_TOTP
            and administrator
            and not must_change
            and not _has_second_factor(request, user)
            and not _is_open(request, _ALWAYS_OPEN + _OPEN_WITHOUT_SECOND_FACTOR)
        ):
            return _first(request, "mfa_activate_totp")
        return handler(request)

    return handle


def _first(request: Request, name: str) -> HttpResponseBase:
    return elsewhere(
        request, reverse(name), status=403, sentence=gettext("请先办完登录要求的这一步，再继续。")
    )


def _is_over(request: Request, now: int) -> bool:
    """Whether the absolute limit is reached or the session was ended elsewhere; else renews the idle limit,
    seldom enough to spare writes."""
    session = cast("SessionStore", request.session)
    started = session.get(SIGNED_IN_AT)
    if started is None:
        session[SIGNED_IN_AT] = started = now
    if now - started >= settings.SESSION_ABSOLUTE_HOURS * 3600:
        return True
    if now - session.get(SEEN_AT, 0) < _RENEWED_EVERY:
        return False
    session[SEEN_AT] = now
    return not renew(session)


def _has_second_factor(request: Request, user: User) -> bool:
    """Asked of the database until yes; then the session remembers."""
    if not request.session.get(SECOND_FACTOR) and is_mfa_enabled(user):
        request.session[SECOND_FACTOR] = True
        renew(cast("SessionStore", request.session))  # to be remembered is nice; no page waits for it
    return bool(request.session.get(SECOND_FACTOR))


def _is_open(request: Request, names: tuple[str, ...]) -> bool:
    return request.path in map(reverse, names) or request.path.startswith((settings.STATIC_URL, "/v/"))
