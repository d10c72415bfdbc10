"""Quarter, year and signs: how far inspections and reviews are, which branches look odd."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Q

from zhibu.core.access import Scope
from zhibu.inspections.models import Finding, Inspection, Sample
from zhibu.inspections.rules.draw import Kind as InspectionKind
from zhibu.inspections.rules.draw import quarter_of
from zhibu.inspections.rules.items import TO_MEND
from zhibu.inspections.summaries.signs import INSPECT, Kind, signs
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import COMMITTEE_KINDS
from zhibu.reviews.models import Review
from zhibu.reviews.rules import Result
from zhibu.reviews.summaries.reviewable import reviewable
from zhibu.reviews.summaries.reviews import year_under_review

READ: Final = "months.read"
ODD_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter's inspections. ``committees`` could draw; ``drawn`` have, ``done`` have ended theirs; ``drawn_before``:
    had in the quarter before.

    Members: ``sampled``, of them ``checked`` or out of reach. Findings of any quarter: to mend, overdue, to recheck.
    """

    number: int
    committees: int
    drawn: int
    done: int
    drawn_before: int
    sampled: int
    checked: int
    to_mend: int
    overdue: int
    to_recheck: int


@dataclass(frozen=True, slots=True)
class YearOfReviews:
    """The reviews of a year: of ``members`` enrolled, by result."""

    year: int
    members: int
    passed: int
    deferred: int
    failed: int

    @property
    def reviewed(self) -> int:
        """All that have a result."""
        return self.passed + self.deferred + self.failed

    @property
    def left(self) -> int:
        """Enrolled members without a result."""
        return max(self.members - self.reviewed, 0)


@dataclass(frozen=True, slots=True)
class Odd:
    """A branch with signs: which kinds and what was counted."""

    organization: Organization
    told: Sequence[tuple[Kind, str]]


@dataclass(frozen=True, slots=True)
class Course:
    """``odd``: branches with signs, those with most kinds first; None for who does not inspect."""

    quarter: Quarter
    reviews: YearOfReviews
    odd: Sequence[Odd] | None
    odd_total: int
    kinds: Sequence[tuple[Kind, int]]


def course(scope: Scope, *, on: date) -> Course:
    """At most eighteen queries, whatever the size of the county."""
    odd: list[Odd] | None = None
    kinds: Counter[Kind] = Counter()
    if scope.has(INSPECT):
        told: dict[int, Odd] = {}
        for sign in signs(scope, on=on):
            kinds[sign.kind] += 1
            each = told.get(sign.organization.pk, Odd(sign.organization, ()))
            told[sign.organization.pk] = Odd(sign.organization, (*each.told, (sign.kind, sign.told)))
        odd = sorted(told.values(), key=lambda each: (-len(each.told), each.organization.path))
    return Course(
        _quarter(scope, on),
        _reviews(scope, on),
        None if odd is None else odd[:ODD_SHOWN],
        len(odd or ()),
        kinds.most_common(),
    )


def _quarter(scope: Scope, on: date) -> Quarter:
    number = quarter_of(on)
    quarterly = Q(kind=InspectionKind.QUARTERLY, quarter=number)
    before = number - 1 if number % 10 > 1 else number - 7
    drawn = Inspection.objects.visible_to(scope, READ).aggregate(
        n=Count("pk", filter=quarterly),
        done=Count("pk", filter=quarterly & Q(state="done")),
        before=Count("pk", filter=Q(kind=InspectionKind.QUARTERLY, quarter=before)),
    )
    sampled = (
        Sample.objects.visible_to(scope, READ)
        .filter(inspection__quarter=number)
        .exclude(member=None)
        .aggregate(n=Count("pk"), checked=Count("pk", filter=~Q(state="waiting")))
    )
    findings = Finding.objects.visible_to(scope, READ).aggregate(
        to_mend=Count("pk", filter=Q(state__in=TO_MEND)),
        overdue=Count("pk", filter=Q(state__in=TO_MEND, due_on__lt=on)),
        to_recheck=Count("pk", filter=Q(state="mended")),
    )
    committees = (
        Organization.objects.visible_to(scope, READ).existing().filter(kind__in=COMMITTEE_KINDS).count()
    )
    return Quarter(
        number,
        committees,
        drawn["n"],
        drawn["done"],
        drawn["before"],
        sampled["n"],
        sampled["checked"],
        findings["to_mend"],
        findings["overdue"],
        findings["to_recheck"],
    )


def _reviews(scope: Scope, on: date) -> YearOfReviews:
    year = year_under_review(on)
    results = dict(
        Review.objects.visible_to(scope, READ)
        .filter(year=year)
        .order_by()
        .values_list("result")
        .annotate(n=Count("pk"))
    )
    members = reviewable(scope, None, year).count()
    return YearOfReviews(
        year,
        members,
        results.get(Result.PASSED, 0),
        results.get(Result.DEFERRED, 0),
        results.get(Result.FAILED, 0),
    )
