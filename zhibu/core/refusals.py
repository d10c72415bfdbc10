"""A refusal as a person reads it."""

from django.utils.translation import gettext

from zhibu.core.access import Refused


def sentence_of(refusal: Refused) -> str:
    """Its sentence and what can be done instead, translated and filled; words among the parameters, too."""
    return message_of(refusal) + next_step_of(refusal)


def message_of(refusal: Refused) -> str:
    """Its sentence alone."""
    return _filled(refusal, refusal.message)


def next_step_of(refusal: Refused) -> str:
    """What the person can do instead; empty where the rule names nothing."""
    return _filled(refusal, refusal.next_step)


def _filled(refusal: Refused, text: str) -> str:
    # gettext("") answers with the catalog's own heading.
    if not text:
        return ""
    words = {name: gettext(v) if isinstance(v, str) and v else v for name, v in refusal.params.items()}
    return gettext(text).format(**words) if words else gettext(text)
