"""Organizational life on other pages: a member's year, a branch's month."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires
from zhibu.meetings.summaries.own import ahead_of
from zhibu.meetings.summaries.pages import year_of
from zhibu.meetings.views.places import READ
from zhibu.members.models import Member


@requires(READ, "members.read_own")
def member_panel(request: Request, member_id: int) -> HttpResponse:
    """A member's attendance of a year; the person sees the own."""
    members = Member.objects.select_related("branch")
    own = members.filter(pk=member_id, user=request.scope.user_id).first()
    member = own or get_visible(members, request.scope, READ, pk=member_id)
    today = timezone.localdate()
    context = {
        "member": member,
        "own": own is not None,
        "found": year_of(member, today.year),
        "ahead": ahead_of(member, on=today),
        "today": today,
        "may_read": request.scope.covers(READ, member.branch.path),
    }
    return render(request, "meetings/member_panel.html", context)
