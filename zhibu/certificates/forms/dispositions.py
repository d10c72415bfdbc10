"""Parsing what people type about dispositions; the rules judge."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhibu.certificates.rules.dispositions import ASKS, WHEREABOUTS_LABELS, Whereabouts
from zhibu.ui.fields import DayField, TextField

_HELP = {
    Whereabouts.RECLAIMED: gettext_lazy("选“收回，待销毁”的必填：证本现在放在哪里。"),
    Whereabouts.ARCHIVED: gettext_lazy("选“存档”的必填：存在哪里。"),
    Whereabouts.BRANCH_CUSTODY: gettext_lazy("选“代管”的必填：证本放在哪里。给本人开一张收据。"),
    Whereabouts.COMMITTEE_CUSTODY: gettext_lazy("选“党委保管”的必填：证本放在哪里。"),
    Whereabouts.FAMILY: gettext_lazy("选“交家属”的必填：领取人的姓名和关系。"),
    Whereabouts.RETURNED: gettext_lazy("选“发还”的必填：谁领回了证本，本人或代领人姓名。"),
    Whereabouts.NOT_OBTAINABLE: gettext_lazy("选“收不到”的必填：为什么收不到、怎样找过。"),
    Whereabouts.REISSUE: gettext_lazy("原证本找不到的必填：怎样找过。之后在党员页面办补发。"),
}


def _witness() -> forms.CharField:
    return TextField(
        label=gettext_lazy("其他在场的人"),
        max_length=40,
        required=False,
        help_text=gettext_lazy(
            "剪角后由两个人销毁：您登记，在场的另一名监销人用本人的账号确认。还有别人在场的，写在这里。"
        ),
    )


class CarryingOutForm(forms.Form):
    """What was done with the copy: only the ways that fit the rule, only the fields that they ask for."""

    whereabouts = forms.ChoiceField(label=gettext_lazy("证本怎样处理了"), widget=forms.RadioSelect)
    on_day = DayField(
        label=gettext_lazy("办理日期"), help_text=gettext_lazy("事项生效以后、实际办理的那一天。")
    )
    place = TextField(label=gettext_lazy("存放地点"), max_length=80, required=False)
    receiver = TextField(label=gettext_lazy("领取人"), max_length=40, required=False)
    witness = _witness()
    note = TextField(
        label=gettext_lazy("备注"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, options: Sequence[Whereabouts], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["whereabouts"] = forms.ChoiceField(
            label=_("证本怎样处理了"),
            choices=[(str(each), _(WHEREABOUTS_LABELS[each])) for each in options],
            widget=forms.RadioSelect,
            initial=str(options[0]) if len(options) == 1 else None,
            error_messages={
                "required": _("请选证本是怎样处理的。"),
                "invalid_choice": _("请从列出的办法里选。"),
            },
        )
        for name in ("place", "receiver", "note"):
            helps = [_HELP[each] for each in options if name in ASKS[each] and each in _HELP]
            if helps:
                self.fields[name].help_text = " ".join(map(str, helps))
        asked = {name for each in options for name in ASKS[each]} | {"note"}
        for name in ("place", "receiver", "witness"):
            if name not in asked:
                del self.fields[name]


class DestructionForm(forms.Form):
    """A reclaimed copy was destroyed; somebody else confirms it."""

    on_day = DayField(label=gettext_lazy("销毁日期"))
    witness = _witness()


class PeriodForm(forms.Form):
    """The days a printed list covers."""

    since = DayField(label=gettext_lazy("从"))
    until = DayField(label=gettext_lazy("到"))

    def period(self, *, on: date) -> tuple[date, date]:
        """The days asked for; this year to today when they were not given or are no days."""
        if self.is_valid():
            return self.cleaned_data["since"], self.cleaned_data["until"]
        return date(on.year, 1, 1), on
