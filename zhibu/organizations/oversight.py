"""Who answers for a unit before others."""

from zhibu.core.access import Scope
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS


def oversees(by: Scope, permission: str, organization: Organization) -> bool:
    """Whoever holds the permission at a branch; at a committee only whoever holds it above: none judges itself."""
    if organization.kind in BRANCH_KINDS:
        return by.covers(permission, organization.path)
    above = organization.path[: -len(str(organization.pk)) - 1]
    return bool(above) and by.covers(permission, above)
