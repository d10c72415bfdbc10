"""Forms of the annual review."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zhibu.reviews.rules import RESULT_LABELS
from zhibu.ui.fields import TextField


class ReviewForm(forms.Form):
    """The result for one certificate."""

    result = forms.ChoiceField(
        label=_("年审结果"),
        choices=[(str(code), _(text)) for code, text in RESULT_LABELS.items()],
        widget=forms.RadioSelect,
    )
    reason = TextField(
        label=_("理由"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("暂缓和不合格要写明，本人会看到。年审结果不影响党籍和党员权利。"),
    )
