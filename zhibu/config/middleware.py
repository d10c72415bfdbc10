"""Request ids and logs, the gate every view must declare, and refusals shown as sentences."""

import logging
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils.decorators import sync_only_middleware

from zhibu.config import gates as gate_table
from zhibu.config.logs import current_request_id
from zhibu.core.access import Denied, Refused
from zhibu.core.addresses import is_trusted
from zhibu.core.http import Request, gate_of, to_sign_in

log = logging.getLogger("zhibu.request")
Handler = Callable[[Request], HttpResponseBase]


@sync_only_middleware
def request_log(handler: Handler) -> Handler:
    """Give each request an id and write one line: method, route, status, milliseconds. No address, no data."""

    def handle(request: Request) -> HttpResponseBase:
        request.request_id = uuid.uuid4().hex[:16]
        token = current_request_id.set(request.request_id)
        started = time.perf_counter()
        try:
            response = handler(request)
        finally:
            current_request_id.reset(token)
        route = request.resolver_match.route if request.resolver_match else ""
        log.info(
            "request",
            extra={
                "request_id": request.request_id,
                "method": request.method,
                "route": route,
                "status": response.status_code,
                "ms": round((time.perf_counter() - started) * 1000, 1),
                "user_id": request.scope.user_id if hasattr(request, "scope") else None,
            },
        )
        response["X-Request-ID"] = request.request_id
        return response

    return handle


@sync_only_middleware
def no_store(handler: Handler) -> Handler:
    """No answer stays in a browser or a cache on the way: nearly every page holds somebody's data, and the next
    person at the same computer presses Back. Static files are answered before this one."""

    def handle(request: Request) -> HttpResponseBase:
        response = handler(request)
        response["Cache-Control"] = "no-store"
        return response

    return handle


@sync_only_middleware
def proxies(handler: Handler) -> Handler:
    """Believe ``X-Forwarded-Proto`` only of our own proxies; anybody else could write it."""

    def handle(request: Request) -> HttpResponseBase:
        if not is_trusted(request.META.get("REMOTE_ADDR", ""), settings.TRUSTED_PROXIES):
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        return handler(request)

    return handle


class compression(GZipMiddleware):
    """Pages compressed for slow phones; Django adds random bytes against BREACH. Files stay as they are:
    workbooks, PDFs and zips are compressed already, and a download keeps its length."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class gates:
    """Fail closed: a view that declares no gate is not there."""

    sync_capable = True
    async_capable = False

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: Request) -> HttpResponseBase:
        return self.handler(request)

    def process_view(
        self,
        request: Request,
        view: Callable[..., HttpResponseBase],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        gate = gate_of(view) or gate_table.THIRD_PARTY.get(match.view_name if match else "", ())
        if not gate or "closed" in gate:
            raise Http404
        if "public" not in gate and not request.user.is_authenticated:
            return to_sign_in(request)
        return None


class refusals:
    """A rule's no is a page or fragment with its sentence, not an error; a form that comes back with one is a 422."""

    sync_capable = True
    async_capable = False

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: Request) -> HttpResponseBase:
        response = self.handler(request)
        # The page has said it ({% refused %}): what was sent changed nothing, and no script takes it for done.
        if request.method == "POST" and response.status_code == 200:
            if hasattr(request, "refused"):
                response.status_code = 422
            elif hasattr(request, "refusal"):
                return self.process_exception(request, request.refusal) or response
        return response

    def process_exception(self, request: Request, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Denied):
            return render(request, "403.html", {"refusal": exception}, status=403)
        if isinstance(exception, Refused):
            return render(request, "ui/refused.html", {"refusal": exception}, status=409)
        return None
