"""Forms of membership events: they show the rule beside the field; the rules judge."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhibu.members.rules.events import (
    DISPOSAL_STEP_LABELS,
    SPECS,
    DisposalStep,
    Entry,
    EventKind,
    Limits,
    Situation,
    default_months,
    probation_ends,
)
from zhibu.ui.fields import DayField, TextField

_BODIES = {
    True: gettext_lazy("例如：越西县纪委、普雄镇党委"),
    False: gettext_lazy("例如：支部党员大会"),
}


class EventForm(forms.Form):
    """What was decided about a member. Only the fields that this kind of event has."""

    decided_on = DayField(label=gettext_lazy("决定日期"))
    decided_by = TextField(label=gettext_lazy("作出决定的会议或组织"), max_length=80)
    document = TextField(label=gettext_lazy("文号"), max_length=80, required=False)
    effective_on = DayField(label=gettext_lazy("生效日期"), required=False)
    months = forms.TypedChoiceField(label=gettext_lazy("期限"), coerce=int, empty_value=None)
    since = DayField(label=gettext_lazy("起算日期"))
    matter = TextField(
        label=gettext_lazy("事由"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("一两句话，例如“违反群众纪律”。同一事由给过党纪处分的，不再作组织处置。"),
    )
    grounds = TextField(
        label=gettext_lazy("情况和依据"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("加密保存，只给有权限的人看。"),
    )
    evidence = TextField(
        label=gettext_lazy("证明材料"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any, *, kind: EventKind, situation: Situation, limits: Limits, on: date) -> None:
        super().__init__(data, initial={"decided_on": on, "months": default_months(kind, limits)})
        self.kind = kind
        spec = SPECS[kind]
        self.fields["decided_by"].help_text = _BODIES[spec.is_discipline]
        if not spec.is_discipline and data is None and kind != EventKind.DIE:
            self.initial["decided_by"] = _("支部党员大会")
        if kind == EventKind.DIE:
            self.fields["decided_on"].label = _("登记依据的日期")
            self.fields["decided_by"].label = _("谁证明")
            self.fields["decided_by"].help_text = _("例如：村党支部、派出所、县医院")
            self.fields["effective_on"].label = _("死亡日期")
            self.fields["effective_on"].required = True
        if spec.needs_document:
            self.fields["document"].required = True
        if kind == EventKind.CONFIRM:
            full_on = probation_ends(situation, limits)
            self.initial["effective_on"] = full_on
            self.fields["effective_on"].label = _("转正时间")
            self.fields["effective_on"].help_text = _(
                "预备期到{day}满，按期转正的就是这一天（党章第七条）。"
            ).format(day=full_on)
        elif kind == EventKind.READMIT:
            self.fields["effective_on"].label = _("新的入党时间")
            self.fields["effective_on"].required = True
        elif kind != EventKind.DIE:
            self.fields["effective_on"].help_text = _("不填的，批准的从批准日起，备案和登记的从决定日起。")
        if not spec.months:
            del self.fields["months"]
        else:
            months = cast("forms.TypedChoiceField", self.fields["months"])
            months.choices = [(n, _("{n}个月").format(n=n)) for n in _lengths(kind, limits)]
        if not spec.needs_since:
            del self.fields["since"]
        else:
            self.fields["since"].label = _(spec.needs_since)
        if not spec.needs_evidence:
            self.fields["evidence"].required = False
        else:
            self.fields["evidence"].label = _(spec.needs_evidence)
        self.steps = tuple(DisposalStep) if spec.needs_steps else ()
        for step in self.steps:
            self.fields[step.value] = DayField(label=_(DISPOSAL_STEP_LABELS[step]))
        if self.steps:
            self.fields["decided_on"].label = _("支部党员大会决定日期")
            self.order_fields([step.value for step in self.steps])
        if not (spec.is_adverse and (spec.is_discipline or spec.is_disposal)):
            del self.fields["matter"]

    def entry(self) -> Entry:
        """What was typed, for the rules."""
        given = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        steps = {step: given.pop(step.value) for step in self.steps}
        return Entry(kind=self.kind, steps=steps, **given)


def _lengths(kind: EventKind, limits: Limits) -> list[int]:
    months = SPECS[kind].months
    if kind == EventKind.EXTEND_PROBATION:
        return list(range(limits.probation_extension_months_min, limits.probation_extension_months_max + 1))
    if kind == EventKind.BEGIN_CORRECTION:
        return list(range(1, limits.correction_months_max + 1))
    return list(months)


class SettlementForm(forms.Form):
    """The higher organization's answer."""

    answer = forms.ChoiceField(
        label=gettext_lazy("意见"),
        choices=(("approve", gettext_lazy("批准")), ("refuse", gettext_lazy("不批准"))),
        widget=forms.RadioSelect,
    )
    settled_on = DayField(label=gettext_lazy("批准日期"))
    document = TextField(label=gettext_lazy("批复文号"), max_length=80, required=False)
    effective_on = DayField(
        label=gettext_lazy("生效日期"),
        required=False,
        help_text=gettext_lazy("不填的，用决定里写的；决定没写的，从批准日起。"),
    )
    note = TextField(
        label=gettext_lazy("说明"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("不批准的，写明理由。"),
    )

    def __init__(self, *args: Any, is_recheck: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_recheck:
            answer = cast("forms.ChoiceField", self.fields["answer"])
            answer.label = _("核对结果")
            answer.choices = [("approve", _("和处分决定一致")), ("refuse", _("不一致，退回"))]
            self.fields["settled_on"].label = _("核对日期")
            self.fields["note"].help_text = _("不一致的，写明哪里不一致。")
            del self.fields["document"], self.fields["effective_on"]


class FilingForm(forms.Form):
    """Put on record."""

    filed_on = DayField(label=gettext_lazy("备案日期"))
    document = TextField(label=gettext_lazy("备案文号"), max_length=80, required=False)


class CancelForm(forms.Form):
    """Why it is taken back."""

    reason = TextField(label=gettext_lazy("为什么撤回"), min_length=4, max_length=200)
