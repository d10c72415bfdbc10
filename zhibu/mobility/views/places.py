"""The organization a list is about."""

from zhibu.core.http import Request
from zhibu.organizations.models import Organization
from zhibu.organizations.summaries import unit_asked


def organization_of(request: Request, permission: str) -> Organization | None:
    """The one asked for by ``?organization=``; else the topmost of the person's, if there is a single one."""
    return unit_asked(request.scope, permission, request.GET.get("organization", ""))


def units_of(request: Request, organization: Organization | None, permission: str) -> dict[str, object]:
    """Context of a list about an organization: those above it and those right below it. Two queries."""
    return {
        "organization": organization,
        "above": Organization.objects.above(organization.path) if organization else (),
        "units": Organization.objects.visible_to(request.scope, permission)
        .existing()
        .filter(parent=organization)
        .in_order(),
    }
