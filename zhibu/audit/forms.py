"""What the audit administrator looks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from zhibu.audit.summaries.pages import event_labels
from zhibu.ui.fields import DayField


def _events() -> list[tuple[str, Any]]:
    return [("", gettext_lazy("全部事件")), *event_labels().items()]


class RecordFilter(forms.Form):
    """Days are inclusive on both ends, as people mean them."""

    since = DayField(label=gettext_lazy("从"), required=False)
    until = DayField(label=gettext_lazy("到"), required=False)
    person = forms.CharField(label=gettext_lazy("人员"), required=False, max_length=40)
    event = forms.ChoiceField(label=gettext_lazy("事件"), required=False, choices=_events)
    organization = forms.CharField(label=gettext_lazy("组织"), required=False, max_length=40)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            raise forms.ValidationError(gettext_lazy("起始日晚于截止日，请对调。"))
        return values
