"""Parsing what people type about floating members."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhibu.core.access import Refused, Scope
from zhibu.core.refusals import sentence_of
from zhibu.core.resident_id import parse_resident_id
from zhibu.core.text import halfwidth
from zhibu.mobility.actions.floating_rows import Details
from zhibu.mobility.models import Floating
from zhibu.mobility.policies_floating import FloatingRules
from zhibu.mobility.rules.floating import WAYS
from zhibu.organizations.models import Organization
from zhibu.ui.fields import DayField, TextField

QUIET = {"autocomplete": "off"}


class DetailsForm(forms.Form):
    """What is written on the page 流动登记, with a gentle question when the absence is short."""

    from_date = DayField(label=gettext_lazy("外出日期"))
    destination = TextField(
        max_length=80,
        label=gettext_lazy("去向"),
        help_text=gettext_lazy("写到县或者区，例如“浙江省宁波市北仑区”。"),
        error_messages={"required": gettext_lazy("请写明去了哪里。")},
        widget=forms.TextInput(attrs=QUIET),
    )
    host = TextField(
        max_length=80,
        required=False,
        label=gettext_lazy("流入地党组织"),
        help_text=gettext_lazy("参加那里组织生活的，写党组织名称；还没有联系上的留空。"),
        widget=forms.TextInput(attrs=QUIET),
    )
    contact_person = TextField(
        max_length=40,
        label=gettext_lazy("支部联系人"),
        help_text=gettext_lazy(
            "支部指定一名党员保持联系。依据：《中国共产党党员教育管理工作条例》关于流动党员的规定。"
        ),
        error_messages={"required": gettext_lazy("请指定一名联系人。")},
        widget=forms.TextInput(attrs=QUIET),
    )
    phone = forms.CharField(
        max_length=40, required=False, label=gettext_lazy("在外联系电话"), widget=forms.TextInput(attrs=QUIET)
    )
    rhythm_months = forms.IntegerField(label=gettext_lazy("几个月联系一次"), min_value=1)
    expected_months = forms.IntegerField(
        label=gettext_lazy("预计外出几个月"), min_value=1, max_value=600, required=False
    )
    keep_anyway = forms.BooleanField(
        required=False, label=gettext_lazy("不到六个月，仍按流动党员登记"), widget=forms.HiddenInput
    )
    note = TextField(
        max_length=200, required=False, label=gettext_lazy("备注"), widget=forms.TextInput(attrs=QUIET)
    )

    def __init__(self, *args: Any, rules: FloatingRules, masked_phone: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules
        self.fields["rhythm_months"].help_text = _(
            "一般{usual}个月一次，最长不超过{most}个月。到期列入待办，逾期只提醒，不会变成失联。"
        ).format(usual=rules.rhythm_months, most=rules.rhythm_months_max)
        self.fields["expected_months"].help_text = _(
            "连续{months}个月以上不能参加支部活动的才是流动党员；不到的记请假就可以。依据：《关于进一步加强和改进流动党员管理工作的意见》（2024年）。"
        ).format(months=rules.floating_months)
        self.fields["phone"].help_text = (
            _("现在是{masked}。不改就留空。加密保存，页面上只显示头尾几位。").format(masked=masked_phone)
            if masked_phone
            else _("加密保存，页面上只显示头尾几位。")
        )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        months = found.get("expected_months")
        if months and months < self.rules.floating_months and not found.get("keep_anyway"):
            self.fields["keep_anyway"].widget = forms.CheckboxInput()
            self.add_error(
                "expected_months",
                _("预计不到{months}个月，记请假就可以。确实要按流动登记的，请勾选下面一项再提交。").format(
                    months=self.rules.floating_months
                ),
            )
        return found

    def details(self) -> Details:
        """The entered values."""
        names = (
            "from_date",
            "destination",
            "host",
            "contact_person",
            "phone",
            "rhythm_months",
            "expected_months",
            "note",
        )
        return Details(**{name: self.cleaned_data[name] for name in names})


class CorrectionForm(DetailsForm):
    """An open registration again; the day of departure stays."""

    def __init__(self, *args: Any, floating: Floating, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_date"].disabled = True
        self.fields["from_date"].help_text = _("外出日期不能改。记错了的，先登记返回，再重新登记。")


class BranchChoice(forms.ModelChoiceField[Organization]):
    """A branch with the unit above it: villages share names."""

    def label_from_instance(self, obj: Organization) -> str:
        return f"{obj.short_name}（{obj.parent.short_name}）" if obj.parent else obj.short_name


class GuestForm(DetailsForm):
    """Someone of another organization who lives here."""

    branch = BranchChoice(
        queryset=Organization.objects.none(),
        label=gettext_lazy("登记在哪个支部"),
        empty_label=gettext_lazy("请选择"),
        error_messages={"required": gettext_lazy("请选一个支部。")},
    )
    name = TextField(
        max_length=40,
        label=gettext_lazy("姓名"),
        error_messages={"required": gettext_lazy("请填写姓名。")},
        widget=forms.TextInput(attrs=QUIET),
    )
    home = TextField(
        max_length=80,
        label=gettext_lazy("组织关系所在党组织"),
        help_text=gettext_lazy("照流动党员活动证或本人说明填写。"),
        error_messages={"required": gettext_lazy("请写明组织关系所在的党组织。")},
        widget=forms.TextInput(attrs=QUIET),
    )
    resident_id = forms.CharField(
        max_length=40,
        required=False,
        label=gettext_lazy("身份证号"),
        help_text=gettext_lazy(
            "本县别的支部的党员，填了能对上，他所在的支部也看得到。只用来核对，不保存。不是本县的留空。"
        ),
        widget=forms.TextInput(attrs=QUIET),
    )
    field_order = ("branch", "name", "home", "resident_id", "from_date", "destination")

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        branch = self.fields["branch"]
        branch.queryset = (  # type: ignore[attr-defined]  # a ModelChoiceField; fields is typed by its base
            Organization.objects.visible_to(scope, "mobility.handle")
            .existing()
            .branches()
            .select_related("parent")
            .in_order()
        )
        only = list(branch.queryset[:2])  # type: ignore[attr-defined]
        if len(only) == 1:
            self.initial["branch"] = only[0].pk
        self.fields["from_date"].label = _("来到本地的日期")
        self.fields["destination"].label = _("现在住在哪里")
        self.fields["destination"].help_text = _("写到村、社区或者工地。")
        self.fields["host"].label = _("务工单位")
        self.fields["host"].help_text = ""

    def clean_resident_id(self) -> str:
        text = halfwidth(str(self.cleaned_data["resident_id"])).upper()
        if not text:
            return ""
        try:
            return parse_resident_id(text, on=date.max).number
        except Refused as refusal:
            raise forms.ValidationError(sentence_of(refusal)) from refusal


class ContactForm(forms.Form):
    """One contact."""

    day = DayField(label=gettext_lazy("联系日期"))
    way = forms.ChoiceField(
        label=gettext_lazy("方式"), choices=lambda: [(code, _(name)) for code, name in WAYS.items()]
    )
    who = TextField(
        max_length=40,
        label=gettext_lazy("谁联系的"),
        error_messages={"required": gettext_lazy("请写明是谁联系的。")},
        widget=forms.TextInput(attrs=QUIET),
    )
    note = TextField(
        max_length=200,
        required=False,
        label=gettext_lazy("情况"),
        help_text=gettext_lazy("近况、困难、需要支部做什么。加密保存。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReturnForm(forms.Form):
    """The day on which the person was back."""

    day = DayField(label=gettext_lazy("返回日期"), help_text=gettext_lazy("回到本地的那一天。"))


class PhoneForm(forms.Form):
    """Why someone needs to see the number whole."""

    reason = TextField(
        max_length=200,
        label=gettext_lazy("查看理由"),
        help_text=gettext_lazy("至少4个字，会和您的姓名、时间一起记入日志。不要写号码。"),
        error_messages={"required": gettext_lazy("请写明查看理由。")},
        widget=forms.TextInput(attrs=QUIET),
    )
