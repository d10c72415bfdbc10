"""Opening and closing units. One path for one unit and for a whole county: a single opening is a list of one."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from zhibu.audit.actions import deed, record, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.pinyin import unit_readings
from zhibu.core.text import gettext_noop
from zhibu.organizations.actions.clusters import place_openings
from zhibu.organizations.actions.support import support_openings
from zhibu.organizations.models import (
    Organization,
    OrganizationName,
    OrganizationParent,
    RetiredSegment,
    TermOfOffice,
)
from zhibu.organizations.rules import (
    Category,
    Help,
    Kind,
    Numbering,
    Opening,
    Term,
    check_code,
    check_names,
    check_opening,
    check_place,
    check_segment,
    heads_numbering,
    next_segment,
    numbering,
)


@transaction.atomic
def found_county(
    *, by: Scope, code: str, name: str, short_name: str, opened_on: date, on: date
) -> Organization:
    """The root of the tree. Only set-up may do it, once: one installation serves one county."""
    by.require("organizations.maintain", "")
    if Organization.objects.filter(parent=None).exists():
        raise Refused(gettext_noop("本系统已经设立县委，一套系统只管一个县。"))
    check_code(code)
    check_names(name, short_name)
    check_opening(opened_on, on=on)
    row = _new_node(
        Opening(code, "", Kind.COUNTY_COMMITTEE, Category.OTHER, name, short_name, opened_on), None, None, ""
    )
    _insert([[row]])
    record("organizations.county.founded", by=by, on=row, chain=row.pk, path=row.path, data={"code": code})
    return row


def open_organization(
    *,
    by: Scope,
    parent: Organization,
    kind: Kind,
    category: Category,
    code: str,
    name: str,
    short_name: str,
    opened_on: date,
    on: date,
    segment: str = "",
    term: Term | None = None,
    clusters: tuple[str, ...] = (),
    help: Help | None = None,
) -> Organization:
    """Open one unit below ``parent``. ``segment`` "" takes the next free one where the kind carries one."""
    opening = Opening(
        code, parent.code, kind, category, name, short_name, opened_on, segment, term, clusters, help
    )
    return enroll_organizations(by=by, rows=[opening], on=on)[0]


@transaction.atomic
def enroll_organizations(*, by: Scope, rows: Sequence[Opening], on: date) -> list[Organization]:
    """Open many units at once, parents among them in any order; returned in the order of ``rows``.

    The number of queries grows with the depth of the tree, not with the number of units. Raises
    ``Refused`` for the first unit that cannot be opened; then none is.
    """
    if not rows:
        return []
    by_code = {row.code: row for row in rows}
    if len(by_code) != len(rows):
        raise Refused(gettext_noop("同一个组织代码出现了两次，请核对。"))
    parents = _existing_parents(rows, by_code)
    for code in {row.parent_code for row in rows} & parents.keys():
        by.require("organizations.maintain", parents[code].path)
    levels = _in_levels(rows, by_code, parents)
    taken = Organization.objects.filter(code__in=by_code).values_list("code", flat=True).first()
    if taken:
        raise Refused(gettext_noop("组织代码{code}已经有组织在用，请核对。"), code=taken)
    given = _given_segments(parents.values())
    names: set[tuple[int | None, str]] = set(
        Organization.objects.existing()
        .filter(parent__in=[node.pk for node in parents.values()])
        .values_list("parent_id", "name")
    )
    made: dict[str, Organization] = {}
    for level in levels:
        for opening in level:
            parent = made.get(opening.parent_code) or parents[opening.parent_code]
            made[opening.code] = _checked_node(opening, parent, names, on=on)
    _give_segments([(row, made[row.code]) for row in rows], given)
    _insert([[made[opening.code] for opening in level] for level in levels])
    opened = [made[row.code] for row in rows]
    pairs = list(zip(rows, opened, strict=True))
    TermOfOffice.objects.bulk_create(
        TermOfOffice(
            organization=node, number=row.term.number, from_date=row.term.from_date, due_on=row.term.due_on
        )
        for row, node in pairs
        if row.term
    )
    place_openings(by=by, rows=[(node, row.clusters) for row, node in pairs if row.clusters])
    support_openings(by=by, rows=[(node, row.help) for row, node in pairs if row.help], on=on)
    record_many(
        [
            deed(
                "organizations.organization.opened",
                on=node,
                chain=node.pk,
                path=node.path,
                data={"code": node.code, "kind": node.kind, "segment": node.segment},
            )
            for node in opened
        ],
        by=by,
    )
    return opened


@transaction.atomic
def close_organization(*, by: Scope, organization: Organization, closed_on: date, on: date) -> Organization:
    """Dissolve a unit. Its segment is never given again. Calling it again changes nothing.

    What hangs on it elsewhere (members) is asked through settings.CLOSURE_CHECKS.
    """
    by.require("organizations.maintain", organization.path)
    row = Organization.objects.select_for_update().get(pk=organization.pk)
    if row.closed_on is not None:
        return row
    if row.parent_id is None:
        raise Refused(gettext_noop("县委是组织树的根，不能撤销。"))
    if closed_on > on or closed_on < row.opened_on:
        raise Refused(
            gettext_noop("撤销日期要在成立日期{opened}和今天之间，现在是{day}。"),
            opened=row.opened_on,
            day=closed_on,
        )
    units = Organization.objects.existing().filter(parent=row).count()
    if units:
        raise Refused(
            gettext_noop("“{name}”下面还有{count}个组织，不能撤销。"),
            name=row.short_name,
            count=units,
            next_step=gettext_noop("先撤销或调整下级组织。"),
        )
    for dotted in settings.CLOSURE_CHECKS:
        import_string(dotted)(row)
    row.closed_on = closed_on
    row.save(update_fields=["closed_on"])
    TermOfOffice.objects.filter(organization=row, ended_on=None).update(ended_on=closed_on)
    OrganizationName.objects.filter(organization=row, until=None).update(until=closed_on)
    OrganizationParent.objects.filter(organization=row, until=None).update(until=closed_on)
    record(
        "organizations.organization.closed",
        by=by,
        on=row,
        chain=row.pk,
        path=row.path,
        data={"closed_on": closed_on.isoformat()},
    )
    return row


def _existing_parents(rows: Sequence[Opening], by_code: dict[str, Opening]) -> dict[str, Organization]:
    """The parents that exist already, with all their ancestors, by code; linked by ``parent``.

    Their rows are locked in the order of ids, so that two openings never propose the same segment.
    """
    wanted = {row.parent_code for row in rows} - by_code.keys()
    paths = Organization.objects.existing().filter(code__in=wanted).values_list("path", flat=True)
    ids = {int(step) for path in paths for step in path.split(".") if step}
    nodes = {
        node.pk: node for node in Organization.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    }
    for node in nodes.values():
        node.parent = nodes[node.parent_id] if node.parent_id else None
    found = {node.code: node for node in nodes.values()}
    for row in rows:
        if row.parent_code not in by_code and row.parent_code not in found:
            if not row.parent_code:
                check_place(row.kind, None)
            raise Refused(
                gettext_noop("没有代码是{code}的上级组织，或者它已经撤销。请核对上级组织代码。"),
                code=row.parent_code,
            )
    return found


def _in_levels(
    rows: Sequence[Opening], by_code: dict[str, Opening], parents: dict[str, Organization]
) -> list[list[Opening]]:
    """Parents before children; raises ``Refused`` for a circle."""
    depth: dict[str, int] = {}
    for row in rows:
        trail: list[Opening] = []
        at: Opening | None = row
        while at is not None and at.code not in depth:
            if at in trail:
                raise Refused(
                    gettext_noop("组织代码{code}的上级绕了一圈又回到它自己，请核对上级组织代码。"),
                    code=at.code,
                )
            trail.append(at)
            at = by_code.get(at.parent_code)
        above = depth[at.code] if at is not None else -1
        for each in reversed(trail):
            above += 1
            depth[each.code] = above
    levels: list[list[Opening]] = [[] for _ in range(max(depth.values()) + 1)]
    for row in rows:
        levels[depth[row.code]].append(row)
    return levels


def _given_segments(nodes: Iterable[Organization]) -> dict[str, set[str]]:
    """Segments ever given below each of these nodes that numbers others, by the node's code."""
    given: dict[str, set[str]] = {node.code: set() for node in nodes}
    carried = Organization.objects.filter(numbering_root__code__in=given).values_list(
        "numbering_root__code", "segment"
    )
    retired = RetiredSegment.objects.filter(root__code__in=given).values_list("root__code", "segment")
    for code, segment in carried.union(retired):
        given[code].add(segment)
    return given


