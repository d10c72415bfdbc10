"""Reads that answer a page, a sheet or a search."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q

from zhibu.core.access import Scope
from zhibu.core.db import get_visible
from zhibu.organizations.models import (
    Cluster,
    ClusterPlace,
    Organization,
    OrganizationName,
    OrganizationParent,
    Support,
    TermOfOffice,
)
from zhibu.organizations.rules import Kind, Term, term_state

READ = "organizations.read"


def unit_asked(scope: Scope, permission: str, asked: str) -> Organization | None:
    """The organization a list is asked for by its id; else the topmost of the person's, if there is a single one.

    Raises ``Http404`` for one where the person does not hold the permission. One query.
    """
    units = Organization.objects.select_related("parent")
    if asked.isascii() and asked.isdigit() and len(asked) < 19:
        return get_visible(units, scope, permission, pk=int(asked))
    tops = scope.prefixes(permission)
    if len(tops) != 1 or not tops[0]:
        return None
    return units.visible_to(scope, permission).filter(path=tops[0]).first()


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
    nodes = {node.pk: node for node in Organization.objects.in_order()}
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


@dataclass(slots=True)
class TreeNode:
    """One row of the tree; ``children`` is filled for opened nodes only. ``units`` counts child units."""

    organization: Organization
    units: int
    children: list["TreeNode"] = field(default_factory=list)
    is_open: bool = False


def _node(row: Organization) -> TreeNode:
    """A row read ``with_unit_counts``."""
    return TreeNode(row, int(vars(row)["units"]))


def tree(scope: Scope, *, open_path: str = "") -> list[TreeNode]:
    """What the person may read, from the top: the highest nodes, open along ``open_path``. Two queries.

    A person with rights on several places sees each as a tree of its own; places inside another do
    not stand twice.
    """
    prefixes = [p for p in scope.prefixes(READ) if not p.startswith(_others(p, scope.prefixes(READ)))]
    top = Q(parent=None) if "" in prefixes else Q(path__in=prefixes)
    visible = Organization.objects.visible_to(scope, READ).existing().with_unit_counts().in_order()
    roots = [_node(node) for node in visible.filter(top)]
    opened = {int(step) for step in open_path.split(".") if step}
    if len(roots) == 1:
        opened.add(roots[0].organization.pk)
    below: dict[int, list[TreeNode]] = defaultdict(list)
    for node in visible.filter(parent__in=opened):
        below[node.parent_id or 0].append(_node(node))
    stack = list(roots)
    while stack:
        at = stack.pop()
        at.children = below[at.organization.pk]
        at.is_open = at.organization.pk in opened
        stack.extend(at.children)
    return roots


def _others(prefix: str, prefixes: Sequence[str]) -> tuple[str, ...]:
    return tuple(p for p in prefixes if p != prefix)


def units_of(scope: Scope, parent: Organization) -> list[TreeNode]:
    """The existing units directly below a node. One query."""
    rows = (
        Organization.objects.visible_to(scope, READ)
        .existing()
        .filter(parent=parent)
        .with_unit_counts()
        .in_order()
    )
    return [_node(node) for node in rows]


def kinds_in(scope: Scope) -> list[tuple[str, int]]:
    """How many existing units of each kind the person may read, from the top of the tree down. One query."""
    counts = dict(
        Organization.objects.visible_to(scope, READ)
        .existing()
        .exclude(parent=None)
        .order_by()
        .values_list("kind")
        .annotate(n=Count("pk"))
    )
    return [(kind.value, counts[kind]) for kind in Kind if kind in counts]


@dataclass(slots=True)
class Event:
    """One line of a unit's history."""

    on: date
    what: str  # opened | renamed | moved | closed
    name: str = ""
    until: date | None = None


@dataclass(slots=True)
class OrganizationPage:
    """Everything the page of one unit shows."""

    organization: Organization
    ancestors: list[Organization]
    units: list[TreeNode]
    history: list[Event]
    terms: list[TermOfOffice]
    clusters: list[Cluster]
    supports: list[Support]
    term_state: str

    @property
    def term(self) -> TermOfOffice | None:
        """The term in force."""
        return next((term for term in self.terms if term.ended_on is None), None)


def organization_page(scope: Scope, organization: Organization, *, on: date) -> OrganizationPage:
    """Seven queries, whatever hangs below."""
    return OrganizationPage(
        organization,
        ancestors_of(organization),
        units_of(scope, organization),
        _history(organization),
        list(TermOfOffice.objects.filter(organization=organization).order_by("-number")),
        [
            place.cluster
            for place in ClusterPlace.objects.filter(organization=organization)
            .select_related("cluster")
            .order_by("cluster__name")
        ],
        list(
            Support.objects.in_force(on=on)
            .filter(organization=organization)
            .select_related("unit")
            .order_by("from_date")
        ),
        term_state(organization.term_ends_on, on=on) if organization.closed_on is None else "",
    )


def ancestors_of(organization: Organization) -> list[Organization]:
    """The nodes above, from the county down. One query."""
    ids = [int(step) for step in organization.path.split(".") if step][:-1]
    nodes = {node.pk: node for node in Organization.objects.filter(pk__in=ids)}
    return [nodes[pk] for pk in ids]


def _history(organization: Organization) -> list[Event]:
    names = list(OrganizationName.objects.filter(organization=organization).order_by("from_date"))
    parents = list(
        OrganizationParent.objects.filter(organization=organization)
        .select_related("parent")
        .order_by("from_date")
    )
    events = [
        Event(row.from_date, "renamed" if number else "opened", row.name, row.until)
        for number, row in enumerate(names)
    ]
    events += [
        Event(row.from_date, "moved", row.parent.short_name if row.parent else "", row.until)
        for row in parents[1:]
    ]
    if organization.closed_on is not None:
        events.append(Event(organization.closed_on, "closed"))
    return sorted(events, key=lambda event: event.on, reverse=True)


def current_term(organization: Organization) -> Term | None:
    """The term in force as a value. One query."""
    row = TermOfOffice.objects.filter(organization=organization, ended_on=None).first()
    return Term(row.number, row.from_date, row.due_on) if row else None


def cluster_names(organization: Organization) -> list[str]:
    """The clusters it is in. One query."""
    places = ClusterPlace.objects.filter(organization=organization).order_by("cluster__name")
    return list(places.values_list("cluster__name", flat=True))


def helper_of(organization: Organization, *, on: date) -> str:
    """Name of the unit that helps it; "" when none. One query."""
    supports = Support.objects.in_force(on=on).filter(organization=organization).order_by("pk")
    return supports.values_list("unit__name", flat=True).first() or ""


def clusters(scope: Scope) -> list[tuple[Cluster, int]]:
    """All clusters with the number of organizations in each that the person may read. Two queries."""
    counts = dict(
        ClusterPlace.objects.visible_to(scope, READ)
        .order_by()
        .values_list("cluster_id")
        .annotate(n=Count("pk"))
    )
    return [(row, counts.get(row.pk, 0)) for row in Cluster.objects.order_by("purpose", "name")]
