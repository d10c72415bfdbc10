"""Forms of proposals of new members."""

from django import forms
from django.utils.translation import gettext_lazy

from zhibu.ui.fields import TextField


class DecisionForm(forms.Form):
    """The answer to the chosen proposals. ``rows``: their ids."""

    answer = forms.ChoiceField(
        label=gettext_lazy("意见"),
        choices=(("accept", gettext_lazy("同意")), ("decline", gettext_lazy("不同意"))),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选同意或不同意。")},
    )
    note = TextField(
        label=gettext_lazy("说明"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("不同意的，写明理由，至少4个字。不要写号码。"),
    )


class WithdrawalForm(forms.Form):
    """Why a proposal is taken back."""

    reason = TextField(label=gettext_lazy("为什么撤回"), min_length=4, max_length=200)
