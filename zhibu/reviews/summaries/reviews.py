"""What the annual review is pre-filled with, who is reviewed, and the census of a year."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.accountability.models import Case
from zhibu.certificates.models import Certificate, Withdrawal
from zhibu.certificates.rules.withdrawals import FINISHED
from zhibu.core.access import Refused, Scope
from zhibu.core.work import WorkItem, WorkList
from zhibu.dues.models import Due, Payment
from zhibu.dues.summaries.ledger import MemberMonth, years_of
from zhibu.education.rules.counting import Hours
from zhibu.inspections.models import Finding, Sample
from zhibu.meetings.models import Appraisal
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules.events import ADVERSE
from zhibu.members.rules.stages import Stage, Standing
from zhibu.members.summaries.history import belonging_on
from zhibu.months.models import BranchMonth
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS
from zhibu.points.models import Account
from zhibu.points.summaries.totals import totals_with_years
from zhibu.reviews.models import Review, YearClose
from zhibu.reviews.policies import REVIEWS
from zhibu.reviews.rules import FIRST_MONTH, Asked, Dues, Facts, Result, doubts, notes
from zhibu.reviews.summaries.reviewable import READ, counts_by_branch, last_day, reviewable, to_review
from zhibu.reviews.summaries.study import hours_of
from zhibu.rulebook.policies import values_in_force

CONFIRM = "months.confirm"
LARGEST = 600


@dataclass(frozen=True, slots=True)
class Line:
    """One certificate on the page of a review."""

    member: Member
    number: str
    facts: Facts
    doubts: list[Refused]
    notes: list[Refused]
    review: Review | None

    @property
    def points(self) -> str:
        """Points with one decimal, "" without."""
        return "" if self.facts.points is None else f"{self.facts.points / 10:.1f}"


@dataclass(frozen=True, slots=True)
class Page:
    """A unit's review of a year: to look at one by one, clear and waiting, done."""

    unclear: list[Line]
    clear: list[Line]
    done: list[Line]

    @property
    def total(self) -> int:
        """All certificates of the page."""
        return len(self.unclear) + len(self.clear) + len(self.done)

    def shown(self, show: str) -> list[Line]:
        """The lines of a view: unclear, clear, a result; else all, those that need a person first."""
        if show in {"unclear", "clear"}:
            return self.unclear if show == "unclear" else self.clear
        if show in set(Result):
            return [line for line in self.done if line.review and line.review.result == show]
        return [*self.unclear, *self.clear, *self.done]

    def results(self) -> Counter[str]:
        """How many have which result."""
        return Counter(line.review.result for line in self.done if line.review)


def page_of(scope: Scope, organization: Organization, year: int, *, on: date) -> Page | None:
    """The page of a unit; None when it has more members than one page holds. A fixed number of queries.

    Who has a result is shown with the facts the reviewer had.
    """
    members = to_review(scope, organization, year, most=LARGEST + 1)
    if len(members) > LARGEST:
        return None
    asked = values_in_force(REVIEWS, on=on).asked()
    numbers = dict(Certificate.objects.filter(member__in=members).values_list("member_id", "number"))
    reviews = {
        row.member_id: row
        for row in Review.objects.filter(member__in=members, year=year).select_related("branch")
    }
    waiting = facts_of([member for member in members if member.pk not in reviews], year)
    page = Page([], [], [])
    for member in members:
        review = reviews.get(member.pk)
        facts = waiting[member.pk] if review is None else facts_then(review)
        found = doubts(facts, asked)
        line = Line(member, numbers.get(member.pk, ""), facts, found, notes(facts, asked), review)
        (page.done if review else page.unclear if found else page.clear).append(line)
    return page


def facts_then(review: Review) -> Facts:
    """What the reviewer had before them; what was not asked about then is left empty."""
    empty = Facts(
        stage="",
        certificate_state="",
        months=0,
        paid=0,
        unrecorded=0,
        points=None,
        grade="",
        veto=False,
        appraisal="",
        penalties=0,
        findings=0,
        cases=0,
        inspected=0,
    )
    return replace(empty, **{name: review.facts[name] for name in Facts.__slots__ if name in review.facts})


