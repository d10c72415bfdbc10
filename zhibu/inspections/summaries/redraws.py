"""Drawing again: the list redrawn beside the one recorded, and everybody who could be drawn, for doing it by hand."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from zhibu.core.access import Scope
from zhibu.inspections.models import Inspection, Sample
from zhibu.inspections.rules.draw import Drawn, DrawRule, Population, draw, fingerprint, rank
from zhibu.members.models import Member
from zhibu.organizations.labels import NamesOf
from zhibu.organizations.models import Organization

READ = "months.read"


@dataclass(frozen=True, slots=True)
class RedrawLine:
    """One member: whether the record and the new draw have the person; the digest that made the place."""

    branch: str
    number: int
    name: str
    rank: str
    recorded: bool
    redrawn: bool
    why: str


@dataclass(frozen=True, slots=True)
class Redraw:
    """The draw made again from the stored population, seed and rule, beside what was recorded."""

    lines: tuple[RedrawLine, ...]
    recorded_digest: str
    redrawn_digest: str

    @property
    def is_equal(self) -> bool:
        """Whether both lists are the same, reasons included."""
        return self.recorded_digest == self.redrawn_digest


def lists_of(inspection: Inspection) -> tuple[set[Drawn], set[Drawn]]:
    """The list as recorded and the list drawn again from the stored population, seed and rule. One query."""
    rule = DrawRule.load(inspection.rule)
    population = [Population.load(stored) for stored in inspection.population]
    recorded = Sample.objects.filter(inspection=inspection, member__isnull=False)
    before = {Drawn(*row) for row in recorded.values_list("branch", "member", "why")}
    return before, set(draw(population, inspection.seed, rule))


def redraw(scope: Scope, inspection: Inspection) -> Redraw:
    """Draw again. The digests are over the whole sample; the lines show what the reader may see. Three queries."""
    before, again = lists_of(inspection)
    places = dict(
        Organization.objects.visible_to(scope, READ)
        .filter(pk__in={each.branch for each in again | before})
        .in_order()
        .values_list("pk", "short_name")
    )
    shown = [each for each in again | before if each.branch in places]
    names = dict(Member.objects.filter(pk__in={each.member for each in shown}).values_list("pk", "name"))
    order = {pk: number for number, pk in enumerate(places)}
    lines = tuple(
        RedrawLine(
            places[each.branch],
            each.member,
            names[each.member],
            rank(inspection.seed, each.member)[:8],
            each in before,
            each in again,
            each.why,
        )
        for each in sorted(shown, key=lambda one: (order[one.branch], rank(inspection.seed, one.member)))
    )
    return Redraw(lines, fingerprint(before), fingerprint(again))


@dataclass(frozen=True, slots=True)
class PopulationLine:
    """One member who could be drawn: the full digest, the place in the branch's order, why drawn ("" if not)."""

    branch: int
    unit: str
    number: int
    name: str
    rank: str
    place: int
    corrected: int
    why: str


def population_lines(scope: Scope, inspection: Inspection) -> Iterator[PopulationLine]:
    """Everybody of the branches the reader may see, as counted on the day of the draw, in its order; branches as they
    were called on it. Three queries."""
    rule = DrawRule.load(inspection.rule)
    population = [Population.load(stored) for stored in inspection.population]
    why = {(each.branch, each.member): each.why for each in draw(population, inspection.seed, rule)}
    branches = (
        Organization.objects.visible_to(scope, READ)
        .filter(pk__in=[each.branch for each in population])
        .in_order()
    )
    called, day = NamesOf(branches), timezone.localdate(inspection.drawn_at)
    places = {branch.pk: called.short(branch, day) for branch in branches}
    known = {each.branch: each for each in population}
    wanted = [member for branch in places for member in known[branch].members]
    names = dict(Member.objects.filter(pk__in=wanted).values_list("pk", "name"))
    for branch, unit in places.items():
        order = sorted((rank(inspection.seed, member), member) for member in known[branch].members)
        for place, (digest, member) in enumerate(order, start=1):
            corrected = known[branch].corrected.get(member, 0)
            reason = why.get((branch, member), "")
            yield PopulationLine(branch, unit, member, names[member], digest, place, corrected, reason)
