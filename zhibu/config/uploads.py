"""How large a body may be, page by page, and the answer to one that is larger or does not come in."""

import errno
from collections.abc import Callable
from typing import Final, Literal

from django.conf import settings
from django.db import Error as DatabaseError
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import resolve
from django.utils.decorators import sync_only_middleware

from zhibu.core.http import Request, largest_file_of

Refusal = Literal["large", "slow", "disk"]
REFUSED: Final = "zhibu.refused"
"""Where the gateway notes in the environment why it did not take the body."""
ENVELOPE: Final = 64 * 1024
"""The other fields and the boundaries of a form beside its file."""


def largest_body(path: str) -> int:
    """Bytes a request to this address may carry: a form, or the file that its view declares to receive."""
    try:
        largest = largest_file_of(resolve(path).func)
    except Http404:
        return ENVELOPE
    except DatabaseError:
        largest = None  # the county's limit cannot be read; nor could the file be kept
    form: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return form if largest is None else max(largest, 0) + ENVELOPE


@sync_only_middleware
def body_limits(handler: Callable[[Request], HttpResponseBase]) -> Callable[[Request], HttpResponseBase]:
    """Refuse by the announced length, before a byte of the body is read; and what the gateway refused."""

    def handle(request: Request) -> HttpResponseBase:
        refusal = request.META.get(REFUSED)
        if refusal == "slow":
            return render(request, "408.html", status=408)
        if refusal == "disk":
            raise OSError(errno.ENOSPC, "no room for the body")
        length = request.META.get("CONTENT_LENGTH") or "0"
        size = int(length) if length.isascii() and length.isdigit() else 0
        if refusal is None and size <= ENVELOPE:
            return handler(request)
        largest = largest_body(request.path_info)
        if refusal is None and size <= largest:
            return handler(request)
        return render(request, "413.html", {"limit": megabytes(largest)}, status=413)

    return handle


def megabytes(largest: int) -> str:
    """As the page says it: whole, below one in tenths."""
    size = (largest - ENVELOPE) / 1024**2
    return f"{size:.0f}" if size >= 1 else f"{max(size, 0.1):.1f}"
