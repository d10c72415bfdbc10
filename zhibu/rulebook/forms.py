"""Forms made from a policy's schema."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel

from zhibu.rulebook.policies import Policy
from zhibu.rulebook.summaries import choice_labels
from zhibu.ui.fields import DayField, TextField


class DraftForm(forms.Form):
    """When the draft is to hold, and why; the policy's own fields are added by ``draft_form``."""

    effective_from = DayField(
        label=gettext_lazy("生效日期"),
        help_text=gettext_lazy("今天或以后。以前办过的事仍按当时的规则。"),
    )
    reason = TextField(
        label=gettext_lazy("为什么改"), max_length=400, min_length=4, widget=forms.Textarea(attrs={"rows": 2})
    )

    def policy_values(self) -> dict[str, object]:
        """The policy's own values."""
        return {name[2:]: value for name, value in self.cleaned_data.items() if name.startswith("p_")}


class UploadForm(forms.Form):
    """A policy as a TOML file."""

    file = forms.FileField(label=gettext_lazy("TOML文件"))
    effective_from = DayField(
        label=gettext_lazy("生效日期"),
    )
    reason = TextField(label=gettext_lazy("为什么改"), max_length=400, min_length=4)


def draft_form(policy: Policy[BaseModel]) -> type[DraftForm]:
    """A form class with a field for each value; ranges and patterns are the schema's and checked there."""
    fields: dict[str, Any] = {}
    for name, field in policy.schema.model_fields.items():
        label, note = _(field.title or name), _(field.description) if field.description else ""
        labels = choice_labels(field)
        if field.annotation is bool:
            fields[f"p_{name}"] = forms.BooleanField(label=label, help_text=note, required=False)
        elif labels:
            choices = [(code, _(text)) for code, text in labels.items()]
            fields[f"p_{name}"] = forms.ChoiceField(label=label, help_text=note, choices=choices)
        elif field.annotation is int:
            fields[f"p_{name}"] = forms.IntegerField(label=label, help_text=note)
        else:
            fields[f"p_{name}"] = forms.CharField(label=label, help_text=note, required=False, max_length=400)
    return type("PolicyDraftForm", (DraftForm,), fields)
