"""The annual table of increase and decrease."""

from datetime import date

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires
from zhibu.mobility.prints.movements import cells_of, movements_pdf, movements_workbook
from zhibu.mobility.summaries import movements as summaries
from zhibu.organizations.models import Organization
from zhibu.ui.downloads import attachment

READ = "members.read"
_YEARS = 6


def _asked(request: Request, organization_id: int | None) -> tuple[Organization, int, date, date]:
    if organization_id is None:
        organization = get_visible(Organization.objects.top_first(), request.scope, READ)
    else:
        organization = get_visible(Organization.objects.all(), request.scope, READ, pk=organization_id)
    today = timezone.localdate()
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else today.year
    year = min(max(year, today.year - _YEARS), today.year)
    return organization, year, date(year, 1, 1), date(year + 1, 1, 1)


@requires(READ)
def movements(request: Request, organization_id: int | None = None) -> HttpResponse:
    organization, year, since, until = _asked(request, organization_id)
    found = summaries.table(request.scope, organization, since=since, until=until)
    titles = [
        _("期初"),
        *(_(label) for label in summaries.INCREASES.values()),
        _("增加"),
        *(_(label) for label in summaries.DECREASES.values()),
        _("减少"),
        _("期末"),
        _("其中停止党籍"),
    ]
    total = cells_of(found.total)
    # Reasons that happened nowhere have no column on the screen; the sheet and the print keep them all.
    always = {0, 1 + len(summaries.INCREASES), len(titles) - 3, len(titles) - 2}
    shown = [n for n, number in enumerate(total) if number or n in always]
    this_year = timezone.localdate().year
    context = {
        "organization": organization,
        "above": Organization.objects.above(organization.path),
        "table": found,
        "rows": [
            (line, [(titles[n], cells[n]) for n in shown])
            for line, cells in ((line, cells_of(line)) for line in found.lines)
        ],
        "total": [(titles[n], total[n]) for n in shown],
        "year": year,
        "years": range(this_year, this_year - _YEARS - 1, -1),
    }
    return render(request, "mobility/movements.html", context)


@requires(READ)
def movements_print(request: Request, organization_id: int) -> HttpResponseBase:
    organization, year, since, until = _asked(request, organization_id)
    content = movements_pdf(
        summaries.table(request.scope, organization, since=since, until=until),
        since=since,
        until=until,
        printed_by=request.scope.name,
        at=timezone.localtime(),
        synthetic=settings.DEMO,
    )
    name = _("%(unit)s%(year)s年党员增减情况表.pdf") % {"unit": organization.short_name, "year": year}
    return attachment(content, name)


@requires(READ)
def movements_download(request: Request, organization_id: int) -> HttpResponseBase:
    organization, year, since, until = _asked(request, organization_id)
    found = summaries.table(request.scope, organization, since=since, until=until)
    name = _("%(unit)s%(year)s年党员增减情况表.xlsx") % {"unit": organization.short_name, "year": year}
    return attachment(movements_workbook(found, since=since, until=until), name)
