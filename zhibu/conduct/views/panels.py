"""Fragments of the member page and of the page where a member sees the own record."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from zhibu.conduct.models import Reward
from zhibu.conduct.rules import RewardLevel, reward_place
from zhibu.conduct.summaries import appeals, rewards
from zhibu.conduct.views.common import member_of
from zhibu.core.http import Request, requires
from zhibu.members.actions import log_penalty_read
from zhibu.members.models import Member


def _rewards(request: Request, member: Member) -> list[tuple[Reward, bool]]:
    """Each reward, and whether the person may reverse it."""
    return [
        (
            row,
            request.scope.covers("conduct.reward", reward_place(member.branch.path, RewardLevel(row.level))),
        )
        for row in rewards.rewards_of(member)
    ]


@requires("members.read")
def member_panel(request: Request, member_id: int) -> HttpResponse:
    member = member_of(request, "members.read", member_id)
    context: dict[str, object] = {"member": member, "rewards": _rewards(request, member)}
    if request.scope.covers("conduct.read", member.branch.path):
        listed = appeals.appeals_of(member)
        decisions = appeals.decisions_over(member, listed)
        if decisions:
            log_penalty_read(by=request.scope, member=member)
        context |= {
            "reads_penalties": True,
            "decisions": decisions,
            "appeals": [(row, appeals.what_of(row)) for row in listed],
        }
    return render(request, "conduct/member_panel.html", context)


@requires("members.read_own")
def own_panel(request: Request, member_id: int) -> HttpResponse:
    rows = Member.objects.select_related("branch")
    member = rows.filter(pk=member_id, user=request.scope.user_id).first()
    if member is None:
        raise Http404
    listed = appeals.appeals_of(member)
    context = {
        "member": member,
        "rewards": _rewards(request, member),
        "decisions": appeals.decisions_over(member, listed),
        "appeals": [(row, appeals.what_of(row)) for row in listed],
        "own": True,
    }
    return render(request, "conduct/member_panel.html", context)