def facts_of(members: Collection[Member], year: int) -> dict[int, Facts]:
    """Twelve months, the inspections, the appraisal, the hours of each of these members. Eighteen queries at any number."""
    if not members:
        return {}
    ids = [member.pk for member in members]
    dues = years_of(ids, year, year)
    points, years = totals_with_years(ids, year)
    hours = hours_of(members, year, years=years)
    kept = set(Account.objects.filter(member__in=ids, year=year).values_list("member_id", flat=True))
    kept |= {pk for pk, total in points.items() if total.earned}
    grades = dict(Appraisal.objects.filter(member__in=ids, year=year).values_list("member_id", "grade"))
    states = dict(Certificate.objects.filter(member__in=ids).values_list("member_id", "state"))
    penalties = _counted(
        MembershipEvent.objects.in_effect().filter(member__in=ids, kind__in=ADVERSE, effective_on__year=year)
    )
    findings = _counted(Finding.objects.filter(member__in=ids).exclude(state="closed"))
    cases = _counted(Case.objects.filter(member__in=ids).exclude(state="closed"))
    withdrawals: Counter[int] = Counter(
        Withdrawal.objects.filter(certificate__member__in=ids)
        .exclude(state__in=FINISHED)
        .values_list("certificate__member_id", flat=True)
    )
    inspected = _counted(Sample.objects.filter(member__in=ids, checked_on__year=year))
    found = {}
    for member in members:
        months = [row for row in dues[member.pk] if row.kind]
        first = member.join_date.month if member.join_date.year == year else 1
        owed = [row for row in months if row.left > 0]
        total = points.get(member.pk)
        found[member.pk] = Facts(
            stage=member.stage,
            certificate_state=states.get(member.pk, ""),
            months=len(months),
            paid=len(months) - len(owed),
            unrecorded=max(13 - first - len(months), 0),
            points=total.total if total is not None and member.pk in kept else None,
            grade=total.grade if total is not None and member.pk in kept else "",
            veto=total.veto if total is not None else False,
            appraisal=grades.get(member.pk, ""),
            penalties=penalties[member.pk],
            findings=findings[member.pk],
            cases=cases[member.pk] + withdrawals[member.pk],
            inspected=inspected[member.pk],
            study=hours[member.pk].counted,
            study_target=hours[member.pk].target,
            lacks_class=hours[member.pk].lacks_class,
            strip="".join(_dues_of(row, year * 100 + first) for row in dues[member.pk]),
        )
    return found


def _dues_of(row: MemberMonth, first: int) -> Dues:
    if not row.kind:
        return Dues.UNRECORDED if row.month >= first else Dues.NOT_YET
    return Dues.OWED if row.left > 0 else Dues.PAID


def _counted(rows: Any) -> Counter[int]:
    return Counter(rows.values_list("member_id", flat=True))


@dataclass(frozen=True, slots=True)
class UnitLine:
    """How far a unit below is with its reviews."""

    organization: Organization
    members: int
    results: Mapping[str, int]
    closed: YearClose | None

    @property
    def reviewed(self) -> int:
        """How many were reviewed."""
        return sum(self.results.values())


def unit_lines(scope: Scope, organization: Organization, year: int) -> list[UnitLine]:
    """The units directly below, with their progress. Five queries."""
    if organization.kind in BRANCH_KINDS:
        return []
    units = list(Organization.objects.filter(parent=organization).existing().in_order())
    depth = organization.path.count(".") + 1
    by_path = {unit.path: unit.pk for unit in units}
    places = dict(Organization.objects.under(organization.path).values_list("pk", "path"))
    unit_of = {pk: by_path.get(_cut(path, depth)) for pk, path in places.items()}
    members: Counter[int | None] = Counter()
    for branch, n in counts_by_branch(scope, organization, year).items():
        members[unit_of.get(branch)] += n
    results: dict[int | None, Counter[str]] = defaultdict(Counter)
    for branch, result, n in (
        Review.objects.visible_to(scope, READ)
        .filter(year=year, branch__path__startswith=organization.path)
        .order_by()
        .values_list("branch", "result")
        .annotate(n=Count("pk"))
    ):
        results[unit_of.get(branch)][result] += n
    closed = {row.organization_id: row for row in YearClose.objects.filter(organization__in=units, year=year)}
    return [
        UnitLine(unit, members[unit.pk], results[unit.pk], closed.get(unit.pk))
        for unit in units
        if members[unit.pk] or results[unit.pk]
    ]


