"""A deed on a page."""

from collections.abc import Callable
from typing import TypeVar

from django.forms import Form

from zhibu.core.access import Denied, Refused
from zhibu.core.http import Request
from zhibu.core.refusals import sentence_of

T = TypeVar("T")


def is_done(request: Request, form: Form, deed: Callable[[], object]) -> bool:
    """Do it; a rule's no stands above the form, with all that was typed still in it.

    Where the page does not offer the form any more, the refusal gets a page of its own (``config.middleware.refusals``).
    """
    return attempt(request, form, lambda: (deed(),)) is not None


def attempt(request: Request, form: Form, deed: Callable[[], T]) -> T | None:
    """``is_done`` for a deed that gives something back: what it gave, None where a rule said no."""
    try:
        return deed()
    except Denied:
        raise
    except Refused as refusal:
        form.add_error(None, sentence_of(refusal))
        request.refusal = refusal
        return None
