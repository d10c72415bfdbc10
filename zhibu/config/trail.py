"""What every request may leave in the audit log, whatever its view: files handed out, refusals, recovery codes seen."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError
from django.http import HttpResponseBase
from django.utils.decorators import sync_only_middleware

from zhibu.accounts.actions import note_recovery_codes_read
from zhibu.audit.actions.trail import note_file, note_refusal, note_refused_form
from zhibu.core.http import Request, client_address

log = logging.getLogger("zhibu.request")
REFUSALS = frozenset({403, 404, 409})
RECOVERY_CODES = "mfa_view_recovery_codes"
# Their own view records them with more: whose, and why.
RECORDED_BY_VIEW = frozenset({"jobs:result"})


@sync_only_middleware
def trail(handler: Callable[[Request], HttpResponseBase]) -> Callable[[Request], HttpResponseBase]:
    """Record what was handed out before it is sent: no record, no file. A refusal stands even when it cannot be recorded."""

    def handle(request: Request) -> HttpResponseBase:
        response = handler(request)
        match = request.resolver_match
        if request.scope.user_id is None or match is None:
            return response
        if response.status_code in REFUSALS:
            _refused(request, response.status_code)
        elif response.status_code == 422:
            _refused_form(request)
        elif "attachment" in response.get("Content-Disposition", ""):
            if match.view_name not in RECORDED_BY_VIEW:
                note_file(
                    by=request.scope,
                    route=match.view_name,
                    ids=match.kwargs,
                    conditions=request.GET.dict(),
                    rows=getattr(response, "rows", None),
                    address=client_address(request),
                )
        elif match.view_name == RECOVERY_CODES and response.status_code == 200:
            note_recovery_codes_read(by=request.scope, address=client_address(request))
        return response

    return handle


def _refused(request: Request, status: int) -> None:
    match = request.resolver_match
    # An address that names no row tells nothing when it is not there; a page that is closed does.
    if match is None or (status == 404 and not match.kwargs) or (status == 409 and request.method == "GET"):
        return
    with _best_effort():
        note_refusal(
            by=request.scope,
            route=match.view_name,
            ids=match.kwargs,
            method=request.method or "",
            status=status,
            address=client_address(request),
        )


def _refused_form(request: Request) -> None:
    """The page came back with a sentence. A notebook that is answered in JSON shows no page: of the whole."""
    match = request.resolver_match
    if match is None:
        return
    with _best_effort():
        note_refused_form(
            by=request.scope,
            route=match.view_name,
            ids=match.kwargs,
            fields=getattr(request, "refused", frozenset({""})),
            address=client_address(request),
        )


@contextmanager
def _best_effort() -> Iterator[None]:
    try:
        yield
    except DatabaseError:
        log.warning("refusal not recorded", exc_info=True)
