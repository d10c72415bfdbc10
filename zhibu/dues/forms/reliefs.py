"""Reliefs: asking, deciding, ending early."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhibu.core.months import shift_month
from zhibu.dues.actions import ReliefEntry
from zhibu.dues.rules.schedule import RELIEF_SOURCE
from zhibu.ui.fields import DayField, MonthField, TextField, YuanField


class ReliefForm(forms.Form):
    """A request of a member, as the branch passes it on."""

    kind = forms.ChoiceField(
        label=_("减免"),
        choices=[("reduced", _("少交")), ("exempt", _("免交"))],
        widget=forms.RadioSelect,
        help_text=_(RELIEF_SOURCE),
    )
    amount = YuanField(label=_("少交后每月交（元）"), required=False, help_text=_("只有少交的填，例如0.10。"))
    from_month = MonthField(label=_("从哪个月起"))
    last_month = MonthField(label=_("到哪个月止"), help_text=_("含这个月。一次最多12个月，期满重新报批。"))
    requested_on = DayField(label=_("本人申请日期"))
    resolved_on = DayField(label=_("支部研究决定日期"))
    grounds = TextField(
        label=_("困难情况"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("加密保存，只有提出和批准的人能看。"),
    )

    def entry(self) -> ReliefEntry:
        """What was typed, as the action takes it."""
        data: dict[str, Any] = self.cleaned_data
        return ReliefEntry(
            data["kind"],
            data["amount"] or 0,
            data["from_month"],
            shift_month(data["last_month"], 1),
            data["grounds"],
            data["requested_on"],
            data["resolved_on"],
        )


class SettlementForm(forms.Form):
    """The decision of the higher committee."""

    approve = forms.ChoiceField(
        label=_("意见"), choices=[("yes", _("批准")), ("no", _("不同意"))], widget=forms.RadioSelect
    )
    note = TextField(
        label=_("说明"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("批准的可填文号；不同意的必须写原因。"),
    )


class EndForm(forms.Form):
    """Ending a relief early."""

    until_month = MonthField(label=_("从哪个月起恢复交"))
    note = TextField(label=_("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
