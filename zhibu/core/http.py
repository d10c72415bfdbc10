"""The request as our views see it, and the three gates a view can stand behind."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from zhibu.core.access import Denied, Scope


class Request(HttpRequest):
    """A request behind our middleware: ``scope`` is built from the user's role assignments.

    ``password_is_due``: the person has to change the password before anything else.
    """

    scope: Scope
    password_is_due: bool
    htmx: HtmxDetails
    request_id: str


class View(Protocol):
    """A view function: request, then what the URL captures."""

    def __call__(self, request: Request, /, *args: Any, **kwargs: Any) -> HttpResponseBase: ...


Gate = str  # "public", "signed_in", or a permission


def public(view: Callable[..., HttpResponseBase]) -> View:
    """Anyone may open it, also without signing in."""
    return _gated(view, "public")


def signed_in(view: Callable[..., HttpResponseBase]) -> View:
    """Anyone with an account may open it: it shows or changes only the person's own things."""
    return _gated(view, "signed_in")


def requires(*permissions: str) -> Callable[[Callable[..., HttpResponseBase]], View]:
    """Only someone who holds one of the permissions somewhere; others get 403.

    Where it holds is asked again when the row is loaded and when the action runs.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> View:
        @wraps(view)
        def inner(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not any(request.scope.has(permission) for permission in permissions):
                raise Denied(permissions[0])
            return view(request, *args, **kwargs)

        return _gated(inner, *permissions)

    return decorate


def gate_of(view: Callable[..., Any]) -> tuple[Gate, ...]:
    """The gate a view stands behind; empty when nobody decided, which the middleware refuses."""
    return getattr(view, "zhibu_gate", ())


def _gated(view: Callable[..., HttpResponseBase], *gate: Gate) -> View:
    view.zhibu_gate = gate  # type: ignore[attr-defined]
    return view


def see_other(name: str, /, *args: Any, **kwargs: Any) -> HttpResponseRedirect:
    """Redirect after a deed, by URL name."""
    response = HttpResponseRedirect(reverse(name, args=args, kwargs=kwargs))
    response.status_code = 303
    return response
