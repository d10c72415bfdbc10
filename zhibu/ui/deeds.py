"""A deed on a page."""

from collections.abc import Callable

from django.forms import Form

from zhibu.core.access import Denied, Refused
from zhibu.core.http import Request
from zhibu.core.refusals import sentence_of


def is_done(request: Request, form: Form, deed: Callable[[], object]) -> bool:
    """Do it; a rule's no stands above the form, with all that was typed still in it.

    Where the page does not offer the form any more, the refusal gets a page of its own (``config.middleware.refusals``).
    """
    try:
        deed()
    except Denied:
        raise
    except Refused as refusal:
        form.add_error(None, sentence_of(refusal))
        request.refusal = refusal
        return False
    return True
