"""A decision of the branch on paying by the quarter."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhibu.core.months import month_of, shift_month
from zhibu.dues.actions import QuarterEntry
from zhibu.dues.rules.quarters import quarter_start, quarter_text
from zhibu.ui.fields import DayField, TextField

_OFFERED = 5


class QuarterForm(forms.Form):
    """Consent, or its end, from a quarter on."""

    allowed = forms.ChoiceField(
        label=_("支部的决定"),
        choices=[("yes", _("同意按季交")), ("no", _("恢复按月交"))],
        widget=forms.RadioSelect,
        help_text=_("第十二条：遇到特殊情况，经党支部同意，可以每季度交纳一次党费。"),
    )
    from_month = forms.TypedChoiceField(label=_("从哪个季度起"), coerce=int)
    decided_on = DayField(label=_("支部决定日期"))
    reason = TextField(
        label=_("原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("写明特殊情况，例如“在外务工，每季回来一次”。"),
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = quarter_start(month_of(on))
        months = [shift_month(first, 3 * n) for n in range(_OFFERED)]
        self.fields["from_month"].choices = [  # type: ignore[attr-defined]
            (month, gettext("{quarter}起").format(quarter=quarter_text(month))) for month in months
        ]

    def entry(self) -> QuarterEntry:
        """What was typed, as the action takes it."""
        data = self.cleaned_data
        return QuarterEntry(data["allowed"] == "yes", data["from_month"], data["decided_on"], data["reason"])
