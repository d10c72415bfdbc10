"""Parsing what people type about blank booklets; the rule stands beside each field."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhibu.certificates.rules.stock import FEW, LARGEST, Resolution
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import Kind
from zhibu.ui.fields import DayField, TextField


def _number(label: Any, help_text: Any, *, least: int = 1) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=LARGEST,
        help_text=help_text,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("本数没有填。"),
            "invalid": gettext_lazy("本数请写阿拉伯数字，例如120。"),
        },
    )


def _reason(label: Any, help_text: Any) -> forms.CharField:
    return TextField(
        label=label,
        max_length=140,
        help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("请写明原因。")},
    )


def _witness() -> forms.CharField:
    return TextField(
        label=gettext_lazy("见证人"),
        required=False,
        max_length=40,
        help_text=gettext_lazy(
            "还有谁在场，可以不填。一个月里减少超过%(few)s本的，登记后还要由另一位管空白证本的同志确认，账上才减。"
        )
        % {"few": FEW},
    )


def _note() -> forms.CharField:
    return TextField(
        label=gettext_lazy("备注"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class DeedForm(forms.Form):
    """A deed with blanks. ``receipt`` makes a form that was sent twice count once."""

    receipt = forms.UUIDField(required=False, widget=forms.HiddenInput)


class PrinterDeliveryForm(DeedForm):
    """Blanks from the printer."""

    quantity = _number(
        gettext_lazy("进货本数"), gettext_lazy("照印刷厂的送货单点清后填实数，不含破损退货的。")
    )
    day = DayField(label=gettext_lazy("日期"), help_text=gettext_lazy("到货的那一天，不能在今天以后。"))
    note = _note()


class SendingForm(DeedForm):
    """Blanks to an organization below, or back to one above."""

    to_organization = forms.TypedChoiceField(
        label=gettext_lazy("发给"),
        coerce=int,
        help_text=gettext_lazy("发给下级，或退回上级。给同级的，先退回共同的上级。"),
        error_messages={
            "required": gettext_lazy("请选收证本的组织。"),
            "invalid_choice": gettext_lazy("请从列表里选一个组织。"),
        },
    )
    quantity = _number(
        gettext_lazy("本数"), gettext_lazy("发出后就从本级扣减；对方签收前算在途，没有签收可以撤回。")
    )
    day = DayField(label=gettext_lazy("日期"), help_text=gettext_lazy("发出的那一天，不能在今天以后。"))
    note = _note()

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        below = (
            Organization.objects.existing()
            .under(organization.path)
            .exclude(pk=organization.pk)
            .exclude(kind=Kind.GROUP)
        )
        if organization.parent_id is None:  # four hundred branches are reached through their committees
            below = below.filter(parent=organization)
        down = list(below.in_order())
        up = list(Organization.objects.existing().above(organization.path))[::-1]
        self.targets = {unit.pk: unit for unit in [*down, *up]}
        groups = (
            (_("发给下级"), [(unit.pk, unit.short_name) for unit in down]),
            (_("退回上级"), [(unit.pk, unit.short_name) for unit in up]),
        )
        offered = [("", _("请选择")), *(group for group in groups if group[1])]
        self.fields["to_organization"].choices = offered  # type: ignore[attr-defined]  # fields is typed by its base

    def clean_to_organization(self) -> Organization:
        return self.targets[self.cleaned_data["to_organization"]]


class SpoilingForm(DeedForm):
    """Blanks that were damaged."""

    quantity = _number(
        gettext_lazy("报损本数"), gettext_lazy("污损、印错、受潮不能用的。报损后当场剪角销毁。")
    )
    reason = _reason(gettext_lazy("原因"), gettext_lazy("例如：套打错位3本，受潮2本。"))
    witness = _witness()
    day = DayField(label=gettext_lazy("日期"), help_text=gettext_lazy("销毁的那一天，不能在今天以后。"))


class UseForm(DeedForm):
    """Blanks made into certificates, counted by hand."""

    quantity = _number(
        gettext_lazy("用掉本数"), gettext_lazy("已经写成党员证发出去的本数。写坏的填在“报损”里。")
    )
    day = DayField(label=gettext_lazy("日期"), help_text=gettext_lazy("不能在今天以后。"))
    note = _note()


class CountForm(DeedForm):
    """What lies in the drawer."""

    counted = _number(
        gettext_lazy("实有本数"),
        gettext_lazy("把柜子里的空白证本逐本数一遍再填。和账面不一样也照实填，以后再写明原因。"),
        least=0,
    )


class ArrivalForm(forms.Form):
    """What really arrived."""

    received = _number(
        gettext_lazy("实收本数"),
        gettext_lazy("点清再填。少了照实填，差的列为差额，由上级查清去向；一本都不收的，点“拒收”。"),
        least=0,
    )
    day = DayField(label=gettext_lazy("日期"), help_text=gettext_lazy("收到的那一天，不早于发出日期。"))
    note = _note()


class WriteOffForm(forms.Form):
    """A second person agrees that blanks are gone; nothing to type."""

    confirmed = forms.BooleanField(
        label=gettext_lazy("我点过实物，这些证本确实不在了"),
        error_messages={"required": gettext_lazy("请先点清实物，再勾选确认。")},
    )


class ReasonForm(forms.Form):
    """Why a deed is not done or taken back."""

    reason = _reason(gettext_lazy("原因"), gettext_lazy("记在流水里，对方和上级都能看到。"))


class ExplanationForm(forms.Form):
    """Why a count differs from the books."""

    explanation = _reason(
        gettext_lazy("差额原因"), gettext_lazy("查清后写，例如：10月发放漏登2本。写好后账面改成实有数。")
    )
    witness = _witness()


class ShortfallForm(forms.Form):
    """What became of the booklets that did not arrive."""

    resolution = forms.ChoiceField(
        label=gettext_lazy("去向"),
        widget=forms.RadioSelect,
        choices=(
            (Resolution.ARRIVED.value, gettext_lazy("后来收到了，记到收证单位")),
            (Resolution.KEPT.value, gettext_lazy("发出时少装了，记回发出单位")),
            (Resolution.LOST.value, gettext_lazy("遗失了，由发出单位记缺失")),
        ),
        error_messages={"required": gettext_lazy("请选一个去向。")},
    )
    explanation = _reason(gettext_lazy("查的经过"), gettext_lazy("向谁问过、怎么查的，简单写明。"))
