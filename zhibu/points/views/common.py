"""What the pages share."""

from datetime import date, timedelta

from django.http import Http404, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from zhibu.core.db import get_visible
from zhibu.core.http import Request
from zhibu.core.months import is_month
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS
from zhibu.points.models import Entry

READ = "points.read"
RECORD = "points.record"
APPROVE = "points.approve"
OWN = "members.read_own"


def organization_of(request: Request, permission: str, pk: int | None) -> Organization:
    """The organization asked for, or the topmost one the person holds the permission on."""
    if pk is not None:
        return get_visible(Organization.objects.select_related("parent"), request.scope, permission, pk=pk)
    return get_visible(Organization.objects.top_first(), request.scope, permission)


def branch_of(request: Request, permission: str, pk: int) -> Organization:
    """The branch asked for; 404 for other organizations."""
    return get_visible(
        Organization.objects.select_related("parent").filter(kind__in=BRANCH_KINDS),
        request.scope,
        permission,
        pk=pk,
    )


def at(organization: Organization, **context: object) -> dict[str, object]:
    """The context of a page about an organization: with the line of organizations above it."""
    return {
        "organization": organization,
        "above": Organization.objects.above(organization.path),
        "is_branch": organization.kind in BRANCH_KINDS,
        "this_year": timezone.localdate().year,
        **context,
    }


def last_day_text(until: date) -> str:
    """The last day of a half-open period, as people write it."""
    day = until - timedelta(days=1)
    return _("{month}月{day}日").format(month=day.month, day=day.day)


def member_of(request: Request, pk: int, *permissions: str) -> Member:
    """One's own record where the account is a member's, else one in the scope of the first permission held."""
    rows = Member.objects.select_related("branch")
    if request.scope.has(OWN):
        own = rows.filter(pk=pk, user=request.scope.user_id).first()
        if own is not None:
            return own
    for permission in permissions:
        if request.scope.has(permission):
            return get_visible(rows, request.scope, permission, pk=pk)
    raise Http404


def entry_of(request: Request, permission: str, pk: int) -> Entry:
    """The entry, if the person holds the permission where it was entered."""
    rows = Entry.objects.select_related("member__branch", "branch", "reverses")
    return get_visible(rows, request.scope, permission, pk=pk)


def back_of(request: Request) -> str:
    """The page of ours that the person came from and returns to, "" without one."""
    back = request.GET.get("next", "")
    return back if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) else ""


def redirect_back(request: Request) -> HttpResponseRedirect | None:
    """To the page the person came from, None without one."""
    back = back_of(request)
    return HttpResponseRedirect(back, status=303) if back else None


def check_month(month: int) -> int:
    """The month of an address; 404 for nonsense."""
    if not is_month(month):
        raise Http404
    return month


def year_of(request: Request) -> int:
    """The year of the query; this year without one."""
    text = request.GET.get("year", "")
    if text.isascii() and text.isdecimal() and len(text) == 4 and text >= "2000":
        return int(text)
    return timezone.localdate().year
