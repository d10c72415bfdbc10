"""Entering payments: a branch's month at once, or several months of one member."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4, uuid5

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhibu.core.money import parse_yuan, yuan
from zhibu.core.months import month_text
from zhibu.dues.actions import PaymentEntry
from zhibu.dues.rules.owing import CHANNELS
from zhibu.dues.summaries.pages import LedgerLine, PayableMonth
from zhibu.ui.fields import DayField, TextField, YuanField


def _channels() -> list[tuple[str, str]]:
    return [(code, gettext(label)) for code, label in CHANNELS.items()]


class EntryForm(forms.Form):
    """What is the same for all lines of an entry."""

    paid_on = DayField(label=_("交款日期"), help_text=_("实际收到的那一天。"))
    channel = forms.ChoiceField(label=_("方式"), choices=_channels)
    receiver = TextField(label=_("收款人"), max_length=40, help_text=_("印在收据和证本上。"))
    note = TextField(
        label=_("凭据"), max_length=100, required=False, help_text=_("在流入地交的必填，例如活动证登记页。")
    )
    receipts = forms.BooleanField(
        label=_("同时开收据"), required=False, help_text=_("每人一张，编号按支部和年度连续。")
    )


@dataclass(slots=True)
class EntryLine:
    """One member's line as shown and as typed back."""

    member_id: int
    name: str
    kind: str
    left: int
    operation: str
    is_paid: bool = False
    amount: str = ""
    extra: str = ""
    payer: str = ""
    problems: list[str] = field(default_factory=list)


def read_lines(rows: Iterable[LedgerLine], data: Mapping[str, Any] | None) -> list[EntryLine]:
    """The lines of a month: what is still owed is offered, nothing is ticked; with what was typed, if posted."""
    lines = []
    for each in rows:
        pk = each.row.member_id
        line = EntryLine(
            pk, each.name, each.row.kind, each.row.left, str(uuid4()), amount=yuan(each.row.left)
        )
        if data is not None and f"op-{pk}" in data:
            line.operation = str(data.get(f"op-{pk}", ""))
            line.is_paid = f"paid-{pk}" in data
            line.amount = str(data.get(f"amount-{pk}", "")).strip()
            line.extra = str(data.get(f"extra-{pk}", "")).strip()
            line.payer = str(data.get(f"payer-{pk}", "")).strip()
        lines.append(line)
    return lines


def entries_of(lines: Iterable[EntryLine], *, month: int, form: EntryForm) -> list[PaymentEntry]:
    """The ticked lines; a line that cannot be read gets a problem and is left out."""
    entries = []
    for line in lines:
        if not line.is_paid:
            continue
        amount, extra = parse_yuan(line.amount or "0"), parse_yuan(line.extra or "0")
        try:
            operation = UUID(line.operation)
        except ValueError:
            line.problems.append(gettext("页面过期了，请刷新后重新登记。"))
            continue
        if amount is None or extra is None:
            line.problems.append(gettext("金额请写成0.20这样，单位是元，不能是负数。"))
            continue
        entries.append(_entry(form, line.member_id, month, amount, extra, line.payer, operation))
    return entries


def _entry(
    form: EntryForm, member_id: int, month: int, amount: int, extra: int, payer: str, operation: UUID
) -> PaymentEntry:
    data = form.cleaned_data
    day: date = data["paid_on"]
    return PaymentEntry(
        member_id,
        month,
        amount,
        extra,
        day,
        data["channel"],
        payer,
        data["receiver"],
        operation,
        data["note"],
    )


class MemberPaymentForm(EntryForm):
    """One member, several months, and a voluntary extra."""

    months = forms.MultipleChoiceField(
        label=_("交哪几个月"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("以前没有交的最多补6个月（第十二条），以后的最多预交到规则设置里定的月数。"),
    )
    extra = YuanField(
        label=_("自愿多交（元）"),
        required=False,
        help_text=_("在应交以外自愿交的，记在本月。一次1000元以上的另作大额党费，全部上缴。"),
    )
    payer = TextField(
        label=_("代交人"),
        max_length=40,
        required=False,
        help_text=_("本人交的不填。家属或别的党员代交的填姓名；党组织和单位不能代交。"),
    )
    decision = TextField(
        label=_("上级党委决定"),
        max_length=100,
        required=False,
        help_text=_("补交超过6个月的，填研究决定的文号或会议名称和日期。"),
    )
    operation = forms.UUIDField(widget=forms.HiddenInput)

    field_order = [
        "months",
        "extra",
        "payer",
        "paid_on",
        "channel",
        "receiver",
        "note",
        "decision",
        "receipts",
    ]

    def __init__(self, *args: Any, offered: list[PayableMonth], may_decide: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(each.month): each for each in offered}
        self.fields["months"].choices = [  # type: ignore[attr-defined]
            (code, gettext("{month}　{sum}元").format(month=month_text(each.month), sum=yuan(each.left)))
            for code, each in self.offered.items()
        ]
        if not may_decide:
            del self.fields["decision"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("months") and not data.get("extra"):
            raise forms.ValidationError(_("请勾选交哪几个月，或填自愿多交的金额。"))
        return data

    def entries(self, member_id: int, *, this_month: int) -> list[PaymentEntry]:
        """An entry for each month; the voluntary part stands in this month."""
        data = self.cleaned_data
        operation: UUID = data["operation"]
        extra = data["extra"] or 0
        amounts = {self.offered[code].month: self.offered[code].left for code in data["months"]}
        if extra:
            amounts.setdefault(this_month, 0)
        return [
            _entry(
                self,
                member_id,
                month,
                amount,
                extra if month == this_month else 0,
                data["payer"],
                uuid5(operation, str(month)),
            )
            for month, amount in sorted(amounts.items())
        ]


class ReversalForm(forms.Form):
    """Why a payment is taken back."""

    reason = TextField(
        label=_("原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("写明怎么错的、钱退给了谁。原来的记录保留，另记一笔相反的。"),
        error_messages={"required": _("请写明原因。")},
    )
    operation = forms.UUIDField(widget=forms.HiddenInput)
