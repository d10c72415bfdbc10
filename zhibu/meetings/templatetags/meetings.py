"""Words for kinds, months, states of a meeting and of a line on its list; always color, icon and word."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zhibu.meetings.models import Meeting
from zhibu.meetings.rules.appraisal import GRADE_LABELS, Grade
from zhibu.meetings.rules.attendance import (
    STATUS_LABELS,
    Status,
    next_status,
    reason_label,
)
from zhibu.meetings.rules.duties import Duty, Every
from zhibu.meetings.rules.kinds import SPECS, Kind
from zhibu.meetings.summaries.work import period_text
from zhibu.meetings.summaries.year import PlanCell
from zhibu.ui.templatetags.ui import badge

register = template.Library()

_LOOKS = {
    Status.PRESENT: ("sealed", "check"),
    Status.ONLINE: ("sealed", "phone"),
    Status.ELSEWHERE: ("sealed", "plane-departure"),
    Status.LEAVE: ("pending", "circle-minus"),
    Status.EXCUSED: ("pending", "minus"),
    Status.ABSENT: ("overdue", "x"),
}
_STATES = {
    "planned": ("pending", "calendar-event"),
    "held": ("recorded", "circle-check"),
    "canceled": ("void", "ban"),
}


@register.filter
def meeting_kind(code: str) -> str:
    """The kind in words."""
    return _(SPECS[Kind(code)].label)


@register.filter
def month_word(month: int) -> str:
    """202610 as it is read; 2026 as a year."""
    if month < 10_000:
        return _("{year}年").format(year=month)
    return _("{year}年{month}月").format(year=month // 100, month=month % 100)


@register.filter
def excuse(code: str) -> str:
    """A reason of a line: a known code in words, free text as it is."""
    return _(reason_label(code)) if code else ""


@register.filter
def status_word(status: str) -> str:
    """How a member stands to a meeting, in words."""
    return _(STATUS_LABELS[Status(status)])


@register.filter
def after_tap(status: str) -> str:
    """What one tap makes of the status."""
    return next_status(status)


@register.filter
def grade_word(grade: str) -> str:
    """A grade of the appraisal in words; "" stays empty."""
    return _(GRADE_LABELS[Grade(grade)]) if grade else ""


@register.filter
def duty_period(duty: Duty) -> str:
    """The period a duty is for, in words."""
    return period_text(duty)


@register.filter
def plan_period(cell: PlanCell) -> str:
    """The period of a cell of the year, in words: a month, a quarter, the year."""
    if cell.period.every == Every.YEAR:
        return _("全年")
    if cell.period.every == Every.QUARTER:
        return _("{n}季度").format(n="一二三四"[(cell.period.first % 100) // 3])
    return _("{month}月").format(month=cell.period.first % 100)


@register.simple_tag
def status_badge(status: str) -> SafeString:
    """The status as a badge."""
    look, icon_name = _LOOKS[Status(status)]
    return badge(look, status_word(status), icon_name)


@register.simple_tag
def meeting_badge(meeting: Meeting) -> SafeString:
    """Where a meeting stands."""
    words = {"planned": _("计划"), "held": _("已召开"), "canceled": _("已撤销")}
    look, icon_name = _STATES[meeting.state]
    return badge(look, words[meeting.state], icon_name)
