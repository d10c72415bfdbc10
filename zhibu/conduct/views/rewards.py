"""Rewards: the list of an organization, entering, reversing, the workbook."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.conduct import actions
from zhibu.conduct.forms import ReasonForm, RewardForm
from zhibu.conduct.models import Reward
from zhibu.conduct.prints.workbooks import rewards_workbook
from zhibu.conduct.rules import LEVELS
from zhibu.conduct.summaries import rewards as summaries
from zhibu.conduct.views.common import at, member_of, organization_of, year_of
from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.core.text import gettext_noop
from zhibu.jobs.downloads import large_by_worker
from zhibu.ui.downloads import attachment, conditions
from zhibu.ui.pages import paginate, render_page

REWARD = "conduct.reward"


@requires(REWARD)
def rewards(request: Request, organization_id: int | None = None) -> HttpResponse:
    organization = organization_of(request, REWARD, organization_id)
    chosen = _chosen(request)
    rows = summaries.reward_rows(request.scope, organization, **chosen)
    context = at(
        organization,
        page=paginate(request, rows),
        years=summaries.reward_years(request.scope, organization),
        levels=LEVELS.items(),
        chosen=chosen,
        is_filtered=any(chosen.values()),
    )
    return render_page(request, "conduct/rewards.html", context)


def _chosen(request: Request) -> dict[str, Any]:
    return {
        "year": year_of(request),
        "level": request.GET.get("level", "")[:20],
        "text": request.GET.get("q", "").strip()[:60],
    }


def _told(request: Request) -> str:
    chosen = _chosen(request)
    return conditions(
        (_("年度"), str(chosen["year"] or "")),
        (_("级别"), _(LEVELS[chosen["level"]]) if chosen["level"] in set(LEVELS) else ""),
        (_("查找"), chosen["text"]),
    )


def _size(request: Request, organization_id: int) -> int:
    organization = organization_of(request, REWARD, organization_id)
    return summaries.reward_rows(request.scope, organization, **_chosen(request)).count()


@requires(REWARD)
@large_by_worker(gettext_noop("下载党内奖励登记表"), _size)
def rewards_download(request: Request, organization_id: int) -> HttpResponseBase:
    organization = organization_of(request, REWARD, organization_id)
    rows = summaries.reward_rows(request.scope, organization, **_chosen(request))
    content = rewards_workbook(
        rows.iterator(chunk_size=2000),
        organization=organization,
        printed_by=request.scope.name,
        at=timezone.localtime(),
        conditions=_told(request),
    )
    return attachment(content, _("%(unit)s党内奖励登记表.xlsx") % {"unit": organization.short_name})


@requires(REWARD)
def reward_new(request: Request, member_id: int) -> HttpResponse:
    member = member_of(request, REWARD, member_id)
    form = RewardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_reward(
                by=request.scope, member=member, entry=form.entry(), on=timezone.localdate()
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已登记奖励。"))
            return see_other("members:member", member.pk)
    return render(request, "conduct/reward_new.html", at(member.branch, member=member, form=form))


@requires(REWARD)
def reward_reversal(request: Request, reward_id: int) -> HttpResponse:
    reward = get_visible(Reward.objects.select_related("member__branch"), request.scope, REWARD, pk=reward_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reverse_reward(
                by=request.scope,
                reward=reward,
                reason=form.cleaned_data["reason"],
                on=timezone.localdate(),
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已撤销这项奖励，记录保留。"))
            return see_other("members:member", reward.member_id)
    context = at(reward.member.branch, member=reward.member, reward=reward, form=form)
    return render(request, "conduct/reward_reversal.html", context)
