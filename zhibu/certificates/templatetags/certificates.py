"""The state of a certificate, always as color, icon and word."""

from functools import cache

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhibu.certificates.rules import BookletState, State
from zhibu.core.codes import label
from zhibu.ui.templatetags.ui import badge

register = template.Library()

_LOOKS = {
    State.NOT_ISSUED: ("pending", "circle-dashed"),
    State.ACTIVE: ("sealed", "circle-check"),
    State.FROZEN: ("overdue", "lock"),
    State.HELD: ("recorded", "lock"),
    State.WITHDRAWN: ("returned", "arrow-back-up"),
    State.VOIDED: ("void", "ban"),
    State.MEMORIAL: ("void", "certificate"),
}


@register.simple_tag
def certificate_badge(state: str, booklet_state: str | None = None) -> SafeString:
    """A certificate's state; one not issued whose booklet is printed waits to be handed over."""
    return _badge(get_language() or "", state, booklet_state)


@cache
def _badge(language: str, state: str, booklet_state: str | None) -> SafeString:
    if state == State.NOT_ISSUED and booklet_state == BookletState.PRINTED:
        return badge("recorded", _("已印未发"), "printer")
    look, icon = _LOOKS[State(state)]
    return badge(look, _(label("certificate_state", state)), icon)
