"""Tags and filters of every template (a template builtin: nothing to load)."""

from datetime import date
from functools import cache
from typing import Any, cast

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django_vite.core.asset_loader import DjangoViteAssetLoader

from zhibu.core import codes
from zhibu.core.access import Refused, Scope
from zhibu.core.hours import hours_text
from zhibu.core.refusals import message_of, next_step_of
from zhibu.core.text import birth_month as month_of_birth

register = template.Library()


@cache
def _asset_url(name: str) -> str:
    return cast("str", DjangoViteAssetLoader.instance().generate_vite_asset_url(name))


@register.simple_tag
@cache
def icon(name: str, size: str = "") -> SafeString:
    """A decorative icon of the sprite, hidden from screen readers: the word beside it carries the meaning.

    ``size`` "lg" is half as large again. Names are listed in ``frontend/tools/icons.js``.
    """
    return format_html(
        '<svg class="i{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        f" i-{size}" if size else "",
        _asset_url("app/sprite.svg"),
        name,
    )


@register.simple_tag
def badge(state: str, word: str, icon_name: str = "") -> SafeString:
    """A state, always as color, icon and word. States: pending, soon, overdue, recorded, returned, sealed, danger, void."""
    return format_html(
        '<span class="st st-{}">{}{}</span>', state, icon(icon_name) if icon_name else "", word
    )


@register.filter
def label(code: str, table: str) -> str:
    """The Chinese name of a code: ``{{ member.ethnic_group|label:"ethnic_group" }}``."""
    return _label(get_language() or "", table, code) if code else ""


@cache
def _label(language: str, table: str, code: str) -> str:
    """Translated once a language: a page of fifty rows asks hundreds of times."""
    return gettext(codes.label(table, code))


@register.filter
def hours(tenths: int | None) -> str:
    """Credit hours in tenths, with one decimal; nothing for none."""
    return "" if tenths is None else hours_text(tenths)


@register.filter
def birth_month(born: date) -> str:
    """Year and month of a birth, the only way a page shows it: ``{{ member.birth_date|birth_month }}``."""
    return month_of_birth(born)


@register.filter
def certificate_number(number: str) -> str:
    """CCC-BBB-MMM-K as it is printed; empty stays empty.

    >>> certificate_number("0050110153")
    '005-011-015-3'
    """
    return f"{number[:3]}-{number[3:6]}-{number[6:9]}-{number[9:]}" if len(number) == 10 else number


@register.filter
def sentence(refusal: Refused) -> str:
    """The refusal's sentence, translated, with its places filled."""
    return message_of(refusal)


@register.filter
def next_step(refusal: Refused) -> str:
    """What the person can do instead, translated; empty when the rule names nothing."""
    return next_step_of(refusal)


@register.simple_tag(takes_context=True)
def if_may(context: Context, permission: str, place: Any = None) -> bool:
    """Whether the person holds the permission at the place (a path or anything with one); anywhere without it.

    ``{% if_may "members.maintain" member.branch.path as ok %}{% if ok %}...{% endif %}``
    """
    request = context.get("request")
    scope: Scope = getattr(request, "scope", None) or Scope.nobody()
    if place is None:
        return scope.has(permission)
    return scope.covers(permission, place if isinstance(place, str) else place.path)


@register.simple_tag(takes_context=True)
def refused(context: Context, field: str = "") -> str:
    """Note on the request that this page tells a refusal: of the field, or of the whole. Shows nothing itself.

    What answers the request may then record that something was refused, and never has to read the page.
    """
    request = context.get("request")
    if request is not None:
        request.refused = getattr(request, "refused", frozenset()) | {field}
    return ""


@register.simple_tag
def fields_to_mend(form: BaseForm) -> list[BoundField]:
    """The visible fields that were refused, in the order of the form; the first one gets the focus."""
    wrong = [field for field in form.visible_fields() if field.errors] if form.is_bound else []
    if wrong:
        wrong[0].field.widget.attrs["autofocus"] = True
    return wrong


@register.filter
def percent_of(part: int, whole: int) -> int:
    """Whole percent, rounded down, 0 to 100: for the bar of a tile or a job.

    >>> percent_of(6240, 10031), percent_of(1, 0), percent_of(3, 2)
    (62, 0, 100)
    """
    return min(part * 100 // whole, 100) if whole > 0 else 0


@register.simple_tag
def idle_minutes() -> int:
    """Minutes without a request after which the session ends."""
    return settings.SESSION_IDLE_MINUTES


@register.simple_tag
def sex(code: str) -> str:
    """男, 女, or nothing: a table has no room for the standard's 男性 and 女性 (GB/T 2261.1)."""
    return {"1": gettext("男"), "2": gettext("女")}.get(code, "")


@register.filter
def thousands(number: int | None) -> str:
    """Groups of three, as counts are shown everywhere; nothing counts as none.

    >>> thousands(10174), thousands(None)
    ('10,174', '0')
    """
    return f"{number or 0:,}"


@register.filter
def day(on: date | None) -> str:
    """2026-11-06, nothing for none: a third of the cost of the general date filter, for tables.

    >>> day(date(2026, 11, 6)), day(None)
    ('2026-11-06', '')
    """
    return on.isoformat() if on else ""
