"""Bare views: behind the same middleware, signed in; the page's rows by one query, a plain loop, no layout."""

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import render

from zhibu.certificates.models import Certificate
from zhibu.core.http import Request, signed_in
from zhibu.members.models import Member
from zhibu.organizations.models import Organization


@signed_in
def register(request: Request, organization_id: int) -> HttpResponse:
    """Fifty rows of the county's register, or one branch's with ``?branch=1``."""
    found = Certificate.objects.all()
    if request.GET.get("branch"):
        found = found.filter(member__branch=organization_id)
    rows = (
        found.with_live_booklet()
        .select_related("member__branch")
        .annotate(serial=F("live__serial"), issued=F("live__issue_date"), handed=F("live__handed_over_on"))
        .order_by("number")
    )
    return render(request, "bench/register.html", {"rows": rows[:50]})


@signed_in
def member(request: Request, member_id: int) -> HttpResponse:
    """One member."""
    row = Member.objects.select_related("branch").filter(pk=member_id).get()
    return render(request, "bench/member.html", {"row": row})


@signed_in
def tree(request: Request) -> HttpResponse:
    """The units the tree page shows when it opens: those below the county."""
    rows = Organization.objects.filter(parent__parent=None).exclude(parent=None).order_by("code")
    return render(request, "bench/tree.html", {"rows": rows})
