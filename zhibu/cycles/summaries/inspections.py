"""Reads of inspections: the list, coverage of each unit, one inspection with its sample, drawing again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q

from zhibu.core.access import Scope
from zhibu.cycles.models import Finding, Inspection, Sample
from zhibu.cycles.querysets import Inspections
from zhibu.cycles.rules.inspection_draw import (
    SIGN_CAUSES,
    SIGN_LABELS,
    SIGN_METHODS,
    Drawn,
    DrawRule,
    Kind,
    Population,
    Sign,
    branches_drawn,
    draw,
    fingerprint,
    random_places,
    rank,
    signs_of,
)
from zhibu.cycles.rules.inspection_items import TO_MEND
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS

READ = "cycles.read"


def inspection_rows(scope: Scope, organization: Organization) -> Inspections[Any]:
    """Inspections at or below the organization, or with one of its branches in the sample; latest first."""
    sampled = Sample.objects.filter(branch__path__startswith=organization.path).values("inspection")
    return (
        Inspection.objects.visible_to(scope, READ)
        .filter(Q(organization__path__startswith=organization.path) | Q(pk__in=sampled))
        .select_related("organization")
        .defer("population", "rule")
        .annotate(
            drawn=Count("samples", distinct=True),
            waiting=Count("samples", filter=Q(samples__state="waiting"), distinct=True),
        )
        .order_by("-drawn_at", "-pk")
    )


@dataclass(slots=True)
class Coverage:
    """A unit's year: its active members, how many were inspected, what became of the findings."""

    organization: Organization
    members: int = 0
    inspected: int = 0
    unreachable: int = 0
    open: int = 0
    mended: int = 0
    closed: int = 0
    overdue: int = 0
    quarters: set[int] = field(default_factory=set)

    @property
    def share(self) -> int:
        """Whole percent of members inspected this year."""
        return self.inspected * 100 // self.members if self.members else 0


def coverage_of(scope: Scope, organization: Organization, *, year: int, on: date) -> list[Coverage]:
    """A line for each unit right below the organization (itself for a branch). Six queries for any county.

    A member is counted once a year, at the branch where the person was drawn. A general branch below a
    committee has its branches counted in.
    """
    units = list(Organization.objects.under(organization.path).existing().order_by("path"))
    depth = organization.path.count(".")
    is_branch = organization.kind in BRANCH_KINDS
    heads = {
        unit.path: Coverage(unit)
        for unit in units
        if (unit.path.count(".") == depth + 1 and unit.kind != "group" and not is_branch)
        or (is_branch and unit.pk == organization.pk)
    }
    place: dict[int, Coverage] = {}
    for unit in units:
        steps = unit.path.split(".")
        head = heads.get(".".join(steps[: depth + (0 if is_branch else 1)]) + ".")
        if head is not None:
            place[unit.pk] = head
    _count_people(place, organization, year)
    _count_findings(place, scope, organization, year, on)
    return sorted(heads.values(), key=lambda line: (line.organization.segment, line.organization.pk))


def _count_people(place: Mapping[int, Coverage], organization: Organization, year: int) -> None:
    members = Member.objects.enrolled().filter(standing="active").belonging_to(organization)
    for branch, number in members.order_by().values_list("branch").annotate(n=Count("pk")):
        if branch in place:
            place[branch].members += number
    samples = Sample.objects.filter(
        branch__path__startswith=organization.path,
        inspection__quarter__gte=year * 10,
        inspection__quarter__lt=year * 10 + 10,
        member__isnull=False,
    )
    rows = (
        samples.order_by()
        .values_list("branch")
        .annotate(
            seen=Count("member", filter=Q(state="checked"), distinct=True),
            away=Count("member", filter=Q(state="unreachable"), distinct=True),
        )
    )
    for branch, seen, away in rows:
        if branch in place:
            place[branch].inspected += seen
            place[branch].unreachable += away
    quarters = Inspection.objects.filter(
        kind=Kind.QUARTERLY,
        organization__path__startswith=organization.path,
        quarter__gte=year * 10,
        quarter__lt=year * 10 + 10,
    )
    for unit, quarter in quarters.values_list("organization", "quarter"):
        if unit in place:
            place[unit].quarters.add(quarter % 10)


