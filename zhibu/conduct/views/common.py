"""What the pages share: the organization asked for, a year of the query."""

from zhibu.core.db import get_visible
from zhibu.core.http import Request
from zhibu.members.models import Member
from zhibu.organizations.models import Organization


def organization_of(request: Request, permission: str, pk: int | None) -> Organization:
    """The organization asked for, or the topmost one the person holds the permission on."""
    if pk is not None:
        return get_visible(Organization.objects.select_related("parent"), request.scope, permission, pk=pk)
    return get_visible(Organization.objects.top_first(), request.scope, permission)


def at(organization: Organization, **context: object) -> dict[str, object]:
    """The context of a page about an organization: with the line of organizations above it."""
    return {"organization": organization, "above": Organization.objects.above(organization.path), **context}


def member_of(request: Request, permission: str, pk: int) -> Member:
    """The member, if the person holds the permission at the branch."""
    return get_visible(Member.objects.select_related("branch"), request.scope, permission, pk=pk)


def year_of(request: Request) -> int | None:
    """The year of the query; None for none or for nonsense."""
    text = request.GET.get("year", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None
