"""Who is reviewed in a year, as of its last day: where they belonged, in good standing, with a certificate."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, prefetch_related_objects

from zhibu.certificates.models import Certificate, Disposition
from zhibu.core.access import Scope
from zhibu.members.models import Measure, Member
from zhibu.members.querysets import Members
from zhibu.members.rules.events import MeasureKind
from zhibu.members.rules.stages import Standing
from zhibu.members.summaries.history import as_on, with_then
from zhibu.organizations.models import Organization
from zhibu.reviews.models import Review

READ = "months.read"


def last_day(year: int) -> date:
    """The day by which everything of a year's review is judged."""
    return date(year, 12, 31)


def reviewable(
    scope: Scope, organization: Organization | None, year: int, *, permission: str = READ
) -> Members[Any]:
    """Who is reviewed: in the books and in good standing on the year's last day, with a certificate.

    Whoever left, died or was suspended since is reviewed all the same, at the branch of that day (``branch_then``), and
    who came since is not. Suspended and lost members are not reviewed (membership.md "失联": no annual review).
    ``organization`` None: everywhere in the scope.
    """
    day = last_day(year)
    places = Organization.objects.visible_to(scope, permission)
    if organization is not None:
        places = places.under(organization.path)
    lost = Measure.objects.filter(member=OuterRef("pk"), kind=MeasureKind.LOST_CONTACT_FLAG).in_force(day)
    # What froze a certificate since was not so on that day.
    frozen_since = Disposition.objects.filter(certificate__member=OuterRef("pk")).filter(
        Q(event__effective_on__gt=day) | Q(withdrawal__withdrawn_on__gt=day)
    )
    certificates = Certificate.objects.filter(member=OuterRef("pk"))
    return (
        with_then(Member.objects.filter(merged_into=None), on=day)
        .filter(standing_then=Standing.ACTIVE, join_date__lte=day, branch_then__in=places.values("pk"))
        .filter(Q(arrived_on=None) | Q(arrived_on__lte=day))
        .filter(Exists(certificates), ~Exists(lost))
        .filter(~Exists(certificates.filter(state="frozen")) | Exists(frozen_since))
    )


def as_reviewed(members: Sequence[Member], year: int) -> list[Member]:
    """The records as they were on the year's last day, with their branch: to be read, never saved. Two queries."""
    found = list(as_on(members, on=last_day(year)))
    prefetch_related_objects(found, "branch")
    return found


def to_review(
    scope: Scope,
    organization: Organization | None,
    year: int,
    *,
    permission: str = READ,
    most: int | None = None,
) -> list[Member]:
    """``reviewable`` as records of that day, by branch and name, without marked fields; at ``most`` so many."""
    rows = reviewable(scope, organization, year, permission=permission).select_related("branch")
    members = list(rows.defer("resident_id", "phone").order_by("branch__code", "pinyin", "pk")[:most])
    return sorted(as_reviewed(members, year), key=lambda each: (each.branch.code, each.pinyin, each.pk))


def not_reviewed_for_two_years(scope: Scope, organization: Organization, year: int) -> Members[Any]:
    """Certificates without a review of the year and the year before, for who was there both years."""
    recent = Review.objects.filter(member=OuterRef("pk"), year__in=(year, year - 1))
    return (
        reviewable(scope, organization, year)
        .filter(join_date__lt=date(year - 1, 1, 1))
        .filter(~Exists(recent))
        .select_related("branch")
        .order_by("branch__code", "pinyin", "pk")
    )


def counts_by_branch(scope: Scope, organization: Organization, year: int) -> Counter[int]:
    """How many are reviewed at each branch. One query."""
    rows = reviewable(scope, organization, year).order_by()
    return Counter(rows.values_list("branch_then", flat=True))