def _checked_node(
    opening: Opening,
    parent: Organization,
    names: set[tuple[int | None, str]],
    *,
    on: date,
) -> Organization:
    """The new node, after every rule has been asked."""
    kind, parent_kind = Kind(opening.kind), Kind(parent.kind)
    check_code(opening.code)
    check_place(kind, parent_kind)
    check_names(opening.name, opening.short_name)
    check_opening(opening.opened_on, on=on)
    if (parent.pk, opening.name) in names:
        raise Refused(
            gettext_noop("“{parent}”下面已经有“{name}”，同一个上级下不能有两个同名组织。"),
            parent=parent.short_name,
            name=opening.name,
        )
    names.add((parent.pk, opening.name))
    place = numbering(kind, parent_kind)
    if place == Numbering.NONE:
        if opening.segment:
            raise Refused(gettext_noop("“{name}”这一类组织不编号，请把编号段空着。"), name=opening.short_name)
        return _new_node(opening, parent, None, "")
    return _new_node(opening, parent, _head(parent) if place == Numbering.BRANCH else parent, "")


def _give_segments(nodes: Sequence[tuple[Opening, Organization]], given: dict[str, set[str]]) -> None:
    """Named segments first, then the proposals in the order of the rows, so that none takes a named one."""
    numbered = [
        (opening, node, node.numbering_root)
        for opening, node in nodes
        if node.numbering_root is not None  # saved or not, the instance tells
    ]
    for opening, node, root in numbered:
        if not opening.segment:
            continue
        check_segment(opening.segment)
        used = given.setdefault(root.code, set())
        if opening.segment in used:
            raise Refused(
                gettext_noop(
                    "编号段{segment}在“{root}”下已经用过。编号段用过就不再给别的组织，撤销了也一样，请换一个或空着由系统给号。"
                ),
                segment=opening.segment,
                root=root.short_name,
            )
        used.add(opening.segment)
        node.segment = opening.segment
    for opening, node, root in numbered:
        if not opening.segment:
            used = given.setdefault(root.code, set())
            node.segment = next_segment(used)
            used.add(node.segment)


