"""What the quick search finds. Reads only, within the person's scope."""

from collections.abc import Sequence
from dataclasses import dataclass

from zhibu.certificates.models import Certificate
from zhibu.certificates.summaries.copies import resolve
from zhibu.core.access import Scope
from zhibu.members.models import Member
from zhibu.organizations.models import Organization

ORGANIZATIONS_FOUND = 10
MEMBERS_FOUND = 20


@dataclass(frozen=True, slots=True)
class Found:
    """What a quick search found; one more than shown sets the ``more_`` flags."""

    organizations: Sequence[Organization]
    members: Sequence[Member]
    certificate: Certificate | None
    more_organizations: bool
    more_members: bool

    @property
    def nothing(self) -> bool:
        """True when there is nothing to show."""
        return not (self.organizations or self.members or self.certificate)


def search(scope: Scope, text: str) -> Found:
    """Organizations and members in the scope by name, pinyin or initials; a certificate by its exact number.

    At most five queries. Empty text finds nothing.
    """
    needle = text.strip()
    if not needle:
        return Found([], [], None, more_organizations=False, more_members=False)
    organizations: list[Organization] = []
    if scope.has("organizations.read"):
        organizations = list(
            Organization.objects.visible_to(scope, "organizations.read")
            .existing()
            .matching(needle)
            .select_related("parent")
            .in_order()[: ORGANIZATIONS_FOUND + 1]
        )
    members: list[Member] = []
    if scope.has("members.read"):
        members = list(
            Member.objects.visible_to(scope, "members.read")
            .enrolled()
            .matching(needle)
            .select_related("branch", "branch__parent")
            .defer("resident_id", "phone")
            .order_by("pinyin", "pk")[: MEMBERS_FOUND + 1]
        )
    certificate = (
        resolve(scope, needle)
        if scope.has("certificates.read") and any(c.isdigit() for c in needle)
        else None
    )
    return Found(
        organizations[:ORGANIZATIONS_FOUND],
        members[:MEMBERS_FOUND],
        certificate,
        more_organizations=len(organizations) > ORGANIZATIONS_FOUND,
        more_members=len(members) > MEMBERS_FOUND,
    )
