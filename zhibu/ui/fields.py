"""Form fields that several apps ask with."""

from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext, gettext_lazy

from zhibu.core.dates import parse_date
from zhibu.core.hours import hours_text, parse_hours
from zhibu.core.money import parse_yuan
from zhibu.core.months import month_code, parse_month
from zhibu.core.text import drop_invisible, halfwidth
from zhibu.core.wording import FILLER, is_filler, odd_character, odd_sentence

FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)
_OUT_OF_CALENDAR: Final = gettext_lazy("日期要在1900年到2199年之间，请核对年份。")


class DayField(forms.DateField):
    """A day, typed as offices write it (2026-11-06, 2026年11月6日, 20261106) or picked.

    Every field for a day is one. It holds days of two or three lifetimes: what follows from one (the day after,
    a year later) is a day, too.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        messages = {
            "invalid": gettext_lazy("日期请写成2026-11-06这样。"),
            "required": gettext_lazy("日期没有填。"),
        }
        super().__init__(error_messages=messages | kwargs.pop("error_messages", {}), **kwargs)
        self.validators += [
            MinValueValidator(FIRST_DAY, _OUT_OF_CALENDAR),
            MaxValueValidator(LAST_DAY, _OUT_OF_CALENDAR),
        ]

    def to_python(self, value: Any) -> date | None:
        """The day; raises ``ValidationError`` for what is none."""
        if isinstance(value, date) or value in self.empty_values:
            return value or None
        found = parse_date(halfwidth(str(value)))
        if found is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return found


class MonthField(forms.CharField):
    """A month, typed as offices write it or picked; the value is a number: 202610. None where nothing was typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=10, widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-11"}), **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        """As the browser's picker takes it."""
        return month_code(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """The month's number; raises ``ValidationError`` for what is none."""
        text = super().clean(value)
        month = parse_month(text) if text else None
        if text and month is None:
            raise forms.ValidationError(gettext("月份请写成2026-11这样。"))
        return month


class YuanField(forms.CharField):
    """An amount typed in yuan ("0.2", "1,234.50"); the value is fen, or None where nothing was typed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        kwargs.setdefault("max_length", 20)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """Fen; raises ``ValidationError`` for what is no amount."""
        text = super().clean(value)
        if not text:
            return None
        fen = parse_yuan(text)
        if fen is None:
            raise forms.ValidationError(gettext("金额请写成0.20这样，单位是元，不能是负数，最多两位小数。"))
        return fen


class HoursField(forms.CharField):
    """Credit hours as typed ("2", "1.5"); the value is tenths of an hour, 0 when left empty."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("学时"))
        kwargs.setdefault("max_length", 8)
        super().__init__(
            widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 6, "autocomplete": "off"}),
            error_messages={"invalid": gettext_lazy("学时请写成2或者1.5这样，最多一位小数。")},
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        """Tenths as text; without a trailing ".0", nothing for none."""
        if isinstance(value, int):
            return hours_text(value).removesuffix(".0") if value else ""
        return value

    def clean(self, value: Any) -> Any:
        """Tenths of an hour."""
        text = super().clean(value)
        if not text:
            return 0
        found = parse_hours(text)
        if found is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return found


class TextField(forms.CharField):
    """Words: without invisible marks; a filler (无, 同上, /) or a character that other computers cannot read is refused.

    Every field for a text is one; hidden fields, search boxes and numbers are not.
    """

    def to_python(self, value: Any) -> Any:
        """The text as it is stored."""
        return super().to_python(drop_invisible(value) if isinstance(value, str) else value)

    def validate(self, value: Any) -> None:
        """Raises ``ValidationError``."""
        super().validate(value)
        if not isinstance(value, str):
            return
        if is_filler(value):
            raise forms.ValidationError(gettext(FILLER).format(text=value[:20]), code="filler")
        odd = odd_character(value)
        if odd is not None:
            raise forms.ValidationError(odd_sentence(odd, gettext), code="odd")
