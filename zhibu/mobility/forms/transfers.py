"""Forms of transfers: they show the rule beside the field; the rules judge."""

from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from zhibu.core.text import clean_name, halfwidth, squeeze
from zhibu.organizations.models import Organization
from zhibu.ui.fields import DayField, TextField

REASON_HELP = gettext_lazy("至少4个字，例如“调到县城工作”。不要写号码。")
DUES_HELP = gettext_lazy("印在介绍信上。照党费收据填，写成2026-10这样；转出前的党费由转出支部收清。")


class BranchesField(forms.ModelChoiceField[Organization]):
    """A branch, listed under the unit above it: villages share names."""

    def label_from_instance(self, obj: Organization) -> str:
        return f"{obj.short_name}（{obj.parent.short_name}）" if obj.parent else obj.short_name


def branches() -> Any:
    """All branches of the county that exist; names of units are no secret inside it."""
    return (
        Organization.objects.existing().branches().select_related("parent").order_by("parent__code", "code")
    )


def _grouped(field: BranchesField) -> None:
    """Offer the branches under the unit above each."""
    listed = list(field.queryset or ())
    groups: list[Any] = [("", gettext_lazy("请选择"))]
    for parent, units in groupby(listed, key=lambda unit: unit.parent.short_name if unit.parent else ""):
        groups.append((parent, [(unit.pk, unit.short_name) for unit in units]))
    field.choices = groups


class RequestForm(forms.Form):
    """A transfer the sending side asks for: to a branch of the county, or out of it."""

    to_branch = BranchesField(
        queryset=Organization.objects.none(),
        required=False,
        label=gettext_lazy("转到本县的支部"),
        help_text=gettext_lazy("转到县外的，这里不选，填下面一栏。"),
    )
    outside = TextField(
        max_length=80,
        required=False,
        label=gettext_lazy("转到县外的党组织"),
        help_text=gettext_lazy(
            "写有接转权限的党组织全称，印作介绍信的抬头，例如“中共成都市武侯区委组织部”。"
        ),
    )
    reason = TextField(max_length=200, label=gettext_lazy("转接原因"), help_text=REASON_HELP)
    dues_paid_to = forms.CharField(
        max_length=10,
        required=False,
        label=gettext_lazy("支部同意，党费交至"),
        help_text=gettext_lazy(
            "支部已经同意的，现在就填党费交至年月（2026-10），省去一步；还要商量的，先空着。"
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to_branch"]
        assert isinstance(field, BranchesField)  # noqa: S101 (declared above)
        field.queryset = branches()
        _grouped(field)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        inside, outside = data.get("to_branch"), squeeze(str(data.get("outside", "")))
        if bool(inside) == bool(outside) and "to_branch" not in self.errors:
            self.add_error(
                "to_branch",
                gettext_lazy("本县的支部和县外的党组织只填一项。")
                if inside
                else gettext_lazy("请选要转去的支部；转到县外的，写明县外的党组织。"),
            )
        return data


class ClaimForm(forms.Form):
    """A transfer the receiving branch asks for: the person is named by name and number, never listed."""

    name = TextField(max_length=80, label=gettext_lazy("党员姓名"))
    resident_id = forms.CharField(
        max_length=40,
        label=gettext_lazy("身份证号"),
        help_text=gettext_lazy("姓名和号码都对上才能申请；对方支部的党员不在这里列出。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    to_branch = BranchesField(
        queryset=Organization.objects.none(),
        label=gettext_lazy("转入支部"),
        empty_label=gettext_lazy("请选择"),
    )
    reason = TextField(max_length=200, label=gettext_lazy("转接原因"), help_text=REASON_HELP)

    def __init__(self, *args: Any, own: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to_branch"]
        assert isinstance(field, BranchesField)  # noqa: S101 (declared above)
        field.queryset = own

    def clean_name(self) -> str:
        return clean_name(str(self.cleaned_data["name"]))

    def clean_resident_id(self) -> str:
        return halfwidth(str(self.cleaned_data["resident_id"])).upper()


class AgreementForm(forms.Form):
    """The sending branch lets the member go."""

    dues_paid_to = forms.CharField(max_length=10, label=gettext_lazy("党费交至"), help_text=DUES_HELP)


class ReasonForm(forms.Form):
    """Why a transfer is canceled or a letter written anew."""

    reason = TextField(
        max_length=200,
        label=gettext_lazy("原因"),
        help_text=gettext_lazy("至少4个字，例如“本人不去了”“路上遗失”。不要写号码。"),
    )


class ReceiptForm(forms.Form):
    """The receipt: the day, and why a letter that had lapsed is still accepted."""

    received_on = DayField(label=gettext_lazy("接收日期"))
    late_reason = TextField(
        max_length=200,
        required=False,
        label=gettext_lazy("过期仍接收的原因"),
        help_text=gettext_lazy("介绍信在有效期内的不填。"),
    )


class SlipForm(ReceiptForm):
    """The receipt slip of a transfer out of the county."""

    received_by = TextField(
        max_length=40,
        label=gettext_lazy("接收的党组织"),
        help_text=gettext_lazy("照回执联上盖章的党组织填写。登记以后，这位党员在本县不再在册。"),
    )
    field_order = ("received_on", "received_by", "late_reason")


class ComingForm(forms.Form):
    """The letter with which someone comes from outside the county."""

    outside = TextField(
        max_length=80, label=gettext_lazy("开具介绍信的党组织"), help_text=gettext_lazy("照介绍信落款填写。")
    )
    letter = TextField(max_length=40, label=gettext_lazy("介绍信编号"))
    letter_on = DayField(label=gettext_lazy("介绍信开具日期"))
    validity_days = forms.IntegerField(
        min_value=1,
        max_value=366,
        required=False,
        label=gettext_lazy("介绍信有效期（天）"),
        help_text=gettext_lazy("照介绍信填写；没有写明的留空。"),
    )
    dues_paid_to = forms.CharField(
        max_length=10,
        label=gettext_lazy("党费交至"),
        help_text=gettext_lazy("照介绍信填写，写成2026-10这样；从下个月起在本支部交。"),
    )
    received_on = DayField(label=gettext_lazy("接收日期"))
    late_reason = TextField(
        max_length=200,
        required=False,
        label=gettext_lazy("过期仍接收的原因"),
        help_text=gettext_lazy("介绍信在有效期内的不填。"),
    )
    transfer_reason = TextField(max_length=200, label=gettext_lazy("转入原因"), help_text=REASON_HELP)
    old_number = forms.CharField(
        max_length=40,
        required=False,
        label=gettext_lazy("原来的党员证编号"),
        help_text=gettext_lazy("外县发过证的，照旧证填写。本县另行编号，旧编号也能查到本人。"),
    )
