"""New members wait for a second person: list, one proposal, the answer, taking it back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.members.actions import withdraw_enrollment
from zhibu.members.models import EnrollmentProposal
from zhibu.mobility.actions.enrollments import settle_enrollments
from zhibu.mobility.forms.enrollments import DecisionForm, WithdrawalForm
from zhibu.mobility.summaries import enrollments as summaries
from zhibu.organizations.models import Organization
from zhibu.ui.pages import paginate, render_page

MAINTAIN, SETTLE = summaries.MAINTAIN, summaries.SETTLE
_AT_ONCE = 500


@requires(MAINTAIN, SETTLE)
def enrollments(request: Request) -> HttpResponse:
    view = request.GET.get("view", "")
    if view not in summaries.VIEWS:
        view = "settle" if request.scope.has(SETTLE) else "open"
    page = paginate(request, summaries.rows(request.scope, view=view))
    context = {"view": view, "page": page, "form": DecisionForm() if view == "settle" else None}
    return render_page(request, "mobility/enrollments.html", context)


@requires(MAINTAIN, SETTLE)
def enrollment(request: Request, proposal_id: int) -> HttpResponse:
    permission = MAINTAIN if request.scope.has(MAINTAIN) else SETTLE
    row = get_visible(
        EnrollmentProposal.objects.select_related("branch", "member"),
        request.scope,
        permission,
        pk=proposal_id,
    )
    scope, is_open = request.scope, row.state == "proposed"
    is_own = scope.user_id is not None and scope.user_id == row.proposed_user_id
    decides = is_open and scope.covers(SETTLE, row.branch.path)
    context = {
        "row": row,
        "above": Organization.objects.above(row.branch.path),
        "lines": summaries.lines_of(row),
        "letter": summaries.letter_of(row),
        "warnings": summaries.warnings_of(row, on=timezone.localdate()),
        "decision": DecisionForm() if decides and not is_own else None,
        "waits_for_other": decides and is_own,
        "withdrawal": WithdrawalForm() if is_open and scope.covers(MAINTAIN, row.branch.path) else None,
    }
    return render(request, "mobility/enrollment.html", context)


@requires(SETTLE)
@require_POST
def enrollment_decisions(request: Request) -> HttpResponse:
    """The answer to one proposal from its page, or to those marked in the list."""
    ids = [int(text) for text in request.POST.getlist("rows")[:_AT_ONCE] if text.isdecimal()]
    rows = list(EnrollmentProposal.objects.visible_to(request.scope, SETTLE).filter(pk__in=ids))
    form = DecisionForm(request.POST)
    if not rows:
        raise Refused(_("没有选中要办的登记。请在名单里勾选后再提交。"))
    if not form.is_valid():
        raise Refused(_("请选同意或不同意；说明最多200个字。"))
    accept = form.cleaned_data["answer"] == "accept"
    settle_enrollments(
        by=request.scope,
        proposals=rows,
        accept=accept,
        note=form.cleaned_data["note"],
        on=timezone.localdate(),
    )
    told = _("{n}人已登记入册。") if accept else _("已记下不同意，{n}人没有登记。")
    messages.success(request, told.format(n=len(rows)))
    return see_other("mobility:enrollments")


@requires(MAINTAIN)
@require_POST
def enrollment_withdrawal(request: Request, proposal_id: int) -> HttpResponse:
    row = get_visible(
        EnrollmentProposal.objects.select_related("branch"), request.scope, MAINTAIN, pk=proposal_id
    )
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        raise Refused(_("请写明为什么撤回，至少4个字。"))
    withdraw_enrollment(
        by=request.scope, proposal=row, note=form.cleaned_data["reason"], on=timezone.localdate()
    )
    messages.success(request, _("已撤回。"))
    return see_other("mobility:enrollment", row.pk)
