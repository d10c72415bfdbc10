"""Lists of points as workbooks."""

from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core.http import Request, requires
from zhibu.core.months import month_of
from zhibu.core.text import gettext_noop
from zhibu.jobs.downloads import large_by_worker
from zhibu.members.models import Member
from zhibu.members.querysets import Members
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS
from zhibu.points.policies import catalogue_in_force
from zhibu.points.prints import workbooks
from zhibu.points.summaries import lists
from zhibu.points.summaries.totals import month_rows
from zhibu.points.views.common import READ, organization_of
from zhibu.ui.downloads import attachment


def _branches(request: Request, organization_id: int) -> int:
    organization = organization_of(request, READ, organization_id)
    return lists.branches_under(request.scope, organization).count()


@requires(READ)
@large_by_worker(gettext_noop("下载党员积分月表"), _branches)
def workbook(request: Request, organization_id: int) -> HttpResponseBase:
    """The month on the page: members of a branch, else the branches below."""
    organization = organization_of(request, READ, organization_id)
    today = timezone.localdate()
    settle_day = catalogue_in_force(on=today).settle_day
    month = lists.shown_month(request.GET.get("month", ""), on=today, settle_day=settle_day)
    by, at = request.scope.name, timezone.localtime()
    if organization.kind in BRANCH_KINDS:
        rows = month_rows(organization, month)
        content = workbooks.month_workbook(rows, branch=organization, month=month, printed_by=by, at=at)
    else:
        branches = list(lists.branches_under(request.scope, organization))
        content = workbooks.branches_workbook(
            lists.branch_rows(branches, month, on=today),
            organization=organization,
            month=month,
            printed_by=by,
            at=at,
        )
    name = _("{unit}{year}年{n}月党员积分.xlsx").format(
        unit=organization.short_name, year=month // 100, n=month % 100
    )
    return attachment(content, name)


def _members(request: Request, organization: Organization) -> Members[Member]:
    return Member.objects.visible_to(request.scope, READ).enrolled().under(organization.path)


def _year_size(request: Request, organization_id: int, number: int) -> int:
    return _members(request, organization_of(request, READ, organization_id)).count()


@requires(READ)
@large_by_worker(gettext_noop("下载党员积分年表"), _year_size)
def year_workbook(request: Request, organization_id: int, number: int) -> HttpResponseBase:
    """The year of everyone below an organization, without places."""
    organization = organization_of(request, READ, organization_id)
    if not 2000 <= number <= 2199:
        raise Http404
    month = min(month_of(timezone.localdate()), number * 100 + 12)
    members = list(
        _members(request, organization)
        .defer("resident_id", "phone")
        .select_related("branch")
        .order_by("branch__code", "pinyin", "pk")
    )
    content = workbooks.year_workbook(
        lists.year_rows(members, number, month=month),
        organization=organization,
        year=number,
        printed_by=request.scope.name,
        at=timezone.localtime(),
    )
    name = _("{unit}{year}年党员积分.xlsx").format(unit=organization.short_name, year=number)
    return attachment(content, name)
