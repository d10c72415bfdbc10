"""Parsing what people type about a reorganization. Whether steps fit is asked by the rules."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhibu.core.codes import label
from zhibu.core.text import clean_name, halfwidth
from zhibu.organizations.rules import BRANCH_KINDS, COMMITTEE_KINDS, Category, Kind
from zhibu.reorganizations.rules.steps import (
    Dissolve,
    MergeBranches,
    MergeCommittees,
    Move,
    NewUnit,
    Rename,
    SplitBranch,
    SplitCommittee,
    Step,
)
from zhibu.reorganizations.summaries.choices import Choices, Group, Option
from zhibu.ui.fields import DayField, TextField

CODE_HELP = _("全县不重复，以后不能改，用过的不能再用。")
_CHOOSE: list[Option] = [("", "—")]


class DeedForm(forms.Form):
    """The frame of a deed."""

    title = TextField(label=_("名称"), min_length=2, max_length=80, help_text=_("例如“撤并阿市镇、巴市镇”。"))
    document = TextField(
        label=_("批准文号"),
        min_length=2,
        max_length=80,
        help_text=_("设立、撤销党组织由上级党组织批准（《中国共产党支部工作条例》、乡镇条例）。"),
    )
    effective_on = DayField(
        label=_("生效日期"), help_text=_("组织从这一天起合并、撤销、更名，不能在今天以后。")
    )


class DayForm(forms.Form):
    """Another effective day for a plan."""

    effective_on = DayField(label=_("生效日期"))


class UnderForm(forms.Form):
    """Which committees' units to choose from."""

    under = forms.MultipleChoiceField(
        label=_("从哪些党委里选"), required=False, widget=forms.SelectMultiple(attrs={"size": 6})
    )

    def __init__(self, choices: Choices, data: Any = None) -> None:
        super().__init__(data)
        self.fields["under"].choices = choices.committees()  # type: ignore[attr-defined]


class StepForm(forms.Form):
    """One step; ``step`` reads it after the form is valid."""

    def step(self) -> Step:
        """The step as a value."""
        raise NotImplementedError

    def _choice(self, name: str, text: Any, choices: Sequence[Option | Group], **kwargs: Any) -> None:
        options = list(choices) if kwargs.get("widget") else [*_CHOOSE, *choices]
        field = forms.MultipleChoiceField if kwargs.pop("many", False) else forms.ChoiceField
        self.fields[name] = field(label=text, choices=options, **kwargs)

    def _new_unit(self, kinds: Sequence[Kind], category: Category, *, required: bool) -> None:
        self.fields["kind"] = forms.ChoiceField(
            label=_("新组织的类型"),
            choices=[(kind, label("organization_kind", kind)) for kind in kinds],
            required=required,
        )
        self.fields["category"] = forms.ChoiceField(
            label=_("新组织的类别"),
            choices=[(each, label("organization_category", each)) for each in Category],
            initial=category,
            required=required,
        )
        self.fields["name"] = TextField(
            label=_("新组织的全称"), max_length=80, required=required, help_text=_("印在党员证上的名称。")
        )
        self.fields["short_name"] = TextField(label=_("新组织的简称"), max_length=40, required=required)
        self.fields["code"] = forms.CharField(
            label=_("新组织的代码"), max_length=30, required=required, help_text=CODE_HELP
        )

    def _made(self) -> NewUnit:
        facts = self.cleaned_data
        return NewUnit(
            kind=facts["kind"],
            category=facts["category"],
            code=halfwidth(facts["code"]),
            name=clean_name(facts["name"]),
            short_name=clean_name(facts["short_name"]),
        )


