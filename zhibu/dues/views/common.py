"""What the pages share: the organization asked for, the month and year of the query."""

from django.utils import timezone

from zhibu.core.db import get_visible
from zhibu.core.http import Request
from zhibu.core.months import month_of, parse_month, shift_month
from zhibu.dues.summaries.pages import is_branch
from zhibu.members.models import Member
from zhibu.organizations.models import Organization

READ, RECORD, ASSESS = "dues.read", "dues.record", "dues.assess"


def organization_of(request: Request, permission: str, pk: int | None) -> Organization:
    """The organization asked for, or the topmost one the person holds the permission on."""
    if pk is not None:
        return get_visible(Organization.objects.select_related("parent"), request.scope, permission, pk=pk)
    return get_visible(Organization.objects.select_related("parent").top_first(), request.scope, permission)


def member_of(request: Request, permission: str, pk: int) -> Member:
    """The member, if the person holds the permission at the branch."""
    return get_visible(
        Member.objects.defer("resident_id", "phone").select_related("branch"),
        request.scope,
        permission,
        pk=pk,
    )


def at(organization: Organization, **context: object) -> dict[str, object]:
    """The context of a page about an organization: with the line of organizations above it."""
    return {
        "organization": organization,
        "above": Organization.objects.above(organization.path),
        "is_branch": is_branch(organization),
        **context,
    }


def month_asked(request: Request) -> int:
    """The month of the query, at most a month ahead; this month for none or for nonsense."""
    this = month_of(timezone.localdate())
    month = parse_month(request.GET.get("month", "")) or this
    return month if month <= shift_month(this, 1) else this


def year_asked(request: Request) -> int:
    """The year of the query; this year for none or for nonsense."""
    text = request.GET.get("year", "")
    this = timezone.localdate().year
    return int(text) if text.isascii() and text.isdigit() and 1990 <= int(text) <= this + 1 else this
