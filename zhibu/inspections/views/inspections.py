"""季督: the list with coverage, drawing, one inspection, drawing again, ending, prints."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.access import Denied
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.text import gettext_noop
from zhibu.inspections.actions import inspections as actions
from zhibu.inspections.forms import DrawForm, FindingForm
from zhibu.inspections.models import Inspection
from zhibu.inspections.policies import INSPECTION
from zhibu.inspections.prints.inspections import sheets_pdf
from zhibu.inspections.prints.workbooks import population_workbook, results_workbook
from zhibu.inspections.rules.draw import (
    KIND_LABELS,
    SIGN_CAUSES,
    SIGN_LABELS,
    SIGN_METHODS,
    Kind,
    Population,
    fingerprint,
)
from zhibu.inspections.summaries import inspections as summaries
from zhibu.inspections.summaries.redraws import lists_of, population_lines, redraw
from zhibu.inspections.summaries.sheets import sheets_of
from zhibu.jobs.downloads import large_by_worker
from zhibu.organizations.models import Organization
from zhibu.organizations.oversight import oversees
from zhibu.organizations.rules import BRANCH_KINDS, COMMITTEE_KINDS
from zhibu.organizations.rules import Kind as OrganizationKind
from zhibu.rulebook.policies import values_in_force
from zhibu.ui.deeds import attempt, is_done
from zhibu.ui.downloads import attachment
from zhibu.ui.pages import paginate, render_page

READ = "months.read"
INSPECT = actions.INSPECT


def organization_of(request: Request, permission: str, pk: int | None) -> Organization:
    """The organization asked for, or the topmost one the person holds the permission on."""
    if pk is not None:
        return get_visible(Organization.objects.select_related("parent"), request.scope, permission, pk=pk)
    return get_visible(Organization.objects.top_first(), request.scope, permission)


def at(organization: Organization, **context: object) -> dict[str, object]:
    """The context of a page about an organization: with the line of organizations above it."""
    return {"organization": organization, "above": Organization.objects.above(organization.path), **context}


def inspection_of(request: Request, pk: int, permission: str = READ) -> Inspection:
    """The inspection, if it is at the person's place or has a branch of the person's in the sample."""
    return get_visible(Inspection.objects.select_related("organization"), request.scope, permission, pk=pk)


@requires(READ)
def inspections(request: Request, organization_id: int | None = None) -> HttpResponse:
    """Coverage of this year by unit, and the inspections, latest first."""
    organization = organization_of(request, READ, organization_id)
    today = timezone.localdate()
    scope = request.scope
    coverage = summaries.coverage_of(scope, organization, year=today.year, on=today)
    context = at(
        organization,
        page=paginate(request, summaries.inspection_rows(scope, organization)),
        coverage=coverage,
        total=summaries.total_of(organization, coverage),
        year=today.year,
        kinds=KIND_LABELS,
        offered=_offered(request, organization),
        is_branch=organization.kind in BRANCH_KINDS,
        may_hold=oversees(scope, "accountability.handle", organization),
    )
    return render_page(request, "inspections/inspections.html", context)


@requires(READ)
def results_download(request: Request, organization_id: int) -> HttpResponse:
    """Coverage and results of this year as a workbook."""
    organization = organization_of(request, READ, organization_id)
    today = timezone.localdate()
    lines = summaries.coverage_of(request.scope, organization, year=today.year, on=today)
    content = results_workbook(
        lines,
        summaries.total_of(organization, lines),
        organization=organization,
        year=today.year,
        printed_by=request.scope.name,
        at=timezone.localtime(),
    )
    return attachment(content, _("%(unit)s督查覆盖和结果.xlsx") % {"unit": organization.short_name})


def _offered(request: Request, organization: Organization) -> list[str]:
    """The kinds of inspections the person may begin here."""
    is_committee = (
        organization.kind in COMMITTEE_KINDS or organization.kind == OrganizationKind.GENERAL_BRANCH
    )
    fits = {Kind.QUARTERLY: is_committee, Kind.SPOT: True, Kind.COMMITTEE: is_committee}
    return [
        str(kind)
        for kind, fit in fits.items()
        if fit and actions.may_inspect(request.scope, kind, organization)
    ]


@requires(INSPECT)
def inspection_new(request: Request, organization_id: int, kind: str) -> HttpResponse:
    """Say what will be drawn by which rule, then draw."""
    if kind not in set(Kind):
        raise Http404
    organization = organization_of(request, INSPECT, organization_id)
    if not actions.may_inspect(request.scope, kind, organization):
        raise Denied(INSPECT)
    today = timezone.localdate()
    rules = values_in_force(INSPECTION, on=today)
    asks = kind == Kind.SPOT and organization.kind not in BRANCH_KINDS
    form = DrawForm(request.POST or None, rules=rules, asks_branches=asks)
    # A form of optional fields only: an empty one is posted as well.
    if request.method == "POST":
        form = DrawForm(request.POST, rules=rules, asks_branches=asks)
        drawn = _drawn(request, form, organization, Kind(kind), on=today)
        if drawn is not None:
            if kind == Kind.COMMITTEE:
                messages.success(request, _("核对表已经开好，一项一项对照。"))
            else:
                messages.success(request, _("已经抽出名单。种子和规则一起存下，谁都可以重抽核对。"))
            return see_other("inspections:inspection", drawn.pk)
    context = at(
        organization,
        form=form,
        kind=kind,
        kind_label=KIND_LABELS[Kind(kind)],
        rules=rules,
        signs=[(SIGN_LABELS[sign], SIGN_METHODS[sign], SIGN_CAUSES[sign]) for sign in SIGN_LABELS],
        quarter=(today.year, (today.month + 2) // 3),
    )
    return render(request, "inspections/inspection_new.html", context)


def _drawn(
    request: Request, form: DrawForm, organization: Organization, kind: Kind, *, on: date
) -> Inspection | None:
    """The inspection of a form that holds; None where a field or a rule said no."""
    if not form.is_valid():
        return None
    facts: dict[str, Any] = {
        "kind": kind,
        "branches": form.cleaned_data.get("branches"),
        "note": form.cleaned_data["note"],
    }
    return attempt(
        request,
        form,
        lambda: actions.draw_inspection(by=request.scope, organization=organization, on=on, **facts),
    )


@requires(READ)
def inspection(request: Request, pk: int) -> HttpResponse:
    """The sample by branch with the signs of risk, what became of it, the findings."""
    row = inspection_of(request, pk)
    found = summaries.inspection_page(request.scope, row)
    only = request.GET.get("show", "")
    context = at(
        row.organization,
        found=found,
        branches=found.shown(only),
        only=only,
        inspection=row,
        kinds=KIND_LABELS,
        sign_labels=SIGN_LABELS,
        may_inspect=actions.may_inspect(request.scope, row.kind, row.organization),
        today=timezone.localdate(),
    )
    return render(request, "inspections/inspection.html", context)


@requires(READ)
def inspection_redraw(request: Request, pk: int) -> HttpResponse:
    """Draw again with the same seed, beside what was recorded."""
    row = inspection_of(request, pk)
    if row.kind == Kind.COMMITTEE:
        raise Http404
    context = at(
        row.organization,
        inspection=row,
        again=redraw(request.scope, row),
        rule=row.rule,
        sign_labels=SIGN_LABELS,
    )
    return render(request, "inspections/inspection_redraw.html", context)


def _population_size(request: Request, pk: int) -> int:
    population = inspection_of(request, pk).population
    return sum(len(Population.load(stored).members) for stored in population)


@requires(READ)
@large_by_worker(gettext_noop("下载抽样全体名单"), _population_size)
def population_download(request: Request, pk: int) -> HttpResponseBase:
    """Everybody who could be drawn, for drawing again by hand."""
    row = inspection_of(request, pk)
    if row.kind == Kind.COMMITTEE:
        raise Http404
    content = population_workbook(
        population_lines(request.scope, row),
        inspection=row,
        digest=fingerprint(lists_of(row)[0]),
        printed_by=request.scope.name,
        at=timezone.localtime(),
    )
    return attachment(content, _("%(unit)s抽样全体名单.xlsx") % {"unit": row.organization.short_name})


def _sample_size(request: Request, pk: int) -> int:
    return summaries.sample_rows(request.scope, inspection_of(request, pk, INSPECT)).count()


@requires(INSPECT)
@large_by_worker(gettext_noop("打印督查名单和核对表"), _sample_size)
def inspection_print(request: Request, pk: int) -> HttpResponseBase:
    """The list of the sample and a sheet for each, A4."""
    row = inspection_of(request, pk, INSPECT)
    actions.require_inspector(request.scope, row.kind, row.organization)
    page = summaries.inspection_page(request.scope, row)
    only = request.GET.get("show", "")
    samples = [sample for branch in page.shown(only) for sample in branch.samples]
    content = sheets_pdf(
        page,
        sheets_of(samples, row, request.scope, on=timezone.localdate()),
        printed_by=request.scope.name,
        at=timezone.localtime(),
        only=only,
    )
    name = _("%(unit)s督查名单和核对表.pdf") % {"unit": row.organization.short_name}
    return attachment(content, name, rows=len(samples))


@requires(INSPECT)
@require_POST
def inspection_done(request: Request, pk: int) -> HttpResponse:
    """End it."""
    row = inspection_of(request, pk, INSPECT)
    actions.finish_inspection(
        by=request.scope, inspection=row, on=timezone.localdate(), note=request.POST.get("note", "")[:200]
    )
    messages.success(request, _("督查已经结束。问题继续整改和复核，直到销号。"))
    return see_other("inspections:inspection", row.pk)


@requires(INSPECT)
def finding_new(request: Request, pk: int) -> HttpResponse:
    """Enter a finding that no line of the sheet names."""
    row = inspection_of(request, pk, INSPECT)
    actions.require_inspector(request.scope, row.kind, row.organization)
    today = timezone.localdate()
    branches = {each.branch_id: each.branch for each in summaries.samples_of(request.scope, row)}
    rules = values_in_force(INSPECTION, on=today)
    due = today.fromordinal(today.toordinal() + rules.days_to_mend)
    form = FindingForm(request.POST or None, branches=list(branches.values()), initial={"due_on": due})

    def deed() -> None:
        facts = dict(form.cleaned_data)
        branch = form.places[facts.pop("branch")]
        actions.raise_finding(by=request.scope, inspection=row, branch=branch, on=today, **facts)

    if request.method == "POST" and form.is_valid() and is_done(request, form, deed):
        messages.success(request, _("已记下问题，等支部整改。"))
        return see_other("inspections:inspection", row.pk)
    return render(request, "inspections/finding_new.html", at(row.organization, inspection=row, form=form))
