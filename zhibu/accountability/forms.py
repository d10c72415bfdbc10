"""Forms of accountability."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from zhibu.accountability.rules import (
    OF_MEMBERS,
    OF_ORGANIZATIONS,
    OUTCOME_LABELS,
    STEP_LABELS,
    TRIGGER_LABELS,
    Outcome,
    StepKind,
)
from zhibu.organizations.models import Organization
from zhibu.ui.fields import DayField, TextField


class CaseForm(forms.Form):
    """What a case is about."""

    member = forms.TypedChoiceField(label=_("党员"), coerce=int, empty_value=None, required=False)
    responsible = TextField(
        label=_("责任人"), max_length=40, required=False, help_text=_("单位的事要写明责任人的姓名和职务。")
    )
    trigger = forms.ChoiceField(label=_("什么问题"))
    facts = TextField(
        label=_("事实和依据"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写清哪一天、什么事、谁能证明。加密保存，本人可以说明和提异议。"),
    )

    def __init__(
        self,
        data: object,
        *,
        organization: Organization,
        members: list[tuple[int, str]],
        about_member: bool,
        initial: dict[str, object],
    ) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        triggers = OF_MEMBERS if about_member else OF_ORGANIZATIONS
        trigger: forms.ChoiceField = self.fields["trigger"]  # type: ignore[assignment]
        # Nothing is chosen for people: an accusation is theirs.
        trigger.choices = [("", _("请选择")), *((str(each), _(TRIGGER_LABELS[each])) for each in triggers)]
        if about_member:
            del self.fields["responsible"]
            member: forms.ChoiceField = self.fields["member"]  # type: ignore[assignment]
            member.choices = [("", _("请选择")), *members]
            member.required = True
        else:
            del self.fields["member"]
            self.fields["responsible"].required = True


class StepForm(forms.Form):
    """One step."""

    kind = forms.ChoiceField(label=_("办什么"))
    day = DayField(label=_("日期"))
    until = DayField(label=_("期限"), required=False, help_text=_("只有“给出期限”要填。"))
    text = TextField(label=_("情况"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: object, *, kinds: Sequence[StepKind], initial: dict[str, object]) -> None:
        super().__init__(data, initial=initial, auto_id="step_%s")  # type: ignore[arg-type]
        kind: forms.ChoiceField = self.fields["kind"]  # type: ignore[assignment]
        kind.choices = [(str(each), _(STEP_LABELS[each])) for each in kinds]
        if StepKind.DEADLINE not in kinds:
            del self.fields["until"]

    def offer(self, kinds: Sequence[StepKind]) -> None:
        """Offer these steps when the page is shown again with what was refused."""
        kind: forms.ChoiceField = self.fields["kind"]  # type: ignore[assignment]
        kind.choices = [(str(each), _(STEP_LABELS[each])) for each in kinds]


class DecisionForm(forms.Form):
    """How the case ends."""

    outcome = forms.ChoiceField(label=_("决定"), widget=forms.RadioSelect)
    until = DayField(
        label=_("整改期限"), required=False, help_text=_("只有“限期整改”要填。到期由另一个人复核。")
    )
    text = TextField(label=_("理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: object, *, outcomes: tuple[Outcome, ...]) -> None:
        super().__init__(data, auto_id="decision_%s")  # type: ignore[arg-type]
        outcome: forms.ChoiceField = self.fields["outcome"]  # type: ignore[assignment]
        outcome.choices = [(str(each), _(OUTCOME_LABELS[each])) for each in outcomes]
        if Outcome.RECTIFICATION not in outcomes:
            del self.fields["until"]


class ReviewForm(forms.Form):
    """The answer to an objection to a decision."""

    result = forms.ChoiceField(
        label=_("复核结果"),
        choices=[("upheld", _("维持原决定")), ("unfounded", _("原决定不成立，改为不属实"))],
        widget=forms.RadioSelect,
    )
    text = TextField(label=_("理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: object = None) -> None:
        super().__init__(data, auto_id="review_%s")  # type: ignore[arg-type]


class OwnForm(forms.Form):
    """The member's own words."""

    kind = forms.ChoiceField(label=_("说明还是异议"))
    text = TextField(label=_("内容"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: object = None, *, kinds: Sequence[StepKind], prefix: str = "own") -> None:
        super().__init__(data, auto_id=f"{prefix}_%s")  # type: ignore[arg-type]
        labels = {StepKind.STATEMENT: _("我的说明"), StepKind.OBJECTION: _("我不同意，提出异议")}
        kind: forms.ChoiceField = self.fields["kind"]  # type: ignore[assignment]
        kind.choices = [(str(each), labels[each]) for each in kinds]
