"""Merging two records of one person: preview, deed, the way back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.members import actions as members
from zhibu.members.models import MergeProposal
from zhibu.reorganizations.actions import merging as actions
from zhibu.reorganizations.summaries.merging import preview

CONSENT = "members.consent_merge"


def _proposal(request: Request, proposal_id: int) -> MergeProposal:
    return get_visible(
        MergeProposal.objects.select_related("kept__branch", "dropped__branch"),
        request.scope,
        CONSENT,
        pk=proposal_id,
    )


@requires(CONSENT)
def merge(request: Request, proposal_id: int) -> HttpResponse:
    """GET shows what would happen; POST does it."""
    proposal = _proposal(request, proposal_id)
    if request.method == "POST":
        actions.merge_members(by=request.scope, proposal=proposal, on=timezone.localdate())
        messages.success(request, _("两份记录已合并，原编号仍能查到。合并错了可以分开。"))
        return see_other("reorganizations:merge", proposal.pk)
    covers = {
        side.pk: request.scope.covers(CONSENT, side.branch.path) for side in (proposal.kept, proposal.dropped)
    }
    context = {
        "proposal": proposal,
        # Someone who covers one side only is shown the facts of both no sooner than both are theirs.
        "preview": preview(proposal, request.scope) if all(covers.values()) else None,
        "complete": proposal.kept_consent_at is not None and proposal.dropped_consent_at is not None,
        "may_merge": covers[proposal.kept_id],
        "may_part": all(covers.values()),
        "asked_to_part": request.scope.user_id == proposal.parting_user_id,
    }
    return render(request, "reorganizations/merge.html", context)


@requires(CONSENT)
@require_POST
def merge_parting(request: Request, proposal_id: int) -> HttpResponse:
    """The first person says why, another one answers."""
    proposal, today = _proposal(request, proposal_id), timezone.localdate()
    answer = request.POST.get("answer", "")
    if answer == "part":
        actions.part_members(by=request.scope, proposal=proposal, on=today)
        messages.success(request, _("两条记录已分开，各自的编号和证本照旧。"))
    elif answer == "keep":
        members.decline_parting(by=request.scope, proposal=proposal, on=today)
        messages.success(request, _("已记下不分开。"))
    else:
        members.propose_parting(
            by=request.scope, proposal=proposal, reason=request.POST.get("reason", ""), on=today
        )
        messages.success(request, _("已提出分开，等另一位同志决定。"))
    return see_other("reorganizations:merge", proposal.pk)
