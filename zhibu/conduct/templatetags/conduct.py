"""Words and badges of rewards, penalties and appeals."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from zhibu.conduct.rules import (
    APPEAL_STATES,
    LEVELS,
    REGISTER_STATES,
    AppealState,
    RegisterState,
    RewardLevel,
)
from zhibu.ui.templatetags.ui import badge

register = template.Library()

_REGISTER = {
    RegisterState.RUNNING: ("recorded", "hourglass"),
    RegisterState.DUE: ("overdue", "clock-exclamation"),
    RegisterState.ENDED: ("pending", "circle-check"),
    RegisterState.LASTING: ("void", "lock"),
    RegisterState.REVERSED: ("returned", "arrow-back-up"),
}
_APPEAL = {
    AppealState.FILED: ("soon", "hourglass"),
    AppealState.ASSIGNED: ("recorded", "scale"),
    AppealState.UPHELD: ("pending", "equal"),
    AppealState.REVERSED: ("sealed", "arrow-back-up"),
    AppealState.WITHDRAWN: ("pending", "circle-minus"),
}


@register.filter
def reward_level(level: str) -> str:
    """The level in words."""
    return gettext(LEVELS[RewardLevel(level)])


@register.simple_tag
def register_badge(state: str) -> SafeString:
    """Where a registered penalty stands today."""
    known = RegisterState(state)
    return badge(_REGISTER[known][0], gettext(REGISTER_STATES[known]), _REGISTER[known][1])


@register.simple_tag
def appeal_badge(state: str) -> SafeString:
    """How far an appeal is."""
    known = AppealState(state)
    return badge(_APPEAL[known][0], gettext(APPEAL_STATES[known]), _APPEAL[known][1])
