"""Reads of inspections: the list, coverage of each unit, one inspection with its sample, drawing again."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from django.db.models import Count, Q

from zhibu.core.access import Scope
from zhibu.inspections.models import Finding, Inspection, Sample
from zhibu.inspections.querysets import Inspections, OfInspection
from zhibu.inspections.rules.draw import (
    SIGN_CAUSES,
    SIGN_LABELS,
    SIGN_METHODS,
    DrawRule,
    Kind,
    Population,
    Sign,
    draw,
    fingerprint,
    random_places,
    signs_of,
)
from zhibu.inspections.rules.items import TO_MEND
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS

READ = "months.read"


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


# What the sample of an inspection can be narrowed to.
SHOWN: Final = {"waiting": "没有查", "checked": "已查", "differing": "有不一致", "unreachable": "找不到"}


@dataclass(slots=True)
class Coverage:
    """A unit's year: its active members, how many were inspected, what became of the findings.

    ``quarters``: in which somebody of it was drawn; ``own_quarters``: in which the committee itself was inspected.
    """

    organization: Organization
    members: int = 0
    inspected: int = 0
    unreachable: int = 0
    open: int = 0
    mended: int = 0
    closed: int = 0
    overdue: int = 0
    quarters: set[int] = field(default_factory=set)
    own_quarters: set[int] = field(default_factory=set)

    @property
    def share(self) -> int:
        """Whole percent of members inspected this year."""
        return self.inspected * 100 // self.members if self.members else 0


def coverage_of(scope: Scope, organization: Organization, *, year: int, on: date) -> list[Coverage]:
    """A line for each unit right below the organization (itself for a branch). Six queries for any county.

    A member is counted once a year, at the branch where the person was drawn. A general branch below a
    committee has its branches counted in.
    """
    units = list(Organization.objects.under(organization.path).existing().in_order())
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
    return sorted(heads.values(), key=lambda line: line.organization.code)


def total_of(organization: Organization, lines: Iterable[Coverage]) -> Coverage:
    """The sum of the lines; quarters are those that any line has."""
    total = Coverage(organization)
    for line in lines:
        for name in ("members", "inspected", "unreachable", "open", "mended", "closed", "overdue"):
            setattr(total, name, getattr(total, name) + getattr(line, name))
        total.quarters |= line.quarters
        total.own_quarters |= line.own_quarters
    return total


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
    drawn = samples.filter(inspection__kind=Kind.QUARTERLY).order_by()
    for branch, quarter in drawn.values_list("branch", "inspection__quarter").distinct():
        if branch in place:
            place[branch].quarters.add(quarter % 10)
    own = Inspection.objects.filter(
        kind=Kind.COMMITTEE,
        organization__path__startswith=organization.path,
        quarter__gte=year * 10,
        quarter__lt=year * 10 + 10,
    )
    for unit, quarter in own.values_list("organization", "quarter"):
        if unit in place:
            place[unit].own_quarters.add(quarter % 10)


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
    drawn: int


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
        return self.counts["waiting"]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many were drawn (all), are waiting, checked, unreachable; of the checked, how many differ."""
        states = Counter(sample.state for sample in self.samples)
        differing = sum(bool(getattr(sample, "differing", 0)) for sample in self.samples)
        states.update({"all": len(self.samples), "differing": differing})
        return {key: states[key] for key in ("all", "waiting", "checked", "unreachable", "differing")}

    def shown(self, only: str) -> list[BranchDrawn]:
        """The branches with their samples of one state (or those that differ); all of them for any other word."""
        if only not in SHOWN:
            return list(self.branches)
        found = []
        for branch in self.branches:
            rows = tuple(
                row
                for row in branch.samples
                if (getattr(row, "differing", 0) if only == "differing" else row.state == only)
            )
            if rows:
                found.append(replace(branch, samples=rows))
        return found


def sample_rows(scope: Scope, inspection: Inspection) -> OfInspection[Sample]:
    """The part of the sample the reader may see."""
    return Sample.objects.visible_to(scope, READ).filter(inspection=inspection)


def samples_of(scope: Scope, inspection: Inspection) -> list[Sample]:
    """The part of the sample the reader may see, in the order of branches and names. One query."""
    return list(
        sample_rows(scope, inspection)
        .select_related("branch", "member", "member__branch")
        .annotate(differing=Count("items", filter=Q(items__agrees=False)))
        .order_by("branch__code", "member__pinyin", "pk")
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
        tuple(findings.select_related("branch", "member").order_by("branch__code", "pk")),
    )


def _branch(samples: Sequence[Sample], known: Population | None, rule: DrawRule) -> BranchDrawn:
    if known is None:
        return BranchDrawn(samples[0].branch, 0, 0, (), tuple(samples), len(samples))
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
    places = random_places(count, rule)
    return BranchDrawn(samples[0].branch, count, places, signs, tuple(samples), len(samples))
