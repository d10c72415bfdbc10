"""Money, months and states of dues."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zhibu.core.money import yuan as in_yuan
from zhibu.core.months import month_code, month_text, period_text
from zhibu.dues.models import QuarterDecision
from zhibu.dues.rules.owing import CHANNELS, KINDS, NOTHING_ASKED
from zhibu.dues.rules.quarters import quarter_text
from zhibu.dues.rules.relieving import RELIEF_STATES
from zhibu.dues.rules.remitting import REMITTANCE_STATES
from zhibu.dues.summaries.ledger import MonthRow
from zhibu.ui.templatetags.ui import badge

register = template.Library()

_REMITTANCES = {
    "sent": ("pending", "send"),
    "confirmed": ("sealed", "circle-check"),
    "differs": ("overdue", "alert-triangle"),
}
_RELIEFS = {
    "proposed": ("pending", "hourglass"),
    "approved": ("sealed", "circle-check"),
    "decided": ("recorded", "hourglass"),
    "noted": ("sealed", "circle-check"),
    "refused": ("returned", "circle-x"),
    "ended": ("void", "circle-minus"),
}


@register.filter
def yuan(fen: int | None) -> str:
    """Fen as 1,234.50; "" for none."""
    return "" if fen is None else in_yuan(fen)


@register.filter
def month(number: int | None) -> str:
    """202610 as 2026年10月."""
    return month_text(number) if number else ""


@register.filter
def quarter(number: int | None) -> str:
    """202611 as 2026年第4季度."""
    return quarter_text(number) if number else ""


@register.filter
def until(since: int, end: int) -> str:
    """The months of [since, end) as 2026年7至9月."""
    return period_text(since, end)


@register.filter
def code(number: int | None) -> str:
    """202610 as 2026-10, for addresses and fields."""
    return month_code(number) if number else ""


@register.filter
def rate(basis_points: int) -> str:
    """150 as 1.5%."""
    return f"{basis_points / 100:g}%"


@register.filter
def channel(code: str) -> str:
    """How money came in."""
    return _(CHANNELS[code]) if code in CHANNELS else ""


@register.simple_tag
def due_badge(row: MonthRow, *, is_late: bool = False) -> SafeString:
    """The state of a member's month."""
    if row.over:
        return badge("overdue", _("多交{sum}元，要退").format(sum=in_yuan(row.over)), "alert-triangle")
    if row.kind in NOTHING_ASKED or row.kind in ("pending", ""):
        return badge("void" if row.kind != "pending" else "pending", _(KINDS[row.kind]), "circle-minus")
    if not row.assessed:
        return badge("pending", _("未核定"), "question-mark")
    if not row.left:
        return badge("recorded", _("已交"), "check")
    if row.paid > 0:
        return badge("overdue" if is_late else "soon", _("没交够"), "circle-minus")
    if row.by_quarter and not is_late:
        return badge("pending", _("按季交，未交"), "circle-dashed")
    return (
        badge("overdue", _("未交"), "clock-exclamation")
        if is_late
        else badge("pending", _("未交"), "circle-dashed")
    )


@register.simple_tag
def quarter_word(row: QuarterDecision) -> SafeString:
    """What a branch decided on paying by the quarter."""
    if row.allowed:
        return badge("recorded", _("同意按季交"), "calendar-event")
    return badge("void", _("恢复按月交"), "calendar-off")


@register.simple_tag
def remittance_badge(state: str) -> SafeString:
    """The state of a remittance."""
    look, icon = _REMITTANCES[state]
    return badge(look, _(REMITTANCE_STATES[state]), icon)


@register.simple_tag
def relief_badge(state: str) -> SafeString:
    """The state of a relief."""
    look, icon = _RELIEFS[state]
    return badge(look, _(RELIEF_STATES[state]), icon)
