"""Low-level moves of units, for the one deed that reorganizes (建制调整). It checks rights and records.

Nothing here writes while a plan is made: each part says what would change (``core.rows.Changes``).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhibu.core.pinyin import unit_readings
from zhibu.core.rows import Changes, insert_rows, update_rows
from zhibu.organizations.models import (
    ClusterPlace,
    Organization,
    OrganizationName,
    OrganizationParent,
    RetiredSegment,
    Support,
    TermOfOffice,
)


@dataclass(frozen=True, slots=True)
class Relocation:
    """Where things go. ``successors``: closed unit -> the unit that takes over, None when it is dissolved.

    ``members``: members that a split gives to another branch. Units still to be opened have negative ids.
    ``effective_on``: the day of the deed; ``on``: today, from which rights hold.
    """

    successors: Mapping[int, int | None]
    members: Mapping[int, int]
    kinds: Mapping[int, str]
    effective_on: date
    on: date

    @property
    def closed(self) -> list[int]:
        """Ids of the units that close."""
        return sorted(self.successors)


def tree_changes(
    rows: Mapping[int, Organization],
    after: Mapping[int, Mapping[str, object]],
    *,
    effective_on: date,
) -> Changes:
    """The units' own columns, their dated names and parents, terms, and the segments left behind. Three queries.

    ``after``: new columns by unit. A change on the first day of the present name or parent corrects it.
    """
    found = Changes()
    for pk, columns in after.items():
        row = rows[pk]
        values = dict(columns)
        if "short_name" in values:
            short_name = str(values["short_name"])
            values |= unit_readings(short_name)._asdict()
        found.change(row, **values)
        if "segment" in values and row.numbering_root_id is not None and row.segment:
            found.insert(
                RetiredSegment(
                    root_id=row.numbering_root_id,
                    segment=row.segment,
                    organization=row,
                    retired_on=effective_on,
                )
            )
    closed = {pk for pk, columns in after.items() if "closed_on" in columns}
    named = {pk for pk, columns in after.items() if "name" in columns}
    moved = {pk for pk, columns in after.items() if "parent_id" in columns}
    for name in OrganizationName.objects.filter(organization__in=closed | named, until=None).order_by("pk"):
        columns = after[name.organization_id]
        if name.organization_id in closed:
            found.change(name, until=max(effective_on, name.from_date))
        elif name.from_date == effective_on:
            found.change(name, name=columns["name"], short_name=columns["short_name"])
        else:
            found.change(name, until=effective_on)
            found.insert(
                OrganizationName(
                    organization_id=name.organization_id,
                    name=str(columns["name"]),
                    short_name=str(columns["short_name"]),
                    from_date=effective_on,
                )
            )
    for place in OrganizationParent.objects.filter(organization__in=closed | moved, until=None).order_by(
        "pk"
    ):
        columns = after[place.organization_id]
        if place.organization_id in closed:
            found.change(place, until=max(effective_on, place.from_date))
        elif place.from_date == effective_on:
            found.change(place, parent_id=columns["parent_id"])
        else:
            found.change(place, until=effective_on)
            found.insert(
                OrganizationParent(
                    organization_id=place.organization_id,
                    parent_id=_id(columns["parent_id"]),
                    from_date=effective_on,
                )
            )
    for term in TermOfOffice.objects.filter(organization__in=closed, ended_on=None).order_by("pk"):
        found.change(term, ended_on=max(effective_on, term.from_date))
    return found


def grouping_changes(relocation: Relocation) -> Changes:
    """Clusters and support units of closed units: the successor takes the places and the help. Two queries."""
    found = Changes()
    closed = relocation.closed
    concerned = [*closed, *(pk for pk in set(relocation.successors.values()) if pk is not None)]
    places: dict[int, set[int]] = defaultdict(set)
    rows = list(ClusterPlace.objects.filter(organization__in=concerned).order_by("pk"))
    for place in rows:
        places[place.organization_id].add(place.cluster_id)
    for place in rows:
        if place.organization_id not in relocation.successors:
            continue
        target = relocation.successors[place.organization_id]
        if target is None or place.cluster_id in places[target]:
            found.delete(place)
        else:
            found.change(place, organization_id=target)
            places[target].add(place.cluster_id)
    helped: dict[int, set[int]] = defaultdict(set)
    supports = list(Support.objects.filter(organization__in=concerned, until=None).order_by("pk"))
    for support in supports:
        helped[support.organization_id].add(support.unit_id)
    for support in supports:
        if support.organization_id not in relocation.successors:
            continue
        found.change(support, until=max(relocation.on, support.from_date))
        target = relocation.successors[support.organization_id]
        if target is not None and support.unit_id not in helped[target]:
            found.insert(Support(unit_id=support.unit_id, organization_id=target, from_date=relocation.on))
            helped[target].add(support.unit_id)
    return found


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A unit to open, with the ids it has in the plan. ``id``, and perhaps parent and root, are negative."""

    id: int
    parent: int
    root: int | None
    segment: str
    path: str
    kind: str
    category: str
    code: str
    name: str
    short_name: str


def open_units(places: Sequence[NewPlace], *, opened_on: date) -> dict[int, int]:
    """Insert the units of a plan with their first name and parent; real id by planned id. Five statements."""
    if not places:
        return {}
    rows = Organization.objects.bulk_create(
        Organization(
            path=f"new:{place.code}",
            kind=place.kind,
            category=place.category,
            code=place.code,
            name=place.name,
            short_name=place.short_name,
            **unit_readings(place.short_name)._asdict(),
            opened_on=opened_on,
        )
        for place in places
    )
    ids = {place.id: row.pk for place, row in zip(places, rows, strict=True)}
    parents = {place.id: ids.get(place.parent, place.parent) for place in places}
    update_rows(
        Organization,
        {
            ids[place.id]: {
                "parent_id": parents[place.id],
                "numbering_root_id": ids.get(place.root, place.root) if place.root is not None else None,
                "segment": place.segment,
                "path": path_with(place.path, ids),
            }
            for place in places
        },
    )
    insert_rows(
        OrganizationName(
            organization_id=ids[place.id],
            name=place.name,
            short_name=place.short_name,
            from_date=opened_on,
        )
        for place in places
    )
    insert_rows(
        OrganizationParent(organization_id=ids[place.id], parent_id=parents[place.id], from_date=opened_on)
        for place in places
    )
    return ids


def path_with(path: str, ids: Mapping[int, int]) -> str:
    """A planned path with the ids that the new units got.

    >>> path_with("1.-2.17.", {-2: 40})
    '1.40.17.'
    """
    steps = [int(step) for step in path.split(".") if step]
    return "".join(f"{ids.get(step, step)}." for step in steps)


def _id(value: object) -> int | None:
    return value if isinstance(value, int) else None