def _cut(path: str, depth: int) -> str:
    return ".".join(path.split(".")[:depth]) + "."


def open_months(organization: Organization, year: int) -> int:
    """Months of branches below that are not sealed and in which there is something to hand in."""
    return (
        BranchMonth.objects.asking()
        .filter(
            branch__path__startswith=organization.path, month__gte=year * 100 + 1, month__lte=year * 100 + 12
        )
        .exclude(state="sealed")
        .count()
    )


def census_of(organization: Organization, year: int, hours: Collection[Hours]) -> dict[str, Any]:
    """The counts of a unit's year; people are those of its last day. Nine queries at any size; sums come from the rows
    themselves.

    ``hours``: the study hours of those who are reviewed.
    """
    asked = [each for each in hours if each.target]
    span = {"month__gte": year * 100 + 1, "month__lte": year * 100 + 12}
    under = {"branch__path__startswith": organization.path}
    there = belonging_on(organization, on=last_day(year))
    stages = Counter(then.stage for then in there)
    people = {
        "all": len(there),
        "full": stages[Stage.FULL],
        "probationary": stages[Stage.PROBATIONARY],
        "suspended": sum(then.standing == Standing.SUSPENDED for then in there),
    }
    owed = Due.objects.filter(**span, **under).aggregate(total=Sum("amount"), rows=Count("pk"))
    paid = Payment.objects.filter(**span, **under).aggregate(
        total=Sum("amount"), extra=Sum("extra", filter=Q(large=False)), rows=Count("pk")
    )
    months = (
        BranchMonth.objects.asking()
        .filter(**span, **under)
        .aggregate(all=Count("pk"), late=Count("pk", filter=Q(is_late=True)), returns=Sum("returns"))
    )
    results = dict(
        Review.objects.filter(year=year, branch__path__startswith=organization.path)
        .order_by()
        .values_list("result")
        .annotate(n=Count("pk"))
    )
    grades = dict(
        Account.objects.filter(year=year, member__branch__path__startswith=organization.path)
        .exclude(grade="")
        .order_by()
        .values_list("grade")
        .annotate(n=Count("pk"))
    )
    return {
        "members": people,
        "dues": {
            "assessed": owed["total"] or 0,
            "paid": paid["total"] or 0,
            "extra": paid["extra"] or 0,
            "rows": owed["rows"],
            "payments": paid["rows"],
        },
        "months": {key: value or 0 for key, value in months.items()},
        "reviews": results,
        "grades": grades,
        "study": {
            "asked": len(asked),
            "reached": sum(not each.is_short for each in asked),
            "tenths": sum(each.counted for each in hours),
        },
    }


def digest_of(organization: Organization, year: int, census: Mapping[str, Any]) -> str:
    """SHA-256 over the census and every seal of the year, in the order of branches and months. One query."""
    seals = list(
        BranchMonth.objects.filter(
            branch__path__startswith=organization.path, month__gte=year * 100 + 1, month__lte=year * 100 + 12
        )
        .order_by("branch_id", "month")
        .values_list("branch_id", "month", "digest")
    )
    text = json.dumps([year, census, seals], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def year_under_review(on: date) -> int:
    """The year people review now: last year, from December on this one."""
    return on.year if on.month >= FIRST_MONTH else on.year - 1


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """Certificates still to be reviewed, while the months of review run (December to March). Two queries."""
    if not scope.has(CONFIRM) or 3 < on.month < FIRST_MONTH:
        return []
    year = year_under_review(on)
    top = Organization.objects.visible_to(scope, CONFIRM).top_first().first()
    if top is None:
        return []
    left = (
        reviewable(scope, top, year, permission=CONFIRM)
        .filter(~Exists(Review.objects.filter(member=OuterRef("pk"), year=year)))
        .count()
    )
    if not left:
        return []
    url = reverse("reviews:organization_reviews", args=[top.pk])
    item = WorkItem(
        _("{year}年年审还有{n}本党员证").format(year=year, n=left),
        top.short_name,
        f"{url}?year={year}",
        date(year + 1, 3, 31),
    )
    return [WorkList("reviews", _("年审"), "decide", "rubber-stamp", (item,), left, f"{url}?year={year}")]


def asked_on(on: date) -> Asked:
    """What the county asks for on that day. One query."""
    return values_in_force(REVIEWS, on=on).asked()
