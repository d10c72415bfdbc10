"""Reliefs: list, asking, one request with its decision, ending early."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.months import month_of, shift_month
from zhibu.core.refusals import sentence_of
from zhibu.dues import actions
from zhibu.dues.forms.reliefs import EndForm, ReliefForm, SettlementForm
from zhibu.dues.models import Relief
from zhibu.dues.rules.relieving import IN_FORCE, WAITING, branch_decides
from zhibu.dues.summaries import reliefs as summaries
from zhibu.dues.summaries.facts import category_in
from zhibu.dues.views.common import ASSESS, READ, RECORD, at, member_of, organization_of
from zhibu.ui.pages import paginate, render_page

VIEWS = ("", "waiting", "past")


@requires(READ)
def reliefs(request: Request) -> HttpResponse:
    view = request.GET.get("view", "")
    view = view if view in VIEWS else ""
    today = timezone.localdate()
    context = at(
        organization_of(request, READ, None),
        page=paginate(request, summaries.relief_rows(request.scope, view=view, on=today)),
        view=view,
    )
    return render_page(request, "dues/reliefs.html", context)


def _relief(request: Request, permission: str, pk: int) -> Relief:
    return get_visible(Relief.objects.select_related("member__branch"), request.scope, permission, pk=pk)


@requires(READ)
def relief(request: Request, relief_id: int) -> HttpResponse:
    return _page(request, _relief(request, READ, relief_id))


def _page(
    request: Request, row: Relief, *, settlement: SettlementForm | None = None, ending: EndForm | None = None
) -> HttpResponse:
    scope, path, today = request.scope, row.member.branch.path, timezone.localdate()
    decides = scope.covers(ASSESS, path)
    waits = row.state in WAITING
    waits_for_other = waits and decides and row.proposed_user_id == scope.user_id
    if waits and decides and not waits_for_other and settlement is None:
        settlement = SettlementForm()
    is_running = row.state in IN_FORCE and row.until_month > shift_month(month_of(today), 1)
    if is_running and decides and ending is None:
        ending = EndForm(initial={"until_month": shift_month(month_of(today), 1)})
    context = at(
        row.member.branch,
        relief=row,
        member=row.member,
        settlement=settlement if waits and decides and not waits_for_other else None,
        ending=ending if row.state in IN_FORCE and decides else None,
        waits_for_other=waits_for_other,
        reads_grounds=decides or scope.covers(RECORD, path),
    )
    return render(request, "dues/relief.html", context)


@requires(RECORD)
def relief_new(request: Request, member_id: int) -> HttpResponse:
    member = member_of(request, RECORD, member_id)
    today = timezone.localdate()
    by_branch = branch_decides(category_in(member, month_of(today)))
    form = ReliefForm(
        request.POST or None,
        initial={"from_month": month_of(today), "requested_on": today, "resolved_on": today},
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.propose_relief(by=request.scope, member=member, entry=form.entry(), on=today)
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(
                request,
                _("已按支部的决定执行，告知上级党委。")
                if row.state == "decided"
                else _("已报上级党委，批准以前照常交。"),
            )
            return see_other("dues:relief", row.pk)
    return render(
        request, "dues/relief_new.html", at(member.branch, member=member, form=form, by_branch=by_branch)
    )


@requires(ASSESS)
@require_POST
def relief_settlement(request: Request, relief_id: int) -> HttpResponse:
    row = _relief(request, ASSESS, relief_id)
    form = SettlementForm(request.POST)
    if form.is_valid():
        approve = form.cleaned_data["approve"] == "yes"
        try:
            actions.settle_relief(
                by=request.scope,
                relief=row,
                approve=approve,
                note=form.cleaned_data["note"],
                on=timezone.localdate(),
            )
        except Refused as refusal:
            if row.state not in WAITING or row.proposed_user_id == request.scope.user_id:
                raise
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已办。") if approve else _("已登记不同意。"))
            return see_other("dues:relief", row.pk)
    return _page(request, row, settlement=form)


@requires(ASSESS)
@require_POST
def relief_end(request: Request, relief_id: int) -> HttpResponse:
    row = _relief(request, ASSESS, relief_id)
    form = EndForm(request.POST)
    if form.is_valid():
        try:
            actions.end_relief(by=request.scope, relief=row, on=timezone.localdate(), **form.cleaned_data)
        except Refused as refusal:
            if row.state not in IN_FORCE:
                raise
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已提前结束，从填的月份起恢复交。"))
            return see_other("dues:relief", row.pk)
    return _page(request, row, ending=form)
