"""Names of nodes for pages of lower apps, which reach them through settings.ORGANIZATION_LABELS."""

from collections.abc import Collection, Mapping

from zhibu.organizations.models import Organization

_MOST = 200


def names_of(ids: Collection[int]) -> Mapping[int, str]:
    """Short name by id; ids that are no nodes are left out. One query."""
    return dict(Organization.objects.filter(pk__in=ids).values_list("pk", "short_name")) if ids else {}


def ids_matching(text: str) -> list[int]:
    """Nodes found by name, pinyin, initials or code, at most 200. One query."""
    return list(Organization.objects.matching(text).values_list("pk", flat=True)[:_MOST])
