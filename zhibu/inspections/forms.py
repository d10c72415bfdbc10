"""Parsing what people type about inspections and findings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhibu.inspections.policies import InspectionRules
from zhibu.organizations.models import Organization
from zhibu.ui.fields import DayField, TextField


class DrawForm(forms.Form):
    """Begin an inspection. How it is drawn is the rule's matter; only a spot check says how many branches."""

    branches = forms.IntegerField(
        label=_("抽几个支部"),
        min_value=1,
        max_value=100,
        help_text=_("一半名额先给有风险迹象的支部，其余随机。规则见右边。"),
    )
    note = TextField(label=_("事由"), required=False, max_length=200)

    def __init__(self, data: Any = None, *, rules: InspectionRules, asks_branches: bool) -> None:
        super().__init__(data, initial={"branches": rules.spot_branches})
        if not asks_branches:
            del self.fields["branches"]


class PaperForm(forms.Form):
    """One answer of the sheet."""

    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no"), ("none", "none")])
    paper = forms.CharField(required=False, max_length=120)
    shown = forms.CharField(required=False, max_length=200, strip=False)

    def agrees(self) -> bool | None:
        """True for agreement, None to take the answer back."""
        return {"yes": True, "no": False, "none": None}[self.cleaned_data["answer"]]


class HandInForm(forms.Form):
    """Hand a sheet in; who mends what differs, and until when."""

    owner = TextField(
        label=_("由谁整改"), required=False, max_length=40, help_text=_("填支部书记或具体办的人。")
    )
    due_on = DayField(label=_("整改期限"), required=False, help_text=_("到期没有整改的列入逾期。"))
    note = TextField(label=_("备注"), required=False, max_length=200)

    def __init__(self, data: Any = None, *, has_differences: bool, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if has_differences:
            self.fields["owner"].required = self.fields["due_on"].required = True
        else:
            del self.fields["owner"], self.fields["due_on"]


class UnreachableForm(forms.Form):
    """Why the member could not be met."""

    reason = TextField(
        label=_("为什么找不到人"),
        max_length=200,
        help_text=_("例如：在浙江务工，春节才回；住院。人回来了还可以补查。"),
    )


class FindingForm(forms.Form):
    """Something that no line of the sheet names."""

    branch = forms.ChoiceField(label=_("哪个支部"))
    text = TextField(
        label=_("问题"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写看到的事实，不写推测。加密保存。"),
    )
    owner = TextField(label=_("由谁整改"), max_length=40, help_text=_("填支部书记或具体办的人。"))
    due_on = DayField(label=_("整改期限"), help_text=_("到期没有整改的列入逾期。"))

    def __init__(self, data: Any = None, *, branches: list[Organization], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.places = {str(each.pk): each for each in branches}
        self.fields["branch"].choices = [(pk, each.short_name) for pk, each in self.places.items()]  # type: ignore[attr-defined]


class MendingForm(forms.Form):
    """How it was mended."""

    mending = TextField(
        label=_("怎样整改的"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写改了什么、哪一天改的、依据在哪里。登记后由另一个人复核。"),
    )


class RecheckForm(forms.Form):
    """What the recheck saw."""

    result = forms.ChoiceField(
        label=_("复核结果"),
        choices=[("closed", _("已经改好，销号")), ("reopened", _("没有改好，退回再改"))],
        widget=forms.RadioSelect,
    )
    recheck = TextField(
        label=_("复核看到了什么"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("登记整改的人不能复核自己。"),
    )
    due_on = DayField(label=_("新的整改期限"), required=False, help_text=_("退回再改时填。"))


class ExtensionForm(forms.Form):
    """More time for a mending."""

    due_on = DayField(label=_("延长到"), help_text=_("延长的次数和最初的期限都看得到。"))
    reason = TextField(label=_("为什么延长"), max_length=200)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="extension_%s")
