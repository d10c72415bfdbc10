"""What the forms of this app share."""

from collections.abc import Callable

from django.forms import Form

from zhibu.core.access import Denied, Refused
from zhibu.ui.templatetags.ui import next_step, sentence


def is_done(form: Form, deed: Callable[[], object]) -> bool:
    """Do it; a rule's no stands above the form, with all that was typed still in it."""
    try:
        deed()
    except Denied:
        raise
    except Refused as refusal:
        form.add_error(None, f"{sentence(refusal)}{next_step(refusal)}")
        return False
    return True
