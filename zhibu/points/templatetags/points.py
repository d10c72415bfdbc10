"""Words and badges of points. Numbers arrive in tenths of a point."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from zhibu.core.text import gettext_noop
from zhibu.points.policies import shipped_items
from zhibu.points.rules.catalogue import (
    BELOW,
    CLASS_LABELS,
    GRADE_LABELS,
    KIND_LABELS,
    SOURCE_LABELS,
    UNIT_LABELS,
    VETOED,
    Kind,
    change_text,
    points_text,
)
from zhibu.ui.templatetags.ui import badge

register = template.Library()

_STATES = {
    "proposed": ("soon", gettext_noop("待审核"), "hourglass"),
    "approved": ("recorded", gettext_noop("已计入"), "circle-check"),
    "refused": ("returned", gettext_noop("已退回"), "arrow-back-up"),
}
_OBJECTIONS = {
    "filed": ("soon", gettext_noop("正在复核"), "hourglass"),
    "stands": ("pending", gettext_noop("维持原记录"), "equal"),
    "reversed": ("sealed", gettext_noop("异议成立，已冲正"), "arrow-back-up"),
}


@register.filter
def points(tenths: int | None) -> str:
    """One decimal; nothing for none."""
    return "" if tenths is None else points_text(tenths)


@register.filter
def change(tenths: int | None) -> str:
    """Signed; nothing for none and for zero."""
    return change_text(tenths) if tenths else ""


@register.filter
def month(value: int) -> str:
    """2026年10月."""
    return gettext("{year}年{month}月").format(year=value // 100, month=value % 100)


@register.filter
def item_name(code: str) -> str:
    """What the item is called."""
    item = shipped_items().get(code)
    return gettext(item.name) if item is not None else code


@register.filter
def item_kind(kind: str) -> str:
    """The group of items."""
    return gettext(KIND_LABELS[Kind(kind)])


@register.filter
def unit_word(unit: str) -> str:
    """每月, 每年 or 每次."""
    return gettext(UNIT_LABELS[unit])


@register.filter
def class_name(code: str) -> str:
    """The class of members in words."""
    return gettext(CLASS_LABELS[code]) if code in CLASS_LABELS else code


@register.filter
def source_name(source: str) -> str:
    """Where an entry comes from."""
    return gettext(SOURCE_LABELS[source])


@register.filter
def person(name: str) -> str:
    """Who recorded or approved; the system's own entries say so."""
    return gettext("系统") if name == "system" else name


@register.filter
def at(groups: dict[str, int], kind: str) -> int | None:
    """The sum of a group, none when it is empty."""
    return groups.get(kind)


@register.simple_tag
def entry_badge(state: str) -> SafeString:
    """Whether an entry counts."""
    color, word, icon_name = _STATES[state]
    return badge(color, gettext(word), icon_name)


@register.simple_tag
def objection_badge(state: str) -> SafeString:
    """How an objection stands."""
    color, word, icon_name = _OBJECTIONS[state]
    return badge(color, gettext(word), icon_name)


@register.simple_tag
def grade_badge(grade: str) -> SafeString | str:
    """The star of a total; nothing for suspended members."""
    if not grade:
        return ""
    word = gettext(GRADE_LABELS[grade])
    if grade == VETOED:
        return badge("void", word, "ban")
    if grade == BELOW:
        return badge("pending", word, "circle-dashed")
    return badge("recorded", word, "star")
