"""Findings: the list, one finding with its mending and recheck, the list on paper."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core.access import Denied
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.text import gettext_noop
from zhibu.inspections.actions import findings as actions
from zhibu.inspections.actions.inspections import INSPECT
from zhibu.inspections.forms import ExtensionForm, MendingForm, RecheckForm
from zhibu.inspections.models import Finding
from zhibu.inspections.prints.findings import findings_pdf
from zhibu.inspections.prints.workbooks import findings_workbook
from zhibu.inspections.rules.items import TO_MEND, label_of
from zhibu.inspections.summaries import findings as summaries
from zhibu.inspections.summaries.sheets import may_read_item
from zhibu.inspections.views.inspections import READ, at, organization_of
from zhibu.jobs.downloads import large_by_worker
from zhibu.organizations.models import Organization
from zhibu.organizations.querysets import AtBranch
from zhibu.ui.deeds import is_done
from zhibu.ui.downloads import attachment, conditions
from zhibu.ui.pages import paginate, render_page


def _view(request: Request) -> str:
    view = request.GET.get("view", "mend")
    return view if view in summaries.VIEWS else "mend"


@requires(READ)
def findings(request: Request, organization_id: int | None = None) -> HttpResponse:
    """Findings by how far they are."""
    organization = organization_of(request, READ, organization_id)
    today, view = timezone.localdate(), _view(request)
    page = paginate(request, summaries.finding_rows(request.scope, organization, view=view, on=today))
    rows = [(row, label_of(row.item)) for row in page.rows]
    context = at(organization, page=page, rows=rows, view=view, views=summaries.VIEWS, today=today)
    return render_page(request, "inspections/findings.html", context)


def _told(view: str) -> str:
    return "" if view == "all" else conditions((_("进展"), _(summaries.VIEWS[view])))


def _rows(request: Request, organization: Organization) -> AtBranch[Finding]:
    return summaries.finding_rows(request.scope, organization, view=_view(request), on=timezone.localdate())


def _size(request: Request, organization_id: int) -> int:
    return _rows(request, organization_of(request, READ, organization_id)).count()


@requires(READ)
@large_by_worker(gettext_noop("打印督查问题整改清单"), _size)
def findings_print(request: Request, organization_id: int) -> HttpResponseBase:
    """The list as A4 sheets."""
    organization = organization_of(request, READ, organization_id)
    today, rows = timezone.localdate(), _rows(request, organization)
    content = findings_pdf(
        rows.iterator(chunk_size=2000),
        organization=organization,
        scope=request.scope,
        at=timezone.localtime(),
        on=today,
        conditions=_told(_view(request)),
    )
    return attachment(content, _("%(unit)s督查问题整改清单.pdf") % {"unit": organization.short_name})


@requires(READ)
@large_by_worker(gettext_noop("下载督查问题整改台账"), _size)
def findings_download(request: Request, organization_id: int) -> HttpResponseBase:
    """The list as a workbook."""
    organization = organization_of(request, READ, organization_id)
    today, rows = timezone.localdate(), _rows(request, organization)
    content = findings_workbook(
        rows.iterator(chunk_size=2000),
        organization=organization,
        scope=request.scope,
        at=timezone.localtime(),
        on=today,
        conditions=_told(_view(request)),
    )
    return attachment(content, _("%(unit)s督查问题整改台账.xlsx") % {"unit": organization.short_name})


def _finding(request: Request, pk: int, permission: str) -> Finding:
    return get_visible(
        Finding.objects.select_related("branch", "member", "inspection__organization"),
        request.scope,
        permission,
        pk=pk,
    )


def _page(
    request: Request,
    row: Finding,
    *,
    mending: MendingForm | None = None,
    recheck: RecheckForm | None = None,
    extension: ExtensionForm | None = None,
) -> HttpResponse:
    place: Organization = row.branch
    to_mend = row.state in TO_MEND and request.scope.covers(actions.MEND, place.path)
    to_recheck = row.state == "mended" and actions.may_recheck(request.scope, row)
    may_extend = (
        row.state in TO_MEND
        and actions.may_recheck(request.scope, row)
        and actions.sets_deadline(request.scope, row)
    )
    is_mender = row.mended_user_id is not None and row.mended_user_id == request.scope.user_id
    context = at(
        place,
        finding=row,
        what=label_of(row.item),
        reads=may_read_item(request.scope, row.item, place.path),
        mending=(mending or MendingForm()) if to_mend else None,
        recheck=(recheck or RecheckForm()) if to_recheck and not is_mender else None,
        extension=(extension or ExtensionForm()) if may_extend else None,
        is_mender=to_recheck and is_mender,
        today=timezone.localdate(),
    )
    return render(request, "inspections/finding.html", context)


@requires(READ)
def finding(request: Request, pk: int) -> HttpResponse:
    """One finding."""
    return _page(request, _finding(request, pk, READ))


@requires(actions.MEND)
def finding_mending(request: Request, pk: int) -> HttpResponse:
    """Say how it was mended."""
    row = _finding(request, pk, actions.MEND)
    if request.method != "POST":
        return _page(request, row)
    form = MendingForm(request.POST)

    def deed() -> None:
        actions.mend_finding(by=request.scope, finding=row, on=timezone.localdate(), **form.cleaned_data)

    if form.is_valid() and is_done(request, form, deed):
        messages.success(request, _("已登记整改，等另一个人复核。"))
        return see_other("inspections:finding", row.pk)
    return _page(request, row, mending=form)


@requires(INSPECT)
def finding_recheck(request: Request, pk: int) -> HttpResponse:
    """Close it or send it back."""
    row = _finding(request, pk, INSPECT)
    if not actions.may_recheck(request.scope, row):
        raise Denied(INSPECT)
    if request.method != "POST":
        return _page(request, row)
    form = RecheckForm(request.POST)

    def deed() -> None:
        facts = form.cleaned_data
        actions.recheck_finding(
            by=request.scope,
            finding=row,
            is_mended=facts["result"] == "closed",
            recheck=facts["recheck"],
            due_on=facts["due_on"],
            on=timezone.localdate(),
        )

    if form.is_valid() and is_done(request, form, deed):
        messages.success(request, _("已登记复核。"))
        return see_other("inspections:finding", row.pk)
    return _page(request, row, recheck=form)


@requires(INSPECT)
def finding_extension(request: Request, pk: int) -> HttpResponse:
    """Give more time."""
    row = _finding(request, pk, INSPECT)
    actions.require_rechecker(request.scope, row)
    if request.method != "POST":
        return _page(request, row)
    form = ExtensionForm(request.POST)

    def deed() -> None:
        actions.extend_finding(by=request.scope, finding=row, on=timezone.localdate(), **form.cleaned_data)

    if form.is_valid() and is_done(request, form, deed):
        messages.success(request, _("期限已延长，理由和次数都已记下。"))
        return see_other("inspections:finding", row.pk)
    return _page(request, row, extension=form)
