"""The request as our views see it, and the three gates a view can stand behind."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext
from django_htmx.middleware import HtmxDetails

from zhibu.core.access import Denied, Refused, Scope
from zhibu.core.addresses import client_of


class Request(HttpRequest):
    """A request behind our middleware: ``scope`` is built from the user's role assignments.

    ``password_is_due``: the person has to change the password before anything else. ``session_is_over``: the
    session ended with this request, because it reached its limit. ``refused``: names of the fields whose refusal the
    page tells, "" for what concerns the whole; not set while it tells none. ``refusal``: what a rule said to a form.
    """

    scope: Scope
    password_is_due: bool
    session_is_over: bool
    refused: frozenset[str]
    refusal: Refused
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


def receives(largest: Callable[[], int]) -> Callable[[View], View]:
    """The view takes a file of at most so many bytes; a larger one is refused before it is received.

    Stands above the gate. ``largest`` is asked at each upload: the county may have set it.
    """

    def decorate(view: View) -> View:
        view.zhibu_largest_file = largest  # type: ignore[attr-defined]
        return view

    return decorate


def largest_file_of(view: Callable[..., Any]) -> int | None:
    """Bytes of the largest file the view takes; None when it takes none."""
    largest: Callable[[], int] | None = getattr(view, "zhibu_largest_file", None)
    return None if largest is None else largest()


def gate_of(view: Callable[..., Any]) -> tuple[Gate, ...]:
    """The gate a view stands behind; empty when nobody decided, which the middleware refuses."""
    return getattr(view, "zhibu_gate", ())


def _gated(view: Callable[..., HttpResponseBase], *gate: Gate) -> View:
    view.zhibu_gate = gate  # type: ignore[attr-defined]
    return view


def see_other(name: str, /, *args: Any, then: str = "") -> HttpResponseRedirect:
    """Redirect after a deed, by URL name; ``then`` follows the address: "?month=2026-10", "#item-dues"."""
    response = HttpResponseRedirect(reverse(name, args=args) + then)
    response.status_code = 303
    return response


def client_address(request: HttpRequest) -> str:
    """The address of the person's machine, also behind proxies (``ZHIBU_TRUSTED_PROXIES``)."""
    meta = request.META
    return client_of(
        meta.get("REMOTE_ADDR", ""), meta.get("HTTP_X_FORWARDED_FOR", ""), settings.TRUSTED_PROXIES
    )


def wants_json(request: HttpRequest) -> bool:
    """A script of ours asks and reads JSON: a page would mean nothing to it."""
    accepted = request.headers.get("Accept", "")
    return request.content_type == "application/json" or (
        "application/json" in accepted and "text/html" not in accepted
    )


def is_fragment(request: HttpRequest) -> bool:
    """The answer would be put inside a page that stands already."""
    return request.headers.get("HX-Request") == "true"


def elsewhere(request: HttpRequest, url: str, *, status: int, sentence: str) -> HttpResponse:
    """Lead the person to another page as a whole page, whoever asks.

    A page is redirected; a fragment makes htmx leave the page it would have been put into; a script
    gets ``status``, the sentence and the address as JSON, and keeps what it holds.
    """
    if wants_json(request):
        return JsonResponse(
            {"sentence": sentence, "url": url}, status=status, json_dumps_params={"ensure_ascii": False}
        )
    if is_fragment(request):
        return HttpResponse(sentence, status=status, content_type="text/plain", headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead a person without a session to the sign-in page, and afterwards back to the page they were on.

    A fragment, a script's request and a form's address are no pages to return to: it is the page that
    made them.
    """
    is_page = request.method in {"GET", "HEAD"} and not is_fragment(request) and not wants_json(request)
    back = request.get_full_path() if is_page else _page_before(request)
    query = f"?{urlencode({REDIRECT_FIELD_NAME: back})}" if back else ""
    sentence = gettext("登录已过期，请重新登录。")
    return elsewhere(request, f"{reverse('account_login')}{query}", status=401, sentence=sentence)


def _page_before(request: HttpRequest) -> str:
    """Path and query of the page of ours that sent the request; "" when it does not say."""
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()}):
        return ""
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
