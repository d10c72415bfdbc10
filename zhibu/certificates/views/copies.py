"""Pages of the certificate: register, numbering, print orders, list to sign, public verification."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.certificates import actions, workbooks
from zhibu.certificates.forms.copies import OrderForm
from zhibu.certificates.labels import REGISTER_FILTERS, state_label
from zhibu.certificates.models import Certificate, PrintBatch
from zhibu.certificates.policies import BOOKLET
from zhibu.certificates.prints.registers import register_pdf, signing_list_pdf
from zhibu.certificates.summaries.copies import (
    recent_batches,
    register_lines,
    register_list,
    register_rows,
    register_totals,
    verify,
)
from zhibu.core.addresses import source_of
from zhibu.core.db import get_visible, key_ring
from zhibu.core.http import Request, client_address, public, requires, see_other
from zhibu.core.limits import is_within
from zhibu.core.outages import unless_written
from zhibu.core.text import gettext_noop
from zhibu.jobs.downloads import large_by_worker
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force
from zhibu.ui.downloads import attachment, conditions
from zhibu.ui.pages import paginate, render_page

SOURCES_AT_ONCE: Final = 20
"""The verification page serves as many look-ups a minute as this many sources at their limit make."""


def _organization(request: Request, permission: str, pk: int | None) -> Organization:
    """The organization asked for, or the topmost one the person holds the permission on."""
    if pk is not None:
        return get_visible(Organization.objects.select_related("parent"), request.scope, permission, pk=pk)
    return get_visible(Organization.objects.top_first(), request.scope, permission)


def _at(organization: Organization, **context: object) -> dict[str, object]:
    """The context of a page about an organization: with the line of organizations above it."""
    return {"organization": organization, "above": Organization.objects.above(organization.path), **context}


@requires("certificates.read")
def register(request: Request, organization_id: int | None = None) -> HttpResponseBase:
    organization = _organization(request, "certificates.read", organization_id)
    state = request.GET.get("state", "")
    text = request.GET.get("q", "").strip()
    waiting = state == "unnumbered"
    rows = register_list(request.scope, organization, state=state, text=text)
    context = _at(
        organization,
        page=paginate(request, rows),
        totals=register_totals(request.scope, organization),
        state=state,
        q=text,
        waiting=waiting,
        filters=[(value, state_label(value)) for value in REGISTER_FILTERS],
    )
    return render_page(request, "certificates/register.html", context)


def _register_size(request: Request, organization_id: int) -> int:
    organization = _organization(request, "certificates.read", organization_id)
    return register_list(request.scope, organization, **_conditions(request)).count()


def _conditions(request: Request) -> dict[str, str]:
    return {"state": request.GET.get("state", ""), "text": request.GET.get("q", "").strip()}


def _told(request: Request) -> str:
    chosen = _conditions(request)
    return conditions((_("状态"), state_label(chosen["state"])), (_("查找"), chosen["text"]))


@requires("certificates.read")
@large_by_worker(gettext_noop("下载党员证登记台账"), _register_size)
def register_workbook(request: Request, organization_id: int) -> HttpResponseBase:
    organization = _organization(request, "certificates.read", organization_id)
    content = workbooks.register_workbook(
        _lines(request, organization),
        organization=organization,
        printed_by=request.scope.name,
        at=timezone.localtime(),
        conditions=_told(request),
    )
    return attachment(content, _("%(unit)s党员证登记台账.xlsx") % {"unit": organization.short_name})


@requires("certificates.read")
@large_by_worker(gettext_noop("打印党员证登记台账"), _register_size)
def register_print(request: Request, organization_id: int) -> HttpResponseBase:
    organization = _organization(request, "certificates.read", organization_id)
    content = register_pdf(
        _lines(request, organization),
        organization=organization,
        printed_by=request.scope.name,
        at=timezone.localtime(),
        conditions=_told(request),
    )
    return attachment(content, _("%(unit)s党员证登记台账.pdf") % {"unit": organization.short_name})


@requires("certificates.read")
@require_POST
def registers(request: Request, organization_id: int) -> HttpResponseBase:
    organization = _organization(request, "certificates.read", organization_id)
    job = actions.order_registers(
        by=request.scope,
        organization=organization,
        state=request.GET.get("state", ""),
    )
    return see_other("jobs:job", job.pk)


def _lines(request: Request, organization: Organization) -> Iterator[Certificate | Member]:
    return register_lines(request.scope, organization, **_conditions(request))


@requires("certificates.number")
@require_POST
def numbering(request: Request, organization_id: int) -> HttpResponseBase:
    organization = _organization(request, "certificates.number", organization_id)
    count = actions.number_members(by=request.scope, organization=organization, on=timezone.localdate())
    messages.success(
        request,
        _("已核定%(count)s人的党员证编号。") % {"count": count} if count else _("没有等待编号的党员。"),
    )
    return see_other("certificates:organization_register", organization.pk)


@requires("certificates.print")
def prints(request: Request) -> HttpResponseBase:
    return render_page(
        request,
        "certificates/prints.html",
        {"page": paginate(request, recent_batches(request.scope))},
    )


@requires("certificates.print")
@require_POST
def print_files(request: Request, batch_id: int) -> HttpResponseBase:
    batch = get_visible(
        PrintBatch.objects.select_related("organization"), request.scope, "certificates.print", pk=batch_id
    )
    return see_other("jobs:job", actions.make_files(by=request.scope, batch=batch).job_id)


@requires("certificates.print")
def print_order(request: Request, organization_id: int) -> HttpResponseBase:
    organization = _organization(request, "certificates.print", organization_id)
    today = timezone.localdate()
    form = OrderForm(request.POST or None, initial={"issue_date": today})
    if request.method == "POST" and form.is_valid():
        batch = actions.order_print(
            by=request.scope, organization=organization, on=today, **form.cleaned_data
        )
        return see_other("jobs:job", batch.job_id)
    context = _at(
        organization,
        form=form,
        totals=register_totals(request.scope, organization),
        rules=values_in_force(BOOKLET, on=today),
    )
    return render(request, "certificates/print_order.html", context)


@requires("certificates.print")
def member_print_order(request: Request, member_id: int) -> HttpResponseBase:
    member = get_visible(
        Member.objects.select_related("branch"), request.scope, "certificates.print", pk=member_id
    )
    today = timezone.localdate()
    form = OrderForm(request.POST or None, initial={"issue_date": today, "again": True})
    if request.method == "POST" and form.is_valid():
        batch = actions.order_print(
            by=request.scope, organization=member.branch, member=member, on=today, **form.cleaned_data
        )
        return see_other("jobs:job", batch.job_id)
    context = _at(member.branch, member=member, form=form, rules=values_in_force(BOOKLET, on=today))
    return render(request, "certificates/print_order.html", context)


def _signing_size(request: Request, organization_id: int) -> int:
    organization = _organization(request, "certificates.issue", organization_id)
    return register_rows(request.scope, organization, state="printed").count()


@requires("certificates.issue")
@large_by_worker(gettext_noop("打印党员证发放签收单"), _signing_size)
def signing_list(request: Request, organization_id: int) -> HttpResponseBase:
    organization = _organization(request, "certificates.issue", organization_id)
    lines = register_lines(request.scope, organization, state="printed")
    content = signing_list_pdf(
        lines, organization=organization, printed_by=request.scope.name, at=timezone.localtime()
    )
    return attachment(content, _("%(unit)s党员证发放签收单.pdf") % {"unit": organization.short_name})


@requires("certificates.read")
def organization_panel(request: Request, organization_id: int) -> HttpResponseBase:
    organization = _organization(request, "certificates.read", organization_id)
    context = {"organization": organization, "totals": register_totals(request.scope, organization)}
    return render(request, "certificates/organization_panel.html", context)


@requires("certificates.number")
@require_POST
def member_numbering(request: Request, member_id: int) -> HttpResponseBase:
    member = get_visible(
        Member.objects.select_related("branch"), request.scope, "certificates.number", pk=member_id
    )
    count = actions.number_members(
        by=request.scope, organization=member.branch, member=member, on=timezone.localdate()
    )
    messages.success(request, _("已核定编号。") if count else _("这位党员已有编号，或按规则还不能编号。"))
    return see_other("members:member", member.pk)


@public
def verification(request: Request, token: str) -> HttpResponse:
    """The only page without sign-in: one file, no script, nothing about the person beyond what the county allows."""
    today = timezone.localdate()
    rules = values_in_force(BOOKLET, on=today)
    source = key_ring().blind_index(source_of(client_address(request)), context="verification")
    if _is_flood(source, rules.lookups_per_minute):
        response = render(
            request, "certificates/verification.html", {"limited": True, "rules": rules}, status=429
        )
        response["Retry-After"] = "60"
        return response
    found = verify(token, on=today)
    # A count of look-ups keeps nobody from verifying.
    unless_written(
        partial(
            actions.log_lookup,
            outcome=found.outcome,
            certificate_id=found.certificate_id,
            source=source,
        )
    )
    context = {"found": found, "rules": rules, "now": timezone.localtime()}
    response = render(
        request, "certificates/verification.html", context, status=404 if found.outcome == "unknown" else 200
    )
    response["X-Robots-Tag"] = "noindex"
    return response


def _is_flood(source: str, per_minute: int) -> bool:
    """Too many look-ups from one source, or from all who are within their own limit."""
    at = timezone.now()
    return not (
        is_within(f"verification:{source}", limit=per_minute, at=at)
        and is_within("verification", limit=per_minute * SOURCES_AT_ONCE, at=at)
    )
