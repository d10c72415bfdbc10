"""Parsing what people type about rewards and appeals."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhibu.conduct.rules import LEVELS, RewardEntry, RewardLevel
from zhibu.conduct.summaries.appeals import Examiner
from zhibu.ui.fields import DayField, TextField


class RewardForm(forms.Form):
    """A reward (党内奖励)."""

    level = forms.ChoiceField(
        label=_("级别"),
        choices=lambda: [(level.value, gettext(label)) for level, label in LEVELS.items()],
        help_text=_(
            "按作出表彰决定的组织。党支部和乡镇、部门党委的由支部登记；县级以上的由上级党委或县里登记。"
        ),
    )
    title = TextField(
        label=_("奖励名称"),
        max_length=80,
        help_text=_("照表彰决定写全，例如：优秀共产党员。"),
        error_messages={"required": _("奖励名称没有填。请照表彰决定填写。")},
    )
    awarded_on = DayField(
        label=_("表彰日期"),
        help_text=_("决定上的日期。当时的党内职务和所在支部由系统按这一天查出，不用填。"),
    )
    awarded_by = TextField(
        label=_("决定单位"),
        max_length=80,
        help_text=_("作出决定的组织全称，例如：中共凉山州委。"),
        error_messages={"required": _("决定单位没有填。请照表彰决定填写。")},
    )
    document = TextField(label=_("文号"), required=False, max_length=80)

    def entry(self) -> RewardEntry:
        """What was typed, as the action takes it."""
        data = self.cleaned_data
        return RewardEntry(
            RewardLevel(data["level"]),
            data["title"],
            data["awarded_on"],
            data["awarded_by"],
            data["document"],
        )


class ReasonForm(forms.Form):
    """Why a reward is reversed."""

    reason = TextField(
        label=_("原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明谁决定、为什么。记录保留，不会删除。"),
        error_messages={"required": _("请写明原因。")},
    )


class AppealForm(forms.Form):
    """An appeal: what the person says, and when."""

    filed_on = DayField(label=_("提出日期"), help_text=_("替本人登记的，填本人提出的那一天。"))
    statement = TextField(
        label=_("申诉内容"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "写明对哪一点不服、事实和理由、要求怎样处理。加密保存，只有本人、登记人和管复查的人能看。依据：党章第四条第八项。"
        ),
        error_messages={"required": _("申诉内容没有填。请写明对哪一点不服和理由。")},
    )


class ExaminerForm(forms.Form):
    """Who re-examines."""

    examiner = forms.ChoiceField(
        label=_("复查人"),
        help_text=_("只列有“复查申诉”权限、管着这个支部、没有参与原决定的人。"),
        error_messages={"required": _("请选一位复查人。"), "invalid_choice": _("请从名单里选一位复查人。")},
    )

    def __init__(self, *args: Any, examiners: list[Examiner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examiners = {str(each.user.pk): each.user for each in examiners}
        self.fields["examiner"].choices = [  # type: ignore[attr-defined]
            (str(each.user.pk), f"{each.user.name}（{each.place}）") for each in examiners
        ]

    def chosen(self) -> Any:
        """The account."""
        return self.examiners[self.cleaned_data["examiner"]]


class ResultForm(forms.Form):
    """The result of a re-examination."""

    upheld = forms.ChoiceField(
        label=_("结论"),
        choices=[
            ("yes", _("维持原决定")),
            ("no", _("撤销原决定，恢复到决定以前")),
        ],
        widget=forms.RadioSelect,
        help_text=_("撤销以后，党籍、措施和党员证回到决定以前；已经免去的职务不自动恢复。历史保留。"),
        error_messages={"required": _("请选一项结论。")},
    )
    document = TextField(
        label=_("复查决定文号"),
        max_length=80,
        help_text=_("没有文号的，填会议名称和日期。"),
        error_messages={"required": _("请填复查决定的文号。")},
    )
    decided_on = DayField(label=_("复查决定日期"))
    result = TextField(
        label=_("事实和理由"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("本人能看到。加密保存。"),
        error_messages={"required": _("请写明复查的事实和理由。")},
    )
