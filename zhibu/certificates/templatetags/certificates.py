"""The state of a certificate, always as color, icon and word."""

from functools import cache

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhibu.certificates.models import BookletRequest
from zhibu.certificates.rules.copies import BookletState, State
from zhibu.certificates.rules.keeping import (
    CAUSE_LABELS,
    CUSTODY_LABELS,
    REQUEST_LABELS,
    CustodyCause,
    RequestCause,
    RequestState,
)
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


_REQUEST_LOOKS = {
    RequestState.REPORTED: ("pending", "hourglass"),
    RequestState.CONFIRMED: ("recorded", "user-check"),
    RequestState.DONE: ("sealed", "circle-check"),
    RequestState.REFUSED: ("returned", "circle-x"),
}


@register.simple_tag
def request_badge(row: BookletRequest) -> SafeString:
    """Where a request for another copy stands; a new copy not yet handed over waits for that."""
    if row.new is not None and row.new.state == BookletState.PRINTED:
        return badge("recorded", _("新证本待领取"), "printer")
    look, icon = _REQUEST_LOOKS[RequestState(row.state)]
    return badge(look, _(REQUEST_LABELS[RequestState(row.state)]), icon)


@register.simple_tag
def request_cause(cause: str) -> str:
    """Why another copy is asked for."""
    return _(CAUSE_LABELS[RequestCause(cause)])


@register.simple_tag
def void_reason(reason: str) -> str:
    """Why a copy is void, as stored by the deed that made it so; the merging of two records stores a word."""
    return _("两份记录合并") if reason == "merged" else _(reason)


@register.simple_tag
def custody_cause(cause: str) -> str:
    """Why the organization keeps a copy."""
    return _(CUSTODY_LABELS[CustodyCause(cause)])
