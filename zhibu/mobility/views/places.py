"""The organization a list is about."""

from zhibu.core.db import get_visible
from zhibu.core.http import Request
from zhibu.organizations.models import Organization


def organization_of(request: Request, permission: str) -> Organization | None:
    """The one asked for by ``?organization=``; else the topmost of the person's, if there is a single one."""
    asked = request.GET.get("organization", "")
    visible = Organization.objects.select_related("parent")
    if asked.isascii() and asked.isdigit() and len(asked) < 19:
        return get_visible(visible, request.scope, permission, pk=int(asked))
    tops = request.scope.prefixes(permission)
    if len(tops) != 1 or not tops[0]:
        return None
    return visible.visible_to(request.scope, permission).filter(path=tops[0]).first()


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
