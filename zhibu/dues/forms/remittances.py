"""Handing up: period first, then the amounts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhibu.ui.fields import DayField, MonthField, TextField, YuanField


class PeriodForm(forms.Form):
    """Which months."""

    from_month = MonthField(label=_("从哪个月起"))
    months = forms.TypedChoiceField(
        label=_("期间"), choices=[("1", _("一个月")), ("3", _("一个季度"))], coerce=int
    )


class RemittanceForm(PeriodForm):
    """What is handed up and what is kept."""

    amount = YuanField(label=_("上缴（元）"), help_text=_("上缴加留存必须等于账上收到的。"))
    kept = YuanField(label=_("留存（元）"), help_text=_("留存比例由县里在规则设置里定。没有留存填0。"))
    sent_on = DayField(label=_("上缴日期"))
    note = TextField(label=_("备注"), max_length=200, required=False, help_text=_("转账的填凭证号。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("from_month", "months"):
            self.fields[name].widget = forms.HiddenInput()


class ConfirmationForm(forms.Form):
    """What arrived."""

    arrived = YuanField(label=_("实际收到（元）"))
    note = TextField(
        label=_("情况"),
        max_length=200,
        required=False,
        help_text=_("和上缴单不一样的必须写明。差额一直显示，直到重新确认。"),
    )