def _count_findings(
    place: Mapping[int, Coverage], scope: Scope, organization: Organization, year: int, on: date
) -> None:
    rows = (
        Finding.objects.visible_to(scope, READ)
        .filter(
            Q(inspection=None)
            | Q(inspection__quarter__gte=year * 10, inspection__quarter__lt=year * 10 + 10)
            # What is still to be mended is shown until it is closed, whatever year it comes from.
            | ~Q(state="closed"),
            branch__path__startswith=organization.path,
        )
        .order_by()
        .values_list("branch")
        .annotate(
            open=Count("pk", filter=Q(state__in=TO_MEND)),
            mended=Count("pk", filter=Q(state="mended")),
            closed=Count("pk", filter=Q(state="closed")),
            overdue=Count("pk", filter=Q(state__in=TO_MEND, due_on__lt=on)),
        )
    )
    for branch, opened, mended, closed, overdue in rows:
        if branch in place:
            line = place[branch]
            line.open += opened
            line.mended += mended
            line.closed += closed
            line.overdue += overdue


@dataclass(frozen=True, slots=True)
class SignShown:
    """A sign of risk as the page explains it."""

    key: Sign
    label: str
    count: int
    threshold: int
    method: str
    causes: str


@dataclass(frozen=True, slots=True)
class BranchDrawn:
    """A branch of the sample: how many it has, how many were drawn and why, and who."""

    organization: Organization
    members: int
    random: int
    signs: tuple[SignShown, ...]
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class InspectionPage:
    """An inspection as the reader may see it. ``digest``: over the whole list drawn, for comparing prints."""

    inspection: Inspection
    rule: DrawRule
    branches: tuple[BranchDrawn, ...]
    digest: str
    findings: tuple[Finding, ...]

    @property
    def samples(self) -> list[Sample]:
        """All samples the reader may see, by branch."""
        return [sample for branch in self.branches for sample in branch.samples]

    @property
    def waiting(self) -> int:
        """How many sheets are not handed in."""
        return sum(sample.state == "waiting" for sample in self.samples)


def samples_of(scope: Scope, inspection: Inspection) -> list[Sample]:
    """The part of the sample the reader may see, in the order of branches and names. One query."""
    return list(
        Sample.objects.visible_to(scope, READ)
        .filter(inspection=inspection)
        .select_related("branch", "member", "member__branch")
        .order_by("branch__path", "member__pinyin", "pk")
    )


def inspection_page(scope: Scope, inspection: Inspection) -> InspectionPage:
    """Three queries."""
    rule = DrawRule.load(inspection.rule)
    population = {each.branch: each for each in map(Population.load, inspection.population)}
    samples = samples_of(scope, inspection)
    by_branch: dict[int, list[Sample]] = defaultdict(list)
    for sample in samples:
        sample.inspection = inspection
        by_branch[sample.branch_id].append(sample)
    findings = Finding.objects.visible_to(scope, READ).filter(inspection=inspection)
    return InspectionPage(
        inspection,
        rule,
        tuple(_branch(rows, population.get(branch), rule) for branch, rows in by_branch.items()),
        fingerprint(draw(population.values(), inspection.seed, rule)) if population else "",
        tuple(findings.select_related("branch", "member").order_by("branch__path", "pk")),
    )


def _branch(samples: Sequence[Sample], known: Population | None, rule: DrawRule) -> BranchDrawn:
    if known is None:
        return BranchDrawn(samples[0].branch, 0, 0, (), tuple(samples))
    signs = tuple(
        SignShown(
            sign,
            SIGN_LABELS[sign],
            known.counts.get(sign, 0),
            rule.thresholds.get(sign, 0),
            SIGN_METHODS[sign],
            SIGN_CAUSES[sign],
        )
        for sign in signs_of(known.counts, rule.thresholds)
    )
    count = len(known.members)
    return BranchDrawn(samples[0].branch, count, random_places(count, rule), signs, tuple(samples))


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
    branches: int

    @property
    def is_equal(self) -> bool:
        """Whether both lists are the same, reasons included."""
        return self.recorded_digest == self.redrawn_digest


def redraw(scope: Scope, inspection: Inspection) -> Redraw:
    """Draw again. The digests are over the whole sample; the lines show what the reader may see. Four queries."""
    rule = DrawRule.load(inspection.rule)
    population = [Population.load(stored) for stored in inspection.population]
    again = set(draw(population, inspection.seed, rule))
    before = {
        Drawn(branch, member, why)
        for branch, member, why in Sample.objects.filter(
            inspection=inspection, member__isnull=False
        ).values_list("branch", "member", "why")
    }
    places = dict(
        Organization.objects.visible_to(scope, READ)
        .filter(pk__in={each.branch for each in again | before})
        .order_by("path")
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
    chosen = branches_drawn(population, inspection.seed, rule)
    return Redraw(lines, fingerprint(before), fingerprint(again), len(chosen))
