"""Forms of a withdrawal for cause, one a step."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zhibu.certificates.rules.withdrawals import TRIGGER_LABELS
from zhibu.ui.fields import DayField, TextField


def _text(label: object, help_text: object = "", rows: int = 3) -> forms.CharField:
    return TextField(
        label=label,  # type: ignore[arg-type]
        help_text=help_text,  # type: ignore[arg-type]
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class OpeningForm(forms.Form):
    """Why a case is opened."""

    trigger = forms.ChoiceField(
        label=_("起因"),
        choices=[(str(code), _(text)) for code, text in TRIGGER_LABELS.items()],
        widget=forms.RadioSelect,
    )
    triggered_on = DayField(label=_("问题从哪一天起"))
    facts = _text(_("什么问题"), _("写清事实和依据，加密保存。批评教育在前，收回在后。"))


class TalkForm(forms.Form):
    """A talk."""

    talked_on = DayField(label=_("谈话日期"), help_text=_("至少谈两次，不在同一天（规则设置里可以调）。"))
    talker = TextField(label=_("谁谈的"), max_length=40)
    content = _text(_("谈了什么，本人怎么说"), _("加密保存。"), rows=2)


class DeadlineForm(forms.Form):
    """Until when to mend it."""

    deadline = DayField(
        label=_("改正的期限"), help_text=_("在最后一次谈话之后。过了期限没有改正，支部才能提出收回。")
    )


class ProposalForm(forms.Form):
    """The branch proposes."""

    proposed_on = DayField(label=_("支部提出的日期"))


class ApprovalForm(forms.Form):
    """The committee approves."""

    approved_on = DayField(label=_("批准日期"))
    document = TextField(label=_("文号"), max_length=80, required=False)


class NoticeForm(forms.Form):
    """The member was told."""

    notified_on = DayField(label=_("通知本人的日期"), help_text=_("从这一天起，本人可以提异议。"))


class ObjectionForm(forms.Form):
    """The member's own words."""

    text = _text(_("异议"), _("写明哪里不对、有什么材料。由没有批准的人复核后答复。"))


class AnswerForm(forms.Form):
    """The answer to an objection."""

    answer = _text(_("对异议的答复"), rows=2)


class ReexaminationForm(forms.Form):
    """The yearly look, or the end."""

    give_back = forms.BooleanField(label=_("改正了，发还证本"), required=False)
    note = TextField(label=_("复查的情况"), min_length=4, max_length=200)


class ClosingForm(forms.Form):
    """Why the case ends without taking the booklet."""

    note = TextField(
        label=_("为什么结束"),
        min_length=4,
        max_length=200,
        help_text=_("例如：党费已经补齐；反映的问题不属实。"),
    )
