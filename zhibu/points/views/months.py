"""A branch's month, its publication, and the list of branches."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core.access import Refused
from zhibu.core.http import Request, requires, see_other
from zhibu.core.months import last_day, shift_month
from zhibu.core.refusals import sentence_of
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS
from zhibu.points import actions
from zhibu.points.policies import catalogue_in_force
from zhibu.points.prints.publicity import publicity_pdf
from zhibu.points.rules.catalogue import GROUPS
from zhibu.points.summaries import lists
from zhibu.points.summaries.locks import is_locked
from zhibu.points.summaries.totals import month_rows
from zhibu.points.views.common import READ, RECORD, at, branch_of, check_month, last_day_text, organization_of
from zhibu.ui.downloads import attachment
from zhibu.ui.pages import paginate, render_page


@requires(READ)
def home(request: Request, organization_id: int | None = None) -> HttpResponse:
    """A branch shows its month; a higher organization its branches."""
    organization = organization_of(request, READ, organization_id)
    today = timezone.localdate()
    catalogue = catalogue_in_force(on=today)
    month = lists.shown_month(request.GET.get("month", ""), on=today, settle_day=catalogue.settle_day)
    months = {
        "month": month,
        "previous": shift_month(month, -1),
        "next": shift_month(month, 1) if last_day(month) < today else None,
        "year": month // 100,
    }
    if organization.kind in BRANCH_KINDS:
        return _month(request, organization, month, months)
    page = paginate(request, lists.branches_under(request.scope, organization))
    context = at(
        organization,
        page=page,
        rows=lists.branch_rows(page.rows, month, on=today),
        today=today,
        is_over=last_day(month) < today,
        **months,
    )
    return render_page(request, "points/branches.html", context)


def _month(request: Request, branch: Organization, month: int, months: dict[str, int | None]) -> HttpResponse:
    today = timezone.localdate()
    rows = sorted(month_rows(branch, month), key=lambda row: not row.proposed)
    context = at(
        branch,
        rows=rows,
        entries=lists.month_entries(branch, month),
        published=lists.publicity_of(branch.pk, month),
        is_locked=is_locked(branch.pk, month, today),
        proposed=sum(row.proposed for row in rows),
        objections=lists.open_objections(branch.pk),
        today=today,
        is_over=last_day(month) < today,
        **months,
    )
    return render(request, "points/month.html", context)


@requires(READ)
def publicity(request: Request, organization_id: int, month: int) -> HttpResponse:
    """The list for the notice board; POST publishes it."""
    permission = READ
    if request.method == "POST":
        permission = RECORD
        request.scope.require_any(permission)
    branch = branch_of(request, permission, organization_id)
    month = check_month(month)
    today = timezone.localdate()
    refused = ""
    if request.method == "POST":
        try:
            row = actions.publish_month(by=request.scope, branch=branch, month=month, on=today)
        except Refused as refusal:
            refused = sentence_of(refusal)
        else:
            messages.success(
                request,
                _("已公示，到{day}为止。请打印张贴。").format(day=last_day_text(row.until)),
            )
            return see_other("points:publicity", branch.pk, month)
    published = lists.publicity_of(branch.pk, month)
    context = at(
        branch,
        month=month,
        year=month // 100,
        rows=[row for row in month_rows(branch, month) if not row.is_paused],
        groups=GROUPS,
        published=published,
        last_day=last_day_text(published.until) if published else "",
        is_open=published is not None and today < published.until,
        refused=refused,
        days=catalogue_in_force(on=today).objection_days,
    )
    return render(request, "points/publicity.html", context)


@requires(READ)
def publicity_print(request: Request, organization_id: int, month: int) -> HttpResponse:
    branch = branch_of(request, READ, organization_id)
    month = check_month(month)
    content = publicity_pdf(
        [row for row in month_rows(branch, month) if not row.is_paused],
        branch=branch,
        month=month,
        published=lists.publicity_of(branch.pk, month),
        printed_by=request.scope.name,
        at=timezone.localtime(),
    )
    name = _("{unit}{year}年{n}月积分公示.pdf").format(
        unit=branch.short_name, year=month // 100, n=month % 100
    )
    return attachment(content, name)
