"""Words, badges and the year's strip of a review."""

from typing import Any, Final

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from zhibu.core.text import gettext_noop
from zhibu.meetings.rules.appraisal import GRADE_LABELS as APPRAISALS
from zhibu.meetings.rules.appraisal import Grade
from zhibu.points.rules.catalogue import GRADE_LABELS as STARS
from zhibu.reviews.rules import RESULT_LABELS, Dues, Result
from zhibu.ui.templatetags.ui import badge

register = template.Library()

_STATES: Final = {
    Dues.PAID: "sealed",
    Dues.OWED: "overdue",
    Dues.UNRECORDED: "future",
    Dues.NOT_YET: "na",
}
_TOLD: Final = {
    Dues.OWED: gettext_noop("欠党费"),
    Dues.UNRECORDED: gettext_noop("没有月记"),
}


@register.filter
def quarters(strip: str) -> list[dict[str, Any]]:
    """The twelve letters of ``Facts.strip`` as ``ui/ystrip.html`` takes them."""
    months = [(n, _STATES[Dues(letter)]) for n, letter in enumerate(strip, 1)]
    return [{"state": "", "months": months[n : n + 3]} for n in range(0, len(months), 3)]


@register.filter
def strip_words(strip: str) -> str:
    """The same for who does not see it: the months that are not as usual."""
    told = [
        gettext("{what}：{months}月").format(what=gettext(what), months="、".join(months))
        for letter, what in _TOLD.items()
        if (months := [str(n) for n, each in enumerate(strip, 1) if each == letter])
    ]
    return "；".join(told) or gettext("各月党费都交清")


@register.filter
def appraisal(grade: str) -> str:
    """The grade in words; "" stays empty."""
    return gettext(APPRAISALS[Grade(grade)]) if grade else ""


@register.filter
def star(grade: str) -> str:
    """The star of the year's points in words; "" stays empty."""
    return gettext(STARS[grade]) if grade else ""


@register.simple_tag
def review_badge(result: str) -> SafeString:
    """The result of a review."""
    word = gettext(RESULT_LABELS[Result(result)])
    state, icon = {
        Result.PASSED: ("sealed", "circle-check"),
        Result.DEFERRED: ("soon", "hourglass"),
        Result.FAILED: ("returned", "circle-x"),
    }[Result(result)]
    return badge(state, word, icon)
