"""Reads that answer a page, a sheet or a search."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from zhibu.organizations.models import ClusterPlace, Organization, Support, TermOfOffice
from zhibu.organizations.rules import Term


@dataclass(slots=True)
class Holding:
    """One unit with everything a row of the sheet says about it."""

    organization: Organization
    parent_code: str = ""
    root_code: str = ""
    term: Term | None = None
    clusters: tuple[str, ...] = ()
    support: str = ""
    contact_name: str = ""
    contact_phone: str = ""


def holdings(*, on: date | None) -> dict[str, Holding]:
    """All units by code, parents before children and brothers by segment. Four queries.

    Support in force on a day; with None the one without an end. A unit with two helpers shows the
    first that came.
    """
    nodes = {node.pk: node for node in Organization.objects.order_by("segment", "pk")}
    children: dict[int | None, list[Organization]] = defaultdict(list)
    for node in nodes.values():
        children[node.parent_id].append(node)
    found: dict[int, Holding] = {}
    stack = list(reversed(children[None]))
    while stack:
        node = stack.pop()
        found[node.pk] = Holding(
            node,
            nodes[node.parent_id].code if node.parent_id else "",
            nodes[node.numbering_root_id].code if node.numbering_root_id else "",
        )
        stack.extend(reversed(children[node.pk]))
    for row in TermOfOffice.objects.filter(ended_on=None):
        found[row.organization_id].term = Term(row.number, row.from_date, row.due_on)
    places: dict[int, list[str]] = defaultdict(list)
    for organization_id, name in ClusterPlace.objects.order_by("cluster__name").values_list(
        "organization_id", "cluster__name"
    ):
        places[organization_id].append(name)
    for organization_id, names in places.items():
        found[organization_id].clusters = tuple(names)
    in_force = Q(until=None) if on is None else Q(until=None) | Q(until__gt=on)
    for support in Support.objects.filter(in_force).select_related("unit").order_by("-pk"):
        holding = found[support.organization_id]
        holding.support = support.unit.name
        holding.contact_name = support.unit.contact_name
        holding.contact_phone = support.unit.contact_phone
    return {holding.organization.code: holding for holding in found.values()}
