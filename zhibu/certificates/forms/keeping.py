"""Parsing what people type about custody, lost and full copies, handing over."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhibu.certificates.actions.orders import LAYOUTS
from zhibu.certificates.actions.requests import STATEMENT_LENGTH
from zhibu.certificates.rules.keeping import CAUSE_LABELS
from zhibu.ui.fields import DayField, TextField


class HandoverForm(forms.Form):
    """Copies received and signed for."""

    handed_over_on = DayField(label=_("领取日期"))
    receiver = TextField(
        label=_("领取人"),
        required=False,
        max_length=40,
        help_text=_("本人签收的留空；家属或支部代领的写姓名。"),
    )


class SignedHandoverForm(HandoverForm):
    """One copy, with a signature drawn on screen where the device can."""

    strokes = forms.CharField(required=False, widget=forms.HiddenInput)


class CustodyForm(forms.Form):
    """The branch keeps a copy at its holder's request."""

    reason = TextField(
        label=_("代管事由"), max_length=200, help_text=_("由本人提出，例如外出务工、年老不便保管。")
    )
    place = TextField(label=_("存放地点"), max_length=80, help_text=_("例如村党群服务中心文件柜。"))
    keeper = TextField(label=_("保管人"), max_length=40)
    from_date = DayField(
        label=_("代管起始日期"),
        help_text=_("代管不改变党员证状态，证本仍然有效；本人随时可以要求领回。"),
    )


class ReturnForm(forms.Form):
    """A kept copy goes back."""

    until = DayField(label=_("交还日期"))
    returned_to = TextField(
        label=_("领回人"), required=False, max_length=40, help_text=_("本人领回的留空；别人代领的写姓名。")
    )


class RequestForm(forms.Form):
    """A member's statement about a copy."""

    cause = forms.ChoiceField(
        label=_("事由"),
        choices=[(str(cause), _(label)) for cause, label in CAUSE_LABELS.items()],
        widget=forms.RadioSelect,
        help_text=_("遗失的，支部核实后原证本立即注销。记满或损坏的，交回旧证本换新证本。编号都不变。"),
    )
    happened_on = DayField(
        label=_("发生日期"), help_text=_("遗失或发现不能用的日期。遗失应当在3日内报告支部（证本使用说明）。")
    )
    statement = TextField(
        label=_("情况说明"),
        max_length=STATEMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写明经过。遗失的写明在哪里、怎样丢的，找过哪些地方。"),
    )
    reported_on = DayField(
        label=_("声明日期"), required=False, help_text=_("本人书面声明上的日期；今天当面声明的留空。")
    )

    def __init__(self, *args: Any, own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own:
            del self.fields["reported_on"]


class ConfirmForm(forms.Form):
    """The branch confirms a request."""

    confirmation = TextField(
        label=_("核实意见"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如“经与本人和家属核对，情况属实”。"),
    )
    old_returned = forms.BooleanField(
        label=_("旧证本已交到支部"),
        required=False,
        help_text=_("换发先收旧证本，新证本印好之前旧证本仍然有效。"),
    )

    def __init__(self, *args: Any, is_loss: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_loss:
            del self.fields["old_returned"]


class RefuseForm(forms.Form):
    """Why no new copy is made."""

    reason = TextField(
        label=_("理由"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("本人能看到。遗失核实后注销的旧证本不会恢复，本人可以重新申请。"),
    )


class ReissueForm(forms.Form):
    """The committee makes the next copy."""

    issue_date = DayField(label=_("发证日期"), help_text=_("印在新证本上，也写进二维码，印好后不能改。"))
    layout = forms.ChoiceField(
        label=_("版式"),
        choices=zip(LAYOUTS, (_("单页，一页一面"), _("骑缝折页，A5双面、短边翻转，对折成册")), strict=True),
        widget=forms.RadioSelect,
        initial=LAYOUTS[0],
    )
    old_returned = forms.BooleanField(
        label=_("旧证本已收回"), required=False, help_text=_("办理后旧证本立即注销，由党委剪角封存。")
    )
    note = TextField(label=_("办理意见"), required=False, max_length=200)

    def __init__(self, *args: Any, is_loss: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_loss:
            del self.fields["old_returned"]
