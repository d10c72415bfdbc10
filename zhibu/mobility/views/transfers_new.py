"""How a transfer begins: asked for by the sending side, by the receiving branch, or with a letter from outside."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.members.forms import EnrollmentForm
from zhibu.members.models import Member
from zhibu.mobility.actions.arrivals import propose_arrival
from zhibu.mobility.actions.transfers import request_transfer as ask
from zhibu.mobility.forms.transfers import ClaimForm, ComingForm, RequestForm
from zhibu.mobility.policies import LETTERS
from zhibu.mobility.rules.transfers import valid_until
from zhibu.mobility.summaries import transfers as summaries
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force

HANDLE = summaries.HANDLE


@requires(HANDLE)
def candidates(request: Request) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:60]
    found = summaries.candidates(request.scope, text) if text else []
    return render(request, "mobility/transfer_candidates.html", {"q": text, "members": found})


@requires(HANDLE)
def request_transfer(request: Request, member_id: int) -> HttpResponse:
    member = get_visible(Member.objects.select_related("branch"), request.scope, HANDLE, pk=member_id)
    today = timezone.localdate()
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            transfer = ask(by=request.scope, member=member, on=today, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已提出转接申请。"))
            return see_other("mobility:transfer", transfer.pk)
    context = {
        "form": form,
        "member": member,
        "warnings": summaries.warnings_of(request.scope, member, on=today),
        "rules": values_in_force(LETTERS, on=today),
    }
    return render(request, "mobility/transfer_new.html", context)


@requires(HANDLE)
def claim(request: Request) -> HttpResponse:
    own = (
        Organization.objects.visible_to(request.scope, HANDLE)
        .existing()
        .branches()
        .select_related("parent")
        .in_order()
    )
    form = ClaimForm(request.POST or None, own=own)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        member = summaries.member_by_number(data["name"], data["resident_id"])
        try:
            if member is None:
                raise Refused(
                    _(
                        "本县在册党员里没有姓名和身份证号都对得上的人。请照证件核对；从县外转来的请办县外转入。"
                    )
                )
            transfer = ask(
                by=request.scope,
                member=member,
                to_branch=data["to_branch"],
                reason=data["reason"],
                on=timezone.localdate(),
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已提出申请，等转出支部同意。"))
            return see_other("mobility:transfer", transfer.pk)
    return render(request, "mobility/transfer_claim.html", {"form": form})


@requires(HANDLE)
def arrival(request: Request) -> HttpResponse:
    today = timezone.localdate()
    letter = ComingForm(request.POST or None, initial={"received_on": today})
    facts = EnrollmentForm(request.POST or None, scope=request.scope, initial={"stage": "full"})
    if request.method == "POST" and letter.is_valid() & facts.is_valid():
        data = dict(letter.cleaned_data)
        days = data.pop("validity_days")
        try:
            proposal = propose_arrival(
                by=request.scope,
                branch=facts.cleaned_data["branch"],
                facts=facts.facts(),
                letter_until=valid_until(data["letter_on"], days) if days else None,
                reason=data.pop("transfer_reason"),
                on=today,
                **data,
            )
        except Refused as refusal:
            facts.show(refusal)
        else:
            messages.success(request, _("已提出登记，等另一位同志同意后入册、打印回执联。"))
            return see_other("mobility:enrollment", proposal.pk)
    return render(request, "mobility/transfer_arrival.html", {"letter": letter, "form": facts})
