"""Parsing what people type about points."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhibu.members.models import Member
from zhibu.points.rules.catalogue import CLASS_LABELS, KIND_LABELS, Item, Kind, change_text
from zhibu.ui.fields import DayField, TextField


class EntryForm(forms.Form):
    """Points for a fact. The choices name points, cap and evidence of each item."""

    member = forms.ChoiceField(
        label=_("党员"),
        error_messages={
            "required": _("没有选党员。请从名单里选。"),
            "invalid_choice": _("名单里没有这个人。请从名单里选。"),
        },
    )
    item = forms.ChoiceField(
        label=_("积分项目"),
        help_text=_("党费、出勤、学时的积分由系统自动记，不在这里登记。分值和封顶看旁边的项目表。"),
        error_messages={
            "required": _("没有选积分项目。请从项目里选。"),
            "invalid_choice": _("没有这个项目。请从项目里选。"),
        },
    )
    fact_on = DayField(
        label=_("发生日期"),
        help_text=_("填事情发生的那一天。过了登记期的，记在本月，发生日期照实写。"),
        error_messages={"required": _("发生日期没有填。")},
    )
    evidence = TextField(
        label=_("依据"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("写明在哪里能查到，例如：9月护林防火值班表第3页。不要写病情、家庭纠纷等私事。"),
        error_messages={"required": _("依据没有填。请写明在哪里能查到。")},
    )
    operation = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, members: Iterable[Member], items: Sequence[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(member.pk): member for member in members}
        groups: dict[str, list[tuple[str, str]]] = {}
        for item in items:
            if item.ledger or not item.enabled:
                continue
            told = gettext(item.name)
            if item.kind != Kind.VETO:
                told = f"{told} {change_text(item.tenths)}"
            groups.setdefault(gettext(KIND_LABELS[item.kind]), []).append((item.code, told))
        self.fields["member"].choices = [  # type: ignore[attr-defined]
            ("", gettext("请选择")),
            *((pk, member.name) for pk, member in self.members.items()),
        ]
        self.fields["item"].choices = [("", gettext("请选择")), *groups.items()]  # type: ignore[attr-defined]
        if not self.is_bound:
            self.initial["operation"] = uuid4()

    def values(self) -> dict[str, Any]:
        """As the action takes them."""
        data = self.cleaned_data
        operation: UUID = data["operation"]
        return {
            "member": self.members[data["member"]],
            "item": data["item"],
            "fact_on": data["fact_on"],
            "evidence": data["evidence"],
            "operation": operation,
        }


class ReasonForm(forms.Form):
    """Why an entry is sent back or reversed."""

    reason = TextField(
        label=_("原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("登记人和本人能看到。记录保留，不会删除。"),
        error_messages={"required": _("请写明原因。")},
    )


class ObjectionForm(forms.Form):
    """What the member says against an entry."""

    text = TextField(
        label=_("哪里不对，理由是什么"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "加密保存，只有本人和负责审核、复核的人能看，不公示。由没有登记、没有审核这条积分的人复核。"
        ),
        error_messages={"required": _("请写明哪里不对、理由是什么。")},
    )


class SettlementForm(forms.Form):
    """The answer to an objection."""

    is_right = forms.ChoiceField(
        label=_("结论"),
        choices=[("no", _("维持原记录")), ("yes", _("异议成立，冲正这条积分"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项结论。")},
    )
    result = TextField(
        label=_("查到什么，为什么"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("本人能看到。加密保存。"),
        error_messages={"required": _("请写明查到了什么、为什么。")},
    )


class ClassForm(forms.Form):
    """Another class for a member."""

    member_class = forms.ChoiceField(
        label=_("类别"),
        choices=lambda: [(code, f"{code} {gettext(word)}") for code, word in CLASS_LABELS.items()],
        help_text=_("从下个月起按新类别计分，以前的不变。年老体弱党员不因缺席扣分。"),
    )
    reason = TextField(
        label=_("依据"),
        max_length=100,
        help_text=_("例如：县医院证明、外出登记、任职文件。不要写病名。"),
        error_messages={"required": _("依据没有填。")},
    )
