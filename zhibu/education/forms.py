"""Parsing what people type about study hours; the rules judge."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhibu.education.rules.entries import MODE_LABELS, Entry, Mode
from zhibu.members.models import Member
from zhibu.ui.fields import DayField, HoursField, TextField


class StudyForm(forms.Form):
    """One study of a branch and who took part; everyone who lives there is ticked."""

    mode = forms.ChoiceField(
        label=_("学习方式"),
        choices=lambda: [(str(mode), gettext(label)) for mode, label in MODE_LABELS.items()],
    )
    subject = TextField(
        label=_("学习内容"),
        max_length=80,
        help_text=_("例如“惠农政策”“党章学习”。"),
        error_messages={"required": _("学习内容没有填。")},
    )
    day = DayField(label=_("日期"), help_text=_("学了几天的，填第一天。"))
    days = forms.IntegerField(
        label=_("天数"),
        min_value=1,
        max_value=60,
        initial=1,
        error_messages={"min_value": _("天数从1天起。"), "max_value": _("最多60天，更长的分几次登记。")},
    )
    tenths = HoursField(
        label=_("每人学时"),
        help_text=_("几天合起来的学时，45分钟为1学时，例如2或者1.5。"),
    )
    evidence = TextField(
        label=_("依据"),
        max_length=200,
        initial=_("签到表"),
        help_text=_("写明在哪里能查到。实践锻炼写带班人证明，学历提升写在读或者毕业证明。"),
        error_messages={"required": _("依据没有填。")},
    )
    members = forms.TypedMultipleChoiceField(
        label=_("参加的人"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("先按都参加勾好，没有来的点一下取消。在外流动的没有勾，参加了的勾上。"),
        error_messages={
            "required": _("一个人都没有勾选。请勾选参加了学习的人。"),
            "invalid_choice": _("名单里有人现在不在本支部，请刷新页面重新勾选。"),
        },
    )
    operation = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = list(people)
        field = self.fields["members"]
        field.choices = [  # type: ignore[attr-defined]
            (
                member.pk,
                gettext("{name}（流动）").format(name=member.name) if member.is_floating else member.name,
            )
            for member in listed
        ]
        field.initial = [member.pk for member in listed if not member.is_floating]

    def entry(self) -> Entry:
        """What was studied. Read after ``is_valid``."""
        found = self.cleaned_data
        return Entry(
            Mode(found["mode"]),
            found["subject"],
            found["day"],
            found["tenths"],
            found["evidence"],
            found["days"],
        )


class ReversalForm(forms.Form):
    """Why hours are taken back."""

    reason = TextField(
        label=_("原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("写明怎么错的。原来的登记保留，另记一笔相反的；还要记的重新登记。"),
        error_messages={"required": _("请写明原因。")},
    )
    operation = forms.UUIDField(widget=forms.HiddenInput)
