"""Paying by the quarter: who does, and a decision of the branch on one member."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core.access import Refused
from zhibu.core.http import Request, requires, see_other
from zhibu.core.months import month_of
from zhibu.core.refusals import sentence_of
from zhibu.dues import actions
from zhibu.dues.forms.quarters import QuarterForm
from zhibu.dues.rules.quarters import quarter_start
from zhibu.dues.summaries import quarters as summaries
from zhibu.dues.summaries.facts import paid_by_quarter
from zhibu.dues.views.common import READ, RECORD, at, member_of, organization_of
from zhibu.ui.pages import paginate, render_page

VIEWS = ("", "all")


@requires(READ)
def quarterly(request: Request) -> HttpResponse:
    view = request.GET.get("view", "")
    view = view if view in VIEWS else ""
    rows = summaries.quarter_rows(request.scope, view=view, on=timezone.localdate())
    context = at(organization_of(request, READ, None), page=paginate(request, rows), view=view)
    return render_page(request, "dues/quarterly.html", context)


@requires(RECORD)
def quarterly_new(request: Request, member_id: int) -> HttpResponse:
    member = member_of(request, RECORD, member_id)
    today = timezone.localdate()
    quarter = quarter_start(month_of(today))
    holds = (member.pk, member.branch_id) in paid_by_quarter(quarter, of=member)
    form = QuarterForm(
        request.POST or None,
        on=today,
        initial={"allowed": "no" if holds else "yes", "from_month": quarter, "decided_on": today},
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.decide_quarterly(by=request.scope, member=member, entry=form.entry(), on=today)
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            said = _("已登记：{name}按季交党费。") if row.allowed else _("已登记：{name}恢复按月交党费。")
            messages.success(request, said.format(name=member.name))
            return see_other("dues:account", member.pk)
    context = at(
        member.branch, member=member, form=form, holds=holds, decisions=summaries.decisions_on(member)
    )
    return render(request, "dues/quarterly_new.html", context)
