"""Planning the rest of a year at once."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhibu.meetings.rules.duties import EVERY, Every
from zhibu.meetings.rules.kinds import SPECS, Circle, Kind
from zhibu.ui.fields import TextField


def _monthly() -> list[tuple[str, str]]:
    first = Kind.THEME_PARTY_DAY
    kinds = [
        kind
        for kind, spec in SPECS.items()
        if EVERY[kind] == Every.MONTH and spec.circle != Circle.GROUP and kind != first
    ]
    return [(kind.value, _(SPECS[kind].label)) for kind in (first, *kinds)]


class MonthsForm(forms.Form):
    """A monthly kind on the same day of every month."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=_monthly)
    day = forms.IntegerField(label=gettext_lazy("每月几日"), min_value=1, max_value=28)
    time = forms.TimeField(
        label=gettext_lazy("时间"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("时间请写成14:30这样。")},
    )
    place = TextField(label=gettext_lazy("地点"), required=False, max_length=60)
