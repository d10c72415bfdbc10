"""Names of nodes: for pages of lower apps (through settings.ORGANIZATION_LABELS), and as they were on a day."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from zhibu.organizations.models import Organization, OrganizationName

_MOST = 200


def names_of(ids: Collection[int]) -> Mapping[int, str]:
    """Short name by id; ids that are no nodes are left out. One query."""
    return dict(Organization.objects.filter(pk__in=ids).values_list("pk", "short_name")) if ids else {}


def ids_matching(text: str) -> list[int]:
    """Nodes found by name, pinyin, initials or code, at most 200. One query."""
    return list(Organization.objects.matching(text).values_list("pk", flat=True)[:_MOST])


class NamesOf:
    """What organizations were called on a day: a document printed again bears the names it bore. One query.

    Before the first known name the first holds; an organization without any keeps the present one.
    """

    def __init__(self, organizations: Iterable[Organization | None]) -> None:
        ids = {each.pk for each in organizations if each is not None}
        self._keep(OrganizationName.objects.filter(organization__in=ids))

    @classmethod
    def everywhere(cls) -> "NamesOf":
        """Of all organizations, for lists that are written row by row."""
        names = cls.__new__(cls)
        names._keep(OrganizationName.objects.all())
        return names

    def _keep(self, rows: QuerySet[OrganizationName]) -> None:
        self._rows: dict[int, list[OrganizationName]] = defaultdict(list)
        for row in rows.order_by("from_date"):
            self._rows[row.organization_id].append(row)

    def full(self, organization: Organization, on: date) -> str:
        """The full name on that day."""
        row = self._on(organization, on)
        return row.name if row is not None else organization.name

    def short(self, organization: Organization, on: date) -> str:
        """The short name on that day."""
        row = self._on(organization, on)
        return row.short_name if row is not None else organization.short_name

    def _on(self, organization: Organization, on: date) -> OrganizationName | None:
        rows = self._rows.get(organization.pk, [])
        return next((row for row in reversed(rows) if row.from_date <= on), rows[0] if rows else None)


def name_on(organization: Organization, on: date) -> str:
    """The full name of one organization on a day. One query."""
    return NamesOf([organization]).full(organization, on)


def ids_under(prefixes: Iterable[str]) -> set[int]:
    """Ids of the organizations at or below these paths. One query."""
    places = reduce(or_, (Q(path__startswith=prefix) for prefix in prefixes), Q(pk=None))
    return set(Organization.objects.filter(places).values_list("pk", flat=True))
