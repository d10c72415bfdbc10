"""The tree as a deed sees it: units as values, and what becomes of them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from zhibu.organizations.rules import BRANCH_KINDS, Kind


@dataclass(frozen=True, slots=True)
class Unit:
    """A node of the tree. ``since`` and ``named_on``: first day of the present parent and name.

    ``merged_into``: who took over when an earlier deed closed the unit.
    """

    id: int
    parent: int | None
    kind: Kind
    category: str
    code: str
    name: str
    short_name: str
    root: int | None
    segment: str
    opened_on: date
    closed_on: date | None
    since: date
    named_on: date
    merged_into: int | None = None


@dataclass(frozen=True, slots=True)
class Renumbering:
    """The segment a unit leaves and the one it gets; "" for none. Roots are units."""

    old_root: int | None
    old_segment: str
    root: int | None
    segment: str


@dataclass(slots=True)
class Outcome:
    """What the deed does. ``units``: the whole tree afterwards; new ones have the id -(number of the step)."""

    units: dict[int, Unit]
    opened: list[int] = field(default_factory=list)
    closed: dict[int, int | None] = field(default_factory=dict)
    moved: list[int] = field(default_factory=list)
    renamed: list[int] = field(default_factory=list)
    renumbered: dict[int, Renumbering] = field(default_factory=dict)
    members: dict[int, int] = field(default_factory=dict)

    def successor(self, unit: int) -> int | None:
        """Where what hung on the unit goes: itself while it stays open; None when it is dissolved."""
        at: int | None = unit
        while at is not None and at in self.closed:
            at = self.closed[at]
        return at

    def path(self, unit: int) -> str:
        """The dotted path afterwards, with the ids of new units still negative.

        A closed unit lies below the one that took over, whose people finish its papers; a dissolved one stays.
        """
        steps: list[int] = []
        at: int | None = unit
        while at is not None:
            steps.append(at)
            unit_at = self.units[at]
            heir = self.closed.get(at, unit_at.merged_into)
            at = unit_at.parent if heir is None else heir
        return "".join(f"{step}." for step in reversed(steps))

    @property
    def touched(self) -> set[int]:
        """Every unit that the deed changes."""
        return {*self.opened, *self.closed, *self.moved, *self.renamed, *self.renumbered}

    def fate(self, unit: int) -> str:
        """opened, closed, dissolved, moved, renamed, renumbered, or kept: what happens to a unit in one word."""
        if unit in self.opened:
            return "opened"
        if unit in self.closed:
            return "closed" if self.successor(unit) is not None else "dissolved"
        if unit in self.moved:
            return "moved"
        if unit in self.renamed:
            return "renamed"
        return "renumbered" if unit in self.renumbered else "kept"

    def order(self, unit: int) -> tuple[bool, str, int, int]:
        """Committees before branches; a closed branch beside those that stay below the same committee."""
        each = self.units[unit]
        is_branch = each.kind in BRANCH_KINDS or each.kind == Kind.GROUP
        place = self.successor(unit) or unit
        return (is_branch, self.units[place].segment, abs(place), abs(unit) if unit != place else 0)


def number_of(units: Mapping[int, Unit], unit: Unit) -> str:
    """The segments as a number begins: "005-011" of a branch, "005" of a committee."""
    if unit.kind in BRANCH_KINDS and unit.root is not None and unit.segment:
        return f"{units[unit.root].segment}-{unit.segment}"
    return unit.segment
