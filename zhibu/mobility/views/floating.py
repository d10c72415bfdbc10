"""Floating members and guests: the list, the calendar of due contacts, new registrations."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core.access import Refused
from zhibu.core.dates import Month
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.core.text import gettext_noop
from zhibu.jobs.downloads import large_by_worker
from zhibu.members.models import Member, PostHolding
from zhibu.members.rules.stages import BranchPost
from zhibu.mobility.actions import floating as actions
from zhibu.mobility.forms.floating import DetailsForm, GuestForm
from zhibu.mobility.policies_floating import FLOATING
from zhibu.mobility.prints.floating import floating_workbook
from zhibu.mobility.rules.floating import due_state
from zhibu.mobility.summaries import floating as summaries
from zhibu.mobility.summaries.narrowing import FloatingNarrowing
from zhibu.mobility.views.places import organization_of, units_of
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force
from zhibu.ui.downloads import attachment
from zhibu.ui.pages import paginate, render_page

READ, HANDLE = "mobility.read", "mobility.handle"


def _narrowing(request: Request) -> FloatingNarrowing:
    return FloatingNarrowing.of(request.scope, request.GET.dict())


@requires(READ)
def floating(request: Request) -> HttpResponse:
    today = timezone.localdate()
    chosen = _narrowing(request)
    notice = values_in_force(FLOATING, on=today).notice_days
    page = paginate(request, chosen.rows(request.scope, on=today))
    context = {
        "page": page,
        "rows": [
            (row, row.next_due and due_state(row.next_due, on=today, notice_days=notice)) for row in page.rows
        ],
        "totals": summaries.totals(request.scope, chosen.organization, on=today),
        "chosen": chosen,
        "q": chosen.text,
        "is_filtered": chosen.is_filtered,
        "today": today,
        **units_of(request, chosen.organization, READ),
    }
    return render_page(request, "mobility/floating.html", context)


def _size(request: Request) -> int:
    return _narrowing(request).rows(request.scope, on=timezone.localdate()).count()


@requires(READ)
@large_by_worker(gettext_noop("下载流动党员台账"), _size)
def floating_table(request: Request) -> HttpResponseBase:
    """The list as a workbook, with the same filters."""
    chosen = _narrowing(request)
    rows = chosen.rows(request.scope, on=timezone.localdate())
    unit = chosen.organization.short_name if chosen.organization else _("我的范围")
    content = floating_workbook(
        summaries.lines_of(rows),
        unit=unit,
        printed_by=request.scope.name,
        at=timezone.localtime(),
        conditions=chosen.told(),
    )
    return attachment(content, _("%(unit)s流动党员台账.xlsx") % {"unit": unit})


@requires(READ)
def floating_calendar(request: Request) -> HttpResponse:
    """Who is due when, month by month; the present month begins with what is overdue."""
    today = timezone.localdate()
    organization = organization_of(request, READ)
    month = _month(request.GET.get("month", "")) or Month.of(today)
    rules = values_in_force(FLOATING, on=today)
    page = paginate(request, summaries.due_in(request.scope, organization, month, on=today))
    context = {
        "page": page,
        "rows": [
            (row, due_state(row.next_due, on=today, notice_days=rules.notice_days)) for row in page.rows
        ],
        "month": month,
        "months": summaries.months(request.scope, organization, month.year),
        "previous": Month(month.year - 1, 12),
        "next": Month(month.year + 1, 1),
        "today": today,
        "is_now": month == Month.of(today),
        **units_of(request, organization, READ),
    }
    return render_page(request, "mobility/calendar.html", context)


def _month(text: str) -> Month | None:
    year, _dash, number = text.partition("-")
    if not (text.isascii() and year.isdigit() and number.isdigit() and len(year) == 4 and len(number) == 2):
        return None
    return Month(int(year), int(number)) if 1 <= int(number) <= 12 and 1921 <= int(year) <= 2200 else None


@requires(READ)
def floating_unregistered(request: Request) -> HttpResponse:
    """Members whom an import marked as floating: their registration is still to be written."""
    organization = organization_of(request, READ)
    page = paginate(request, summaries.unregistered(request.scope, organization))
    context = {"page": page, **units_of(request, organization, READ)}
    return render_page(request, "mobility/floating_unregistered.html", context)


@requires(HANDLE)
def floating_pick(request: Request) -> HttpResponse:
    """Find the member whom a registration or a search is about."""
    text = request.GET.get("q", "").strip()[:60]
    page = paginate(request, summaries.candidates(request.scope, text) if text else [])
    wanted = "lost" if request.GET.get("for") == "lost" else "floating"
    return render_page(request, "mobility/floating_pick.html", {"page": page, "q": text, "wanted": wanted})


def _usual_contact(request: Request, branch: Organization) -> str:
    """The branch's secretary keeps contact unless another is named."""
    secretary = (
        PostHolding.objects.visible_to(request.scope, HANDLE)
        .filter(organization=branch, post=BranchPost.SECRETARY, until=None)
        .select_related("member")
        .first()
    )
    return secretary.member.name if secretary else request.scope.name


@requires(HANDLE)
def floating_new(request: Request, member_id: int) -> HttpResponse:
    member = get_visible(Member.objects.select_related("branch"), request.scope, HANDLE, pk=member_id)
    today = timezone.localdate()
    rules = values_in_force(FLOATING, on=today)
    form = DetailsForm(
        request.POST or None,
        rules=rules,
        initial={
            "rhythm_months": rules.rhythm_months,
            "contact_person": _usual_contact(request, member.branch),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.register_out(by=request.scope, member=member, details=form.details(), on=today)
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("{name}已登记流出。").format(name=member.name))
            return see_other("mobility:registration", row.pk)
    context = {
        "form": form,
        "member": member,
        "branch": member.branch,
        "above": Organization.objects.above(member.branch.path),
    }
    return render(request, "mobility/floating_form.html", context)


@requires(HANDLE)
def guest_new(request: Request) -> HttpResponse:
    today = timezone.localdate()
    rules = values_in_force(FLOATING, on=today)
    form = GuestForm(
        request.POST or None,
        rules=rules,
        scope=request.scope,
        initial={
            "rhythm_months": rules.rhythm_months,
            "branch": request.GET.get("branch", ""),
            "contact_person": request.scope.name,
        },
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            row = actions.register_guest(
                by=request.scope,
                branch=data["branch"],
                name=data["name"],
                home=data["home"],
                resident_id=data["resident_id"],
                details=form.details(),
                on=today,
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("{name}已登记流入。").format(name=row.name))
            return see_other("mobility:registration", row.pk)
    return render(request, "mobility/floating_form.html", {"form": form, "is_guest": True})
