"""Entering payments, and taking one back."""

from functools import partial
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.months import month_code, month_of, month_text, shift_month
from zhibu.core.refusals import sentence_of
from zhibu.dues import actions
from zhibu.dues.forms.payments import EntryForm, MemberPaymentForm, ReversalForm, entries_of, read_lines
from zhibu.dues.models import Payment
from zhibu.dues.policies import terms_on
from zhibu.dues.summaries import pages as summaries
from zhibu.dues.summaries.expecting import expected_of
from zhibu.dues.summaries.facts import is_locked
from zhibu.dues.views.common import ASSESS, RECORD, at, member_of, month_asked, organization_of
from zhibu.ui.deeds import attempt

_DECIDED_MONTHS = 24


@requires(RECORD)
def entry(request: Request, organization_id: int) -> HttpResponse:
    """A month of a branch: everyone who still owes, each line with its own box and payer."""
    branch = organization_of(request, RECORD, organization_id)
    today, month = timezone.localdate(), month_asked(request)
    data = request.POST if request.method == "POST" else None
    form = EntryForm(data, initial={"paid_on": today, "receiver": request.scope.name, "channel": "cash"})
    listed = [
        line
        for line in summaries.ledger_lines(branch, month, on=today)
        if line.row.left or _was_sent(request, line)
    ]
    lines = read_lines(listed, data)
    if data is not None and form.is_valid():
        entries = entries_of(lines, month=month, form=form)
        problems = [f"{line.name}：{problem}" for line in lines for problem in line.problems]
        for problem in problems:
            form.add_error(None, problem)
        if not entries and not problems:
            form.add_error(None, _("一个人都没有勾选。请勾选实际交了党费的人。"))
        elif not problems:
            facts: dict[str, Any] = {
                "entries": entries,
                "with_receipts": form.cleaned_data["receipts"],
                "on": today,
            }
            record = partial(actions.record_payments, by=request.scope, branch=branch, **facts)
            rows = attempt(request, form, record)
            if rows is not None:
                told = _("已登记{count}人{month}的党费。")
                messages.success(request, told.format(count=len(rows), month=month_text(month)))
                return see_other("dues:organization", branch.pk, then=f"?month={month_code(month)}")
    context = at(
        branch,
        form=form,
        lines=lines,
        month=month,
        is_locked=is_locked(branch.pk, month, today),
        total=sum(line.left for line in lines),
    )
    return render(request, "dues/entry.html", context)


def _was_sent(request: Request, line: summaries.LedgerLine) -> bool:
    """A line that was paid meanwhile stays on the page that sent it: its operation may be a retry."""
    return f"paid-{line.row.member_id}" in request.POST


@requires(RECORD)
def member_payment(request: Request, member_id: int) -> HttpResponse:
    """Several months of one member: back, ahead, and a voluntary extra."""
    member = member_of(request, RECORD, member_id)
    today = timezone.localdate()
    this, terms = month_of(today), terms_on(today)
    may_decide = request.scope.covers(ASSESS, member.branch.path)
    since = shift_month(this, -_DECIDED_MONTHS if may_decide else -terms.back_months)
    until = shift_month(this, terms.advance_months + 1)
    offered = summaries.payable_months(
        member, expected_of(member, since=this, until=until), since=since, until=until
    )
    data = request.POST if request.method == "POST" else None
    form = MemberPaymentForm(
        data,
        offered=offered,
        may_decide=may_decide,
        initial={
            "paid_on": today,
            "receiver": request.scope.name,
            "channel": "cash",
            "operation": uuid4(),
            "months": [str(this)],
        },
    )
    if data is not None and form.is_valid():
        try:
            actions.record_payments(
                by=request.scope,
                branch=member.branch,
                entries=form.entries(member.pk, this_month=this),
                decision=form.cleaned_data.get("decision", ""),
                with_receipts=form.cleaned_data["receipts"],
                on=today,
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已登记{name}的党费。").format(name=member.name))
            return see_other("dues:account", member.pk)
    return render(request, "dues/member_payment.html", at(member.branch, member=member, form=form))


@requires(RECORD)
def reversal(request: Request, payment_id: int) -> HttpResponse:
    payment = get_visible(
        Payment.objects.select_related("member", "branch"), request.scope, RECORD, pk=payment_id
    )
    data = request.POST if request.method == "POST" else None
    form = ReversalForm(data, initial={"operation": uuid4()})
    if data is not None and form.is_valid():
        try:
            actions.reverse_payment(
                by=request.scope, payment=payment, on=timezone.localdate(), **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已冲正，请把钱退给本人。"))
            return see_other("dues:account", payment.member_id)
    context = at(payment.branch, payment=payment, member=payment.member, form=form)
    return render(request, "dues/reversal.html", context)
