"""How many ballots gave a member each grade."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from zhibu.meetings.models import Appraisal
from zhibu.meetings.rules.appraisal import GRADE_LABELS, Ballots, Grade


class BallotsForm(forms.Form):
    """Four counts; all empty where no ballots were counted, an empty one beside others is none."""

    def __init__(self, *args: Any, entry: Appraisal | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for grade in Grade:
            field = forms.IntegerField(
                label=_(GRADE_LABELS[grade]),
                required=False,
                min_value=0,
                max_value=9999,
                error_messages={"invalid": _("票数请填数字。")},
            )
            field.initial = getattr(entry, f"for_{grade}", None)
            self.fields[grade.value] = field

    def ballots(self) -> Ballots | None:
        """What was counted. Read after ``is_valid``."""
        found = [self.cleaned_data.get(grade.value) for grade in Grade]
        if all(n is None for n in found):
            return None
        return Ballots(*(n or 0 for n in found))
