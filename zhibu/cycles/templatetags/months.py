"""Money in the pages of months."""

from django import template

from zhibu.cycles.rules.months import yuan
from zhibu.cycles.summaries.months import kind_of
from zhibu.meetings.models import Meeting

register = template.Library()


@register.filter
def fen(amount: int | None) -> str:
    """Fen as yuan, nothing for what was not counted."""
    return "" if amount is None else yuan(amount)


@register.filter
def meeting_kind(meeting: Meeting) -> str:
    """What a meeting is called."""
    return kind_of(meeting)
