"""The list of members, the fragment for an organization's page, likely duplicates."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core import codes
from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.members import actions
from zhibu.members.forms import ProposalForm
from zhibu.members.models import Member, MergeProposal
from zhibu.members.rules.stages import Stage, Standing
from zhibu.members.summaries import duplicates, pages
from zhibu.members.summaries.narrowing import Narrowing
from zhibu.organizations.models import Organization
from zhibu.ui.pages import paginate, render_page

_PAIRS_SHOWN = 50
CONSENT = "members.consent_merge"


@requires("members.read")
def members(request: Request) -> HttpResponse:
    chosen = Narrowing.of(request.scope, request.GET.dict())
    organization = chosen.organization
    page = paginate(request, chosen.rows(request.scope))
    held = pages.posts_of(page.rows)
    context = {
        "page": page,
        "rows": [(row, held.get(row.pk, ())) for row in page.rows],
        "organization": organization,
        "above": Organization.objects.above(organization.path) if organization else (),
        "units": Organization.objects.visible_to(request.scope, "members.read")
        .existing()
        .filter(parent=organization)
        .in_order(),
        "chosen": chosen,
        "q": chosen.text,
        "is_filtered": chosen.is_filtered,
        "dues_categories": codes.table("dues_category").items(),
        "stages": [str(each) for each in reversed(Stage)],
        "standings": [str(each) for each in Standing],
    }
    return render_page(request, "members/members.html", context)


@requires("members.read")
def organization_panel(request: Request, organization_id: int) -> HttpResponse:
    organization = get_visible(
        Organization.objects.select_related("parent"), request.scope, "members.read", pk=organization_id
    )
    counts = pages.organization_counts(request.scope, organization, on=timezone.localdate())
    return render(
        request, "members/organization_panel.html", {"organization": organization, "counts": counts}
    )


@requires(CONSENT)
def likely_duplicates(request: Request) -> HttpResponse:
    pairs, total = duplicates.likely_pairs(request.scope, limit=_PAIRS_SHOWN)
    context = {"pairs": pairs, "total": total, "proposals": duplicates.open_proposals(request.scope)}
    return render(request, "members/duplicates.html", context)


@requires(CONSENT)
@require_POST
def merge_proposals(request: Request) -> HttpResponse:
    form = ProposalForm(request.POST)
    if not form.is_valid():
        raise Refused(_("合并建议不完整。请从“疑似重复”页面选两条记录。"))
    records = {
        side: get_visible(Member.objects.select_related("branch"), request.scope, CONSENT, pk=pk)
        for side, pk in form.pair().items()
    }
    try:
        actions.propose_merge(
            by=request.scope, reason=form.cleaned_data["reason"], on=timezone.localdate(), **records
        )
    except Refused as refusal:
        messages.error(request, sentence_of(refusal))
    else:
        messages.success(request, _("已提出合并，等两条记录所在的组织同意。"))
    return see_other("members:duplicates")


def _proposal(request: Request, proposal_id: int) -> MergeProposal:
    return get_visible(
        MergeProposal.objects.select_related("kept", "dropped"), request.scope, CONSENT, pk=proposal_id
    )


@requires(CONSENT)
@require_POST
def merge_consent(request: Request, proposal_id: int) -> HttpResponse:
    proposal = _proposal(request, proposal_id)
    actions.consent_merge(by=request.scope, proposal=proposal, on=timezone.localdate())
    messages.success(request, _("已记下您的同意。"))
    return see_other("members:duplicates")


@requires(CONSENT)
@require_POST
def merge_refusal(request: Request, proposal_id: int) -> HttpResponse:
    proposal = _proposal(request, proposal_id)
    actions.decline_merge(by=request.scope, proposal=proposal, on=timezone.localdate())
    messages.success(request, _("已记下不同意，两条记录都保留，以后不再提示。"))
    return see_other("members:duplicates")
