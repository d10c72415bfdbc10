"""Handing over: one member with a signature on screen, a branch by the printed list."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.certificates import actions
from zhibu.certificates.forms.keeping import HandoverForm, SignedHandoverForm
from zhibu.certificates.summaries import keeping
from zhibu.certificates.summaries.copies import certificate_of, register_totals
from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.ui.deeds import attempt

LISTED_AT_MOST = 300
"""More copies than this are not listed with boxes: a person ticks branch by branch."""


@requires("certificates.issue")
def handover(request: Request, organization_id: int) -> HttpResponse:
    """The printed copies of a unit, all ticked; who did not come is left out. One POST for all."""
    organization = get_visible(
        Organization.objects.select_related("parent"),
        request.scope,
        "certificates.issue",
        pk=organization_id,
    )
    today = timezone.localdate()
    form = HandoverForm(request.POST or None, initial={"handed_over_on": today})
    ticked = [int(value) for value in request.POST.getlist("booklets") if value.isascii() and value.isdigit()]
    # Without the list on the page (too many, or an old page) everything is handed over, as the page says.
    listed = "listed" in request.POST
    if request.method == "POST" and form.is_valid():
        if listed and not ticked:
            form.add_error(None, _("一本都没有勾选。请勾选实际领到证本的人。"))
        else:
            chosen = ticked if listed else None
            facts: dict[str, Any] = {
                "organization": organization,
                "booklets": chosen,
                "on": today,
                **form.cleaned_data,
            }
            count = attempt(request, form, lambda: actions.hand_over(by=request.scope, **facts))
            if count is not None:
                told = _("已登记%(count)s本证的领取。") % {"count": count}
                messages.success(request, told if count else _("没有等待发放的证本。"))
                return see_other("certificates:organization_register", organization.pk)
    rows = list(keeping.copies_to_hand_over(request.scope, organization)[: LISTED_AT_MOST + 1])
    context = {
        "organization": organization,
        "above": Organization.objects.above(organization.path),
        "form": form,
        "totals": register_totals(request.scope, organization),
        "rows": rows if len(rows) <= LISTED_AT_MOST else [],
        "is_long": len(rows) > LISTED_AT_MOST,
        "unticked": {row.pk for row in rows} - set(ticked) if listed else set(),
    }
    return render(request, "certificates/handover.html", context)


@requires("certificates.issue")
def member_handover(request: Request, member_id: int) -> HttpResponse:
    """One member's printed copy."""
    member = get_visible(
        Member.objects.select_related("branch"), request.scope, "certificates.issue", pk=member_id
    )
    today = timezone.localdate()
    form = SignedHandoverForm(request.POST or None, initial={"handed_over_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            count = actions.hand_over(
                by=request.scope, organization=member.branch, member=member, on=today, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已登记领取。") if count else _("这位党员没有等待发放的证本。"))
            return see_other("members:member", member.pk)
    context = {
        "organization": member.branch,
        "above": Organization.objects.above(member.branch.path),
        "member": member,
        "form": form,
        "copies": certificate_of(member),
    }
    return render(request, "certificates/handover.html", context)
