"""Lists as workbooks, and the sheet of a remittance."""

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires
from zhibu.core.months import month_text, period_text
from zhibu.core.text import gettext_noop
from zhibu.dues.models import Remittance
from zhibu.dues.prints import workbooks
from zhibu.dues.prints.remittances import remittance_pdf
from zhibu.dues.summaries import pages as summaries
from zhibu.dues.summaries import remittances as handed_up
from zhibu.dues.summaries.narrowing import LedgerNarrowing
from zhibu.dues.views.arrears import chosen_arrears, stage_words
from zhibu.dues.views.common import READ, month_asked, organization_of
from zhibu.dues.views.ledger import months_of
from zhibu.dues.views.remittances import VIEWS, view_asked
from zhibu.jobs.downloads import large_by_worker
from zhibu.organizations.models import Organization
from zhibu.ui.downloads import attachment, conditions


@requires(READ)
def ledger_workbook(request: Request, organization_id: int) -> HttpResponse:
    """The month on the page, or with ``period=year`` its year, as the page shows it."""
    organization = organization_of(request, READ, organization_id)
    month, by_year = month_asked(request), request.GET.get("period") == "year"
    period = _("{n}年").format(n=month // 100) if by_year else month_text(month)
    by, at = request.scope.name, timezone.localtime()
    if not summaries.is_branch(organization):
        units, _total = summaries.unit_lines(request.scope, organization, months_of(month, by_year=by_year))
        until = month // 100 * 100 + 12 if by_year else month
        content = workbooks.units_workbook(
            units, organization=organization, until=until, period=period, printed_by=by, at=at
        )
    else:
        content = _branch_ledger(request, organization, month, by_year=by_year)
    name = _("{unit}{period}党费台账.xlsx").format(unit=organization.short_name, period=period)
    return attachment(content, name)


def _branch_ledger(request: Request, branch: Organization, month: int, *, by_year: bool) -> bytes:
    """The members whom the page lists: their month, or their year."""
    chosen = LedgerNarrowing.of(request.GET.dict())
    lines = chosen.shown(summaries.ledger_lines(branch, month, on=timezone.localdate()))
    by, at, told = request.scope.name, timezone.localtime(), chosen.told(month)
    if not by_year:
        return workbooks.month_workbook(
            lines, branch=branch, month=month, printed_by=by, at=at, conditions=told
        )
    year, among = month // 100, {line.row.member_id for line in lines} if chosen.is_filtered else None
    people = summaries.branch_year(branch, year, among=among)
    return workbooks.year_workbook(people, branch=branch, year=year, printed_by=by, at=at, conditions=told)


def _arrears_size(request: Request, organization_id: int) -> int:
    organization = organization_of(request, READ, organization_id)
    return len(chosen_arrears(request, organization, on=timezone.localdate()).shown)


@requires(READ)
@large_by_worker(gettext_noop("下载党费未交情况"), _arrears_size)
def arrears_workbook(request: Request, organization_id: int) -> HttpResponseBase:
    organization = organization_of(request, READ, organization_id)
    chosen = chosen_arrears(request, organization, on=timezone.localdate())
    found = chosen.shown
    members = summaries.members_by_id(each.member_id for each in found)
    content = workbooks.arrears_workbook(
        [(each, members[each.member_id]) for each in found],
        organization=organization,
        printed_by=request.scope.name,
        at=timezone.localtime(),
        conditions=""
        if chosen.stage is None
        else conditions((_("连续未交"), stage_words(chosen.stage, chosen.stages))),
    )
    return attachment(content, _("{unit}党费未交情况.xlsx").format(unit=organization.short_name))


def _remittances(request: Request, organization: Organization) -> QuerySet[Remittance]:
    return handed_up.remittance_rows(request.scope, view=view_asked(request), organization=organization)


def _remittances_size(request: Request, organization_id: int) -> int:
    return _remittances(request, organization_of(request, READ, organization_id)).count()


@requires(READ)
@large_by_worker(gettext_noop("下载党费上缴台账"), _remittances_size)
def remittances_workbook(request: Request, organization_id: int) -> HttpResponseBase:
    organization = organization_of(request, READ, organization_id)
    rows = _remittances(request, organization)
    content = workbooks.remittances_workbook(
        rows.iterator(chunk_size=2000),
        organization=organization,
        printed_by=request.scope.name,
        at=timezone.localtime(),
        conditions=conditions((_("状态"), _(VIEWS[view_asked(request)]))) if view_asked(request) else "",
    )
    return attachment(content, _("{unit}党费上缴台账.xlsx").format(unit=organization.short_name))


@requires(READ)
def remittance_print(request: Request, remittance_id: int) -> HttpResponse:
    """The sheet for both sides to sign."""
    row = get_visible(
        Remittance.objects.select_related("from_organization", "to_organization"),
        request.scope,
        READ,
        pk=remittance_id,
    )
    content = remittance_pdf(row, printed_by=request.scope.name, at=timezone.localtime())
    name = _("{unit}{period}党费上缴单.pdf").format(
        unit=row.from_organization.short_name, period=period_text(row.from_month, row.until_month)
    )
    return attachment(content, name)
