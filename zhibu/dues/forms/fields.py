"""Fields of amounts, days and months."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhibu.core.access import Refused
from zhibu.core.money import parse_yuan
from zhibu.core.months import month_code, parse_month
from zhibu.ui.fields import CalendarField


class YuanField(forms.CharField):
    """An amount typed in yuan; the value is fen, or None where nothing was typed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_length=20, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        fen = parse_yuan(text)
        if fen is None:
            raise forms.ValidationError(_("金额请写成0.20这样，单位是元，不能是负数，最多两位小数。"))
        return fen


class DayField(CalendarField):
    """A date, typed or picked."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        messages = {"invalid": _("日期请写成2026-11-06这样。"), "required": _("日期没有填。")}
        super().__init__(widget=widget, error_messages=messages, **kwargs)


class MonthField(forms.CharField):
    """A month, typed or picked; the value is a number: 202610."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=10, widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-11"}), **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        return month_code(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        month = parse_month(text) if text else None
        if text and month is None:
            raise forms.ValidationError(_("月份请写成2026-11这样。"))
        return month


def sentence_of(refusal: Refused) -> str:
    """The refusal as a person reads it."""
    return gettext(refusal.message).format(**refusal.params)