class MergeForm(StepForm):
    """Units that become one: one of them stays, or a new one is set up."""

    is_committees = False

    def __init__(self, choices: Choices, under: set[int], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        units: Sequence[Option | Group]
        if self.is_committees:
            units, kinds, category = choices.committees(), sorted(COMMITTEE_KINDS), Category.TOWNSHIP
        else:
            units, kinds, category = choices.branches(under), sorted(BRANCH_KINDS), Category.VILLAGE
        self._choice(
            "sources",
            _("要合并的组织"),
            units,
            many=True,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("一次可以选几个。下级组织、党员、党员证和在办事项都跟着走。")
            if self.is_committees
            else _("党员、党员证和在办事项都跟着走，编号不变。"),
        )
        self._choice(
            "into",
            _("合并后保留哪一个"),
            units,
            required=False,
            help_text=_("保留现有组织时在这里选；设立新组织时空着，填写下面几项。"),
        )
        self._new_unit(kinds, category, required=False)

    def clean(self) -> dict[str, Any]:
        """Either one stays, or all is said about the new one."""
        facts = super().clean() or {}
        if not facts.get("into"):
            for name in ("kind", "category", "name", "short_name", "code"):
                if not facts.get(name):
                    self.add_error(name, _("没有选保留的组织时，这一项要填写。"))
        return facts

    def step(self) -> Step:
        """Merge into the one that stays, else into a new one."""
        sources = tuple(int(pk) for pk in self.cleaned_data["sources"])
        into = self.cleaned_data["into"]
        made = MergeCommittees if self.is_committees else MergeBranches
        if into:
            return made(sources=tuple(pk for pk in sources if pk != int(into)), into=int(into))
        return made(sources=sources, new=self._made())


class MergeCommitteesForm(MergeForm):
    """Townships with all their branches."""

    is_committees = True


class SplitBranchForm(StepForm):
    """Members who leave for a new branch."""

    def __init__(self, choices: Choices, source: int, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.source = source
        self._choice(
            "members",
            _("分到新支部的党员"),
            choices.members(source),
            many=True,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("没有选的留在原支部。编号和党员证不变。"),
        )
        self._new_unit(sorted(BRANCH_KINDS), Category.VILLAGE, required=True)

    def step(self) -> Step:
        """Split the branch."""
        members = tuple(int(pk) for pk in self.cleaned_data["members"])
        return SplitBranch(source=self.source, members=members, new=self._made())


class SplitCommitteeForm(StepForm):
    """Branches that leave for a new committee."""

    def __init__(self, choices: Choices, source: int, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.source = source
        self._choice(
            "branches",
            _("分到新组织的下级组织"),
            choices.below(source),
            many=True,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("没有选的留在原来的党委。"),
        )
        self._new_unit(sorted({*COMMITTEE_KINDS, Kind.GENERAL_BRANCH}), Category.TOWNSHIP, required=True)

    def step(self) -> Step:
        """Split the committee."""
        branches = tuple(int(pk) for pk in self.cleaned_data["branches"])
        return SplitCommittee(source=self.source, branches=branches, new=self._made())


class UnitForm(StepForm):
    """A step about one unit."""

    def __init__(self, choices: Choices, under: set[int], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self._choice("unit", _("组织"), choices.units(under))


class RenameForm(UnitForm):
    """A new name."""

    def __init__(self, choices: Choices, under: set[int], data: Any = None, initial: Any = None) -> None:
        super().__init__(choices, under, data, initial)
        self.fields["name"] = TextField(label=_("新的全称"), max_length=80)
        self.fields["short_name"] = TextField(
            label=_("新的简称"), max_length=40, help_text=_("旧名称留在历史里，仍能查到。")
        )

    def step(self) -> Step:
        """Rename the unit."""
        facts = self.cleaned_data
        return Rename(
            unit=int(facts["unit"]),
            name=clean_name(facts["name"]),
            short_name=clean_name(facts["short_name"]),
        )


class MoveForm(UnitForm):
    """Another parent."""

    def __init__(self, choices: Choices, under: set[int], data: Any = None, initial: Any = None) -> None:
        super().__init__(choices, under, data, initial)
        self._choice(
            "parent",
            _("移到哪个上级下面"),
            choices.parents(),
            help_text=_("党总支连同下面的支部一起移。编号段换新的，已有编号不变。"),
        )

    def step(self) -> Step:
        """Move the unit."""
        return Move(unit=int(self.cleaned_data["unit"]), parent=int(self.cleaned_data["parent"]))


class DissolveForm(UnitForm):
    """A unit without members and units."""

    def step(self) -> Step:
        """Dissolve the unit."""
        return Dissolve(unit=int(self.cleaned_data["unit"]))