def _head(node: Organization) -> Organization:
    """The nearest unit from here upwards that carries the first segment."""
    above = node.parent
    while above is not None and not heads_numbering(Kind(node.kind), Kind(above.kind)):
        node, above = above, above.parent
    return node


def _new_node(
    opening: Opening, parent: Organization | None, root: Organization | None, segment: str
) -> Organization:
    return Organization(
        parent=parent,
        # Unique until the id is known; the same transaction replaces it.
        path=f"new:{opening.code}",
        kind=opening.kind,
        category=opening.category,
        code=opening.code,
        name=opening.name,
        short_name=opening.short_name,
        **unit_readings(opening.short_name)._asdict(),
        numbering_root=root,
        segment=segment,
        term_ends_on=opening.term.due_on if opening.term else None,
        opened_on=opening.opened_on,
    )


def _insert(levels: list[list[Organization]]) -> None:
    """Insert level by level (a path needs the ids above it), with the first name and parent of each."""
    nodes = [node for level in levels for node in level]
    for level in levels:
        Organization.objects.bulk_create(level)
        for node in level:
            node.path = f"{node.parent.path if node.parent else ''}{node.pk}."
    Organization.objects.bulk_update(nodes, ["path"], batch_size=400)
    OrganizationName.objects.bulk_create(
        OrganizationName(
            organization=node, name=node.name, short_name=node.short_name, from_date=node.opened_on
        )
        for node in nodes
    )
    OrganizationParent.objects.bulk_create(
        OrganizationParent(organization=node, parent=node.parent, from_date=node.opened_on) for node in nodes
    )
