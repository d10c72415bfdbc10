"""Parsing what a person types about organizations. Rules and rights are asked by the actions."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhibu.core.codes import table
from zhibu.core.text import clean_name, halfwidth
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import CLEARING, PARENTS, Kind
from zhibu.ui.fields import DayField, TextField


def _labels(codes: Iterable[str], name: str) -> list[tuple[str, str]]:
    return [(code, table(name)[code]) for code in codes]


class NameField(TextField):
    """A unit's name without stray spaces."""

    def to_python(self, value: Any) -> str:
        return clean_name(str(super().to_python(value) or ""))


class IdentifierField(TextField):
    """A code: half-width, no spaces."""

    def to_python(self, value: Any) -> str:
        return halfwidth(str(super().to_python(value) or ""))


class OpeningForm(forms.Form):
    """A new unit below a given one."""

    kind = forms.ChoiceField(label=_("类型"))
    category = forms.ChoiceField(label=_("类别"), help_text=_("党员在哪里工作或生活。"))
    name = NameField(label=_("组织全称"), max_length=80, help_text=_("印在党员证上的名称。"))
    short_name = NameField(label=_("组织简称"), max_length=40, help_text=_("页面和台账上显示的名称。"))
    code = IdentifierField(
        label=_("组织代码"), max_length=30, help_text=_("全县不重复，以后不能改。村和乡镇可用区划代码。")
    )
    segment = IdentifierField(
        label=_("编号段"),
        max_length=3,
        required=False,
        help_text=_("党员证编号里的三位数字，空着由系统给号。"),
    )
    opened_on = DayField(label=_("成立日期"))

    def __init__(self, parent: Organization, data: Any = None) -> None:
        super().__init__(data)
        kinds = [kind for kind in Kind if parent.kind in PARENTS[kind]]
        self.fields["kind"] = forms.ChoiceField(
            label=_("类型"),
            choices=_labels(kinds, "organization_kind"),
            initial=Kind.BRANCH if Kind.BRANCH in kinds else None,
        )
        self.fields["category"] = forms.ChoiceField(
            label=_("类别"),
            choices=_labels(table("organization_category"), "organization_category"),
            initial="village" if parent.category == "township" else parent.category,
            help_text=_("党员在哪里工作或生活。"),
        )


class NameForm(forms.Form):
    """A new name from a day on."""

    name = NameField(label=_("新的全称"), max_length=80)
    short_name = NameField(label=_("新的简称"), max_length=40)
    from_date = DayField(label=_("启用日期"), help_text=_("这一天起用新名称，旧名称留在历史里。"))


class FactsForm(forms.Form):
    """Corrections."""

    category = forms.ChoiceField(
        label=_("类别"), choices=lambda: _labels(table("organization_category"), "organization_category")
    )
    opened_on = DayField(label=_("成立日期"))


class TermForm(forms.Form):
    """The term in force."""

    number = forms.IntegerField(label=_("届次"), min_value=1, max_value=99, help_text=_("第几届，只填数字。"))
    from_date = DayField(label=_("本届选举日期"))
    due_on = DayField(
        label=_("届满日期"), required=False, help_text=_("空着按任期年数推算：村、社区5年，其他支部3年。")
    )


class ClosureForm(forms.Form):
    """The day a unit ends."""

    closed_on = DayField(label=_("撤销日期"))


class ClustersForm(forms.Form):
    """The clusters of one unit."""

    names = TextField(
        label=_("片区"),
        max_length=200,
        required=False,
        help_text=_("有几个就用顿号隔开，空着是不属于任何片区。没有的片区会新建。"),
    )

    def clean_names(self) -> list[str]:
        """The names, one each."""
        text = str(self.cleaned_data["names"]).replace("，", "、").replace(",", "、")
        return [name.strip() for name in text.split("、") if name.strip()]


class ClusterForm(forms.Form):
    """A cluster's name, purpose and organizations."""

    name = TextField(label=_("片区名称"), max_length=40)
    purpose = TextField(
        label=_("用途"), max_length=40, required=False, help_text=_("为什么这样划片，例如“补偿教育办班”。")
    )


class ClusterMembersForm(ClusterForm):
    """The same with the organizations to tick."""

    def __init__(self, choices: Iterable[Organization], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self._choices = {str(row.pk): row for row in choices}
        self.fields["organizations"] = forms.MultipleChoiceField(
            label=_("片区内的组织"),
            choices=[(pk, row.short_name) for pk, row in self._choices.items()],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def clean_organizations(self) -> list[Organization]:
        """The ticked units."""
        return [self._choices[pk] for pk in self.cleaned_data["organizations"]]


class SupportForm(forms.Form):
    """Who helps one unit."""

    unit = TextField(
        label=_("帮扶单位"),
        max_length=80,
        required=False,
        help_text=_("空着是没有帮扶单位。名单里没有的单位会新建。"),
        widget=forms.TextInput(attrs={"list": "support-units", "autocomplete": "off"}),
    )


class SupportUnitForm(forms.Form):
    """A support unit and its contact."""

    name = TextField(label=_("单位名称"), max_length=80)
    contact_name = NameField(label=_("帮扶联系人"), max_length=40, required=False)
    contact_phone = IdentifierField(
        label=_("联系电话"),
        max_length=20,
        required=False,
        help_text=_("空着不改。要删掉现在的号码，填“清空”。"),
    )

    def clean_contact_phone(self) -> str | None:
        """None leaves, "" clears."""
        text = str(self.cleaned_data["contact_phone"])
        return "" if text in CLEARING else text or None


class ReasonForm(forms.Form):
    """Why a marked field is read."""

    reason = TextField(label=_("查看原因"), min_length=2, max_length=100)
