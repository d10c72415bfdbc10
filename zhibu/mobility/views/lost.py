"""Members who cannot be found: the list, one case with its searches and its ladder."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.members.models import Member
from zhibu.members.policies import MEMBERSHIP
from zhibu.mobility.actions import lost as actions
from zhibu.mobility.forms.lost import CaseForm, FoundForm, SearchForm
from zhibu.mobility.models import LostContact
from zhibu.mobility.rules.lost import CaseState
from zhibu.mobility.summaries import lost as summaries
from zhibu.mobility.views.places import organization_of, units_of
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force
from zhibu.ui.pages import paginate, render_page

READ, HANDLE = "mobility.read", "mobility.handle"


@requires(READ)
def lost(request: Request) -> HttpResponse:
    today = timezone.localdate()
    organization = organization_of(request, READ)
    show, text = request.GET.get("show", ""), request.GET.get("q", "").strip()[:60]
    page = paginate(request, summaries.cases(request.scope, organization, show=show, text=text))
    counts = summaries.counts(request.scope, organization)
    context = {
        "page": page,
        "lines": summaries.lines(list(page.rows), on=today),
        "counts": counts,
        "total": sum(counts.values()),
        "show": show,
        "q": text,
        "is_filtered": bool(show or text),
        "today": today,
        "rules": values_in_force(MEMBERSHIP, on=today),
        **units_of(request, organization, READ),
    }
    return render_page(request, "mobility/lost.html", context)


@requires(HANDLE)
def lost_new(request: Request, member_id: int) -> HttpResponse:
    member = get_visible(Member.objects.select_related("branch"), request.scope, HANDLE, pk=member_id)
    case = summaries.open_case_of(member)
    if case is not None:
        return see_other("mobility:lost_case", case.pk)
    known = summaries.facts_of(member).last_contact_on
    form = CaseForm(request.POST or None, initial={"last_contact_on": known})
    if request.method == "POST" and form.is_valid():
        try:
            case = actions.open_case(
                by=request.scope, member=member, on=timezone.localdate(), **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已开始查找。请把每一次查找都登记下来。"))
            return see_other("mobility:lost_case", case.pk)
    context = {
        "form": form,
        "member": member,
        "branch": member.branch,
        "above": Organization.objects.above(member.branch.path),
        "rules": values_in_force(MEMBERSHIP, on=timezone.localdate()),
    }
    return render(request, "mobility/lost_new.html", context)


def _case(request: Request, permission: str, case_id: int) -> Any:
    rows = LostContact.objects.visible_to(request.scope, permission)
    found = get_visible(rows, request.scope, permission, pk=case_id)
    show = "closed" if found.closed_on else ""
    return summaries.cases(request.scope, permission=permission, show=show).get(pk=found.pk)


def _search_form(request: Request) -> SearchForm:
    return SearchForm(request.POST or None, initial={"day": timezone.localdate(), "who": request.scope.name})


def _case_page(request: Request, case: Any, form: SearchForm) -> HttpResponse:
    today = timezone.localdate()
    member = case.member
    context = {
        "case": case,
        "found": summaries.case_page(case, on=today),
        "form": form,
        "member": member,
        "branch": member.branch,
        "above": Organization.objects.above(member.branch.path),
        "rules": values_in_force(MEMBERSHIP, on=today),
        "is_searching": case.state == CaseState.SEARCHING,
        "today": today,
        "correction_case": summaries.correction_case(member, on=today) if case.closed_on else None,
    }
    return render(request, "mobility/lost_case.html", context)


@requires(READ)
def lost_case(request: Request, case_id: int) -> HttpResponse:
    return _case_page(request, _case(request, READ, case_id), _search_form(request))


@requires(HANDLE)
@require_POST
def lost_searches(request: Request, case_id: int) -> HttpResponse:
    case = _case(request, HANDLE, case_id)
    form = _search_form(request)
    if form.is_valid():
        try:
            actions.log_search(by=request.scope, case=case, on=timezone.localdate(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已登记这次查找。"))
            return see_other("mobility:lost_case", case.pk)
    return _case_page(request, case, form)


@requires(HANDLE)
def lost_found(request: Request, case_id: int) -> HttpResponse:
    """The member was found before anything was decided."""
    case = _case(request, HANDLE, case_id)
    form = FoundForm(request.POST or None, initial={"day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_found(by=request.scope, case=case, on=timezone.localdate(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已登记联系上了，查找结束。"))
            return see_other("mobility:lost_case", case.pk)
    context = {
        "form": form,
        "case": case,
        "member": case.member,
        "branch": case.member.branch,
        "above": Organization.objects.above(case.member.branch.path),
    }
    return render(request, "mobility/lost_found.html", context)
