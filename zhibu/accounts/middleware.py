"""Puts the person's scope on the request; ends sessions after the absolute limit; asks for a new first password."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import sync_only_middleware

from zhibu.accounts.models import User
from zhibu.accounts.summaries import scope_of
from zhibu.core.access import Scope
from zhibu.core.http import Request

SIGNED_IN_AT = "signed_in_at"


@sync_only_middleware
def scope(handler: Callable[[Request], HttpResponseBase]) -> Callable[[Request], HttpResponseBase]:
    """``request.scope`` for every view; a visitor's scope grants nothing."""

    def handle(request: Request) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, User):
            request.scope = Scope.nobody()
            return handler(request)
        now = timezone.now()
        started = request.session.setdefault(SIGNED_IN_AT, int(now.timestamp()))
        if now.timestamp() - started > settings.SESSION_ABSOLUTE_HOURS * 3600 or not user.is_active:
            logout(request)
            return HttpResponseRedirect(reverse("account_login"))
        request.scope = scope_of(user, on=timezone.localdate(now))
        if user.must_change_password and not _is_open_before_change(request):
            return HttpResponseRedirect(reverse("account_change_password"))
        return handler(request)

    return handle


def _is_open_before_change(request: Request) -> bool:
    return request.path in {
        reverse("account_change_password"),
        reverse("account_logout"),
    } or request.path.startswith((settings.STATIC_URL, "/healthz", "/v/"))
