"""Which unit a row of the sheet of organizations means by its parent: one in the books or one of the same file."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Final

from zhibu.core.text import gettext_noop
from zhibu.imports.sheets import Problem, Row
from zhibu.organizations.importers.branches import Branches, place_of, segments_of
from zhibu.organizations.importers.cells import text_of
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import Kind, may_hang_under
from zhibu.organizations.summaries import Holding

_LEVELS: Final = 10


def name_parents(rows: Sequence[Row], known: Mapping[str, Holding], visible: Collection[str]) -> None:
    """Put the code of the parent that a row means in the place of what it says. No query.

    ``known`` are all units by code, ``visible`` the codes of those that the person maintains. What names none or
    more than one is a problem of the row; what looks like a code is left to whoever knows the codes.
    """
    codes = known.keys() | {text_of(row, "code") for row in rows}
    named = [row for row in rows if text_of(row, "parent") and text_of(row, "parent") not in codes]
    if not named:
        return
    units = _units(rows, known, visible)
    for row in named:
        text = text_of(row, "parent")
        found = units.find(text, among=partial(_may_hold, text_of(row, "kind")))
        if isinstance(found, Organization):
            row.values["parent"] = found.code
        elif not text.isascii() or text in units.by_name:
            row.problems.append(Problem("parent", found))
            del row.values["parent"]


def _may_hold(kind: str, unit: Organization) -> bool:
    return not kind or may_hang_under(Kind(kind), Kind(unit.kind))


def _units(rows: Sequence[Row], known: Mapping[str, Holding], visible: Collection[str]) -> Branches:
    """Units that may be meant, by what they are called: those the person maintains with their parents, and new ones."""
    units = Branches(noun=gettext_noop("党组织"))
    new = {
        text_of(row, "code"): Organization(
            pk=-place,
            code=text_of(row, "code"),
            kind=text_of(row, "kind"),
            short_name=text_of(row, "short_name"),
            name=text_of(row, "name"),
        )
        for place, row in enumerate(rows, start=1)
        if text_of(row, "code") and text_of(row, "code") not in known and text_of(row, "kind")
    }
    parents = {code: holding.parent_code for code, holding in known.items()}
    parents |= {text_of(row, "code"): text_of(row, "parent") for row in rows if text_of(row, "code") in new}
    nodes = {code: holding.organization for code, holding in known.items()} | new
    meant = {*visible, *(known[code].parent_code for code in visible), *new} - {""}
    for code in sorted(meant):
        unit = nodes[code]
        if unit.kind != Kind.GROUP:
            root = known[code].root_code if code in known else ""
            first = nodes[root].segment if root else ""
            units.add(unit, _places(code, parents, nodes), segments_of(unit.segment, first))
    return units


def _places(code: str, parents: Mapping[str, str], nodes: Mapping[str, Organization]) -> list[str]:
    """What lies above a unit, topmost first."""
    places: list[str] = []
    at = parents.get(code, "")
    while at in nodes and len(places) < _LEVELS:
        places.insert(0, place_of(nodes[at].short_name))
        at = parents.get(at, "")
    return places
