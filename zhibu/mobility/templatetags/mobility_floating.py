"""Words for ways of contact and for the states of a search, always as color, icon and word."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zhibu.mobility.rules.floating import WAYS
from zhibu.mobility.rules.lost import SEARCH_WAYS, STATE_LABELS, CaseState
from zhibu.ui.templatetags.ui import badge

register = template.Library()

_LOOKS = {
    CaseState.SEARCHING: ("pending", "zoom-question"),
    CaseState.FLAGGED: ("soon", "flag"),
    CaseState.SUSPENDED: ("overdue", "player-stop"),
    CaseState.FOUND: ("sealed", "circle-check"),
    CaseState.REMOVED: ("void", "ban"),
    CaseState.ENDED: ("void", "ban"),
}


@register.filter
def contact_way(code: str) -> str:
    """How contact was made."""
    return _(WAYS[code]) if code in WAYS else code


@register.filter
def search_way(code: str) -> str:
    """How a member was searched for."""
    return _(SEARCH_WAYS[code]) if code in SEARCH_WAYS else code


@register.filter
def translated(message: str) -> str:
    """A message id of the rules, translated."""
    return _(message) if message else ""


@register.simple_tag
def case_state(state: str) -> SafeString:
    """Where a search stands."""
    found = CaseState(state)
    look, icon_name = _LOOKS[found]
    return badge(look, _(STATE_LABELS[found]), icon_name)
