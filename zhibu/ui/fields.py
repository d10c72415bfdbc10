"""Form fields that several apps ask with."""

from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext, gettext_lazy

from zhibu.core.hours import hours_text, parse_hours
from zhibu.core.text import drop_invisible
from zhibu.core.wording import FILLER, is_filler, odd_character, odd_sentence

FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)
_OUT_OF_CALENDAR: Final = gettext_lazy("日期要在1900年到2199年之间，请核对年份。")


class CalendarField(forms.DateField):
    """A day of two or three lifetimes: what follows from it (the day after, a year later) is a day, too.

    Every field for a day is one; the calendar's last day plus one has no answer.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators += [
            MinValueValidator(FIRST_DAY, _OUT_OF_CALENDAR),
            MaxValueValidator(LAST_DAY, _OUT_OF_CALENDAR),
        ]


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
