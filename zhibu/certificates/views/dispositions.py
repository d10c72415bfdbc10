"""Pages of dispositions: the list, one of them with the form to carry it out, destruction, the printed list."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.certificates import actions
from zhibu.certificates.actions.dispositions import (
    DISPOSE,
    check_second_destroyer,
    may_carry_out,
    options_of,
)
from zhibu.certificates.forms.dispositions import CarryingOutForm, DestructionForm, PeriodForm
from zhibu.certificates.models import Disposition
from zhibu.certificates.prints.dispositions import disposition_list_pdf
from zhibu.certificates.rules.dispositions import CAUSES, COMMITTEE_STATES, DispositionState, committee_path
from zhibu.certificates.summaries import dispositions as summaries
from zhibu.core.access import Denied, Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.text import gettext_noop
from zhibu.jobs.downloads import large_by_worker
from zhibu.organizations.models import Organization
from zhibu.ui.downloads import attachment
from zhibu.ui.hands import another_hand
from zhibu.ui.pages import paginate, render_page
from zhibu.ui.templatetags.ui import sentence

READ = "certificates.read"


def _organization(request: Request, pk: int | None) -> Organization:
    """The organization asked for, or the topmost one the person holds the permission on."""
    if pk is not None:
        return get_visible(Organization.objects.select_related("parent"), request.scope, READ, pk=pk)
    return get_visible(Organization.objects.top_first(), request.scope, READ)


def _disposition(request: Request, permission: str, pk: int) -> Disposition:
    rows = Disposition.objects.select_related("certificate__member__branch", "booklet", "event")
    return get_visible(rows, request.scope, permission, pk=pk)


@requires(READ)
def dispositions(request: Request, organization_id: int | None = None) -> HttpResponseBase:
    organization = _organization(request, organization_id)
    today = timezone.localdate()
    chosen = summaries.Narrowing.of(request.GET.dict())
    page = paginate(request, chosen.rows(request.scope, organization, on=today))
    context = {
        "organization": organization,
        "above": Organization.objects.above(organization.path),
        "page": page,
        "lines": summaries.lines_of(request.scope, page.rows, on=today),
        "totals": summaries.totals(request.scope, organization, on=today),
        "view": chosen.view,
        "views": summaries.VIEWS,
        "cause": chosen.cause,
        "causes": [(key, _(row.label)) for key, row in CAUSES.items()],
        "q": chosen.text,
        "period": PeriodForm(
            initial=dict(zip(("since", "until"), PeriodForm().period(on=today), strict=True))
        ),
    }
    return render_page(request, "certificates/dispositions.html", context)


def _print_size(request: Request, organization_id: int) -> int:
    organization = _organization(request, organization_id)
    today = timezone.localdate()
    since, until = PeriodForm(request.GET).period(on=today)
    chosen = summaries.Narrowing.of(request.GET.dict())
    return summaries.carried_out_rows(
        request.scope, organization, chosen, since=since, until=until, on=today
    ).count()


@requires(READ)
@large_by_worker(gettext_noop("打印党员证处置清单"), _print_size)
def disposition_print(request: Request, organization_id: int) -> HttpResponseBase:
    organization = _organization(request, organization_id)
    today = timezone.localdate()
    since, until = PeriodForm(request.GET).period(on=today)
    chosen = summaries.Narrowing.of(request.GET.dict())
    lines = summaries.carried_out_between(
        request.scope, organization, chosen, since=since, until=until, on=today
    )
    content = disposition_list_pdf(
        lines,
        organization=organization,
        since=since,
        until=until,
        printed_by=request.scope.name,
        at=timezone.localtime(),
        conditions=chosen.of_carried_out.told(),
    )
    return attachment(content, _("%(unit)s党员证处置清单.pdf") % {"unit": organization.short_name})


@requires(READ)
def disposition(request: Request, disposition_id: int) -> HttpResponseBase:
    return _page(request, _disposition(request, READ, disposition_id))


@requires(DISPOSE)
def carrying_out(request: Request, disposition_id: int) -> HttpResponseBase:
    row = _disposition(request, DISPOSE, disposition_id)
    if request.method != "POST":
        return _page(request, row)
    today = timezone.localdate()
    form = CarryingOutForm(request.POST, options=options_of(row, on=today))
    if form.is_valid():
        try:
            actions.carry_out(by=request.scope, disposition=row, on=today, **form.cleaned_data)
        except Refused as refusal:
            # Somebody else was first, or it is the committee's: no form to mend, the sentence alone.
            row.refresh_from_db(fields=["state"])
            if row.state != DispositionState.PROPOSED or not may_carry_out(request.scope, row):
                raise
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("已登记处置，证件状态已更新。"))
            return see_other("certificates:disposition", row.pk)
    return _page(request, row, form=form)


@requires(DISPOSE)
def destruction(request: Request, disposition_id: int) -> HttpResponseBase:
    row = _disposition(request, DISPOSE, disposition_id)
    today = timezone.localdate()
    form = DestructionForm(request.POST or None, initial={"on_day": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.report_destruction(by=request.scope, disposition=row, on=today, **form.cleaned_data)
        except Denied:
            raise
        except Refused as refusal:
            # Somebody else was first: no form to mend, the sentence alone.
            row.refresh_from_db(fields=["destruction_on", "destroyed_on"])
            if row.destruction_on or row.destroyed_on:
                raise
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("已登记销毁，等另一名监销人确认。"))
            return see_other("certificates:disposition", row.pk)
    return _page(request, row, destruction=form)


@requires(DISPOSE)
@require_POST
def destruction_confirmation(request: Request, disposition_id: int) -> HttpResponseBase:
    row = _disposition(request, DISPOSE, disposition_id)
    actions.confirm_destruction(by=request.scope, disposition=row, on=timezone.localdate())
    messages.success(request, _("已确认销毁。"))
    return see_other("certificates:disposition", row.pk)


@requires(DISPOSE)
@require_POST
def destruction_withdrawal(request: Request, disposition_id: int) -> HttpResponseBase:
    row = _disposition(request, DISPOSE, disposition_id)
    actions.withdraw_destruction(by=request.scope, disposition=row, on=timezone.localdate())
    messages.success(request, _("登记的销毁已撤回，证本仍待销毁。"))
    return see_other("certificates:disposition", row.pk)


def _page(
    request: Request,
    row: Disposition,
    *,
    form: forms.Form | None = None,
    destruction: forms.Form | None = None,
) -> HttpResponseBase:
    """The page of one disposition; the forms are offered to whoever may use them."""
    today = timezone.localdate()
    branch = row.certificate.member.branch
    line = summaries.disposition_of(request.scope, row, on=today)
    may_dispose = request.scope.covers(DISPOSE, branch.path)
    may = may_carry_out(request.scope, row)
    may_destroy = request.scope.covers(DISPOSE, committee_path(branch.path))
    if line.is_waiting and may and form is None:
        form = CarryingOutForm(options=options_of(row, on=today), initial={"on_day": today})
    ripe_on = summaries.destruction_day(line, on=today)
    if ripe_on is not None and ripe_on <= today and may_destroy and destruction is None:
        destruction = DestructionForm(initial={"on_day": today})
    own = summaries.of_certificate(request.scope, row.certificate, on=today)
    context: dict[str, Any] = {
        "line": line,
        "row": row,
        "member": row.certificate.member,
        "organization": branch,
        "above": Organization.objects.above(branch.path),
        "cause": None if line.is_masked else CAUSES.get(row.cause),
        "form": form if line.is_waiting and may else None,
        "destruction": destruction if line.is_unreported and may_destroy else None,
        "may_destroy": may_destroy,
        "another": another_hand(check_second_destroyer, request.scope, row) if may_destroy else "",
        "ripe_on": ripe_on,
        "is_for_committee": line.is_waiting and may_dispose and not may and row.target in COMMITTEE_STATES,
        "others": summaries.others_of(line, own),
    }
    return render(request, "certificates/disposition.html", context)
