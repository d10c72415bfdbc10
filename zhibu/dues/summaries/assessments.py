"""What is assessed, what a new assessment would change."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from zhibu.core.access import Scope
from zhibu.dues.models import Assessment
from zhibu.dues.policies import schedule_of
from zhibu.dues.rules.schedule import METHODS, Method
from zhibu.dues.summaries.facts import assessed_amounts
from zhibu.members.models import Member
from zhibu.organizations.models import Organization

ASSESS = "dues.assess"
INCOME = tuple(category for category, method in METHODS.items() if method is Method.BANDS)
AT_ONCE = tuple(category for category, method in METHODS.items() if method in (Method.FIXED, Method.RANGE))
"""Categories whose amount is the same for everyone, so that they can be assessed at once."""


@dataclass(frozen=True, slots=True)
class Held:
    """A member with what is assessed now: ``amount`` None for nothing, in fen."""

    member: Member
    category: str
    amount: int | None
    since: int | None


def members_of(scope: Scope, organization: Organization) -> QuerySet[Member]:
    """Enrolled members of the organization whom the scope assesses, by branch and name."""
    return (
        Member.objects.visible_to(scope, ASSESS)
        .enrolled()
        .belonging_to(organization)
        .defer("resident_id", "phone")
        .order_by("branch__code", "pinyin", "pk")
    )


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A member in a batch: what is assessed now (None: nothing) and what it will be."""

    member: Member
    before: int | None
    after: int

    @property
    def differs(self) -> bool:
        """True when the batch changes something."""
        return self.before != self.after


def batch_lines(
    scope: Scope, organization: Organization, *, category: str, amount: int, month: int
) -> list[BatchLine]:
    """Everyone of the category under the organization, those who change first. Two queries."""
    held = assessed_amounts(month)
    lines = []
    for member in members_of(scope, organization).select_related("branch"):
        now = held.get(member.pk)
        if (now[0] if now else member.dues_category) == category:
            lines.append(BatchLine(member, now[1] if now else None, amount))
    return sorted(lines, key=lambda line: not line.differs)


def category_counts(scope: Scope, organization: Organization, *, month: int) -> Mapping[str, tuple[int, int]]:
    """Members and how many of them are assessed for the month, by category. Two queries."""
    held = assessed_amounts(month)
    counts: dict[str, tuple[int, int]] = {}
    for pk, category in members_of(scope, organization).order_by().values_list("pk", "dues_category"):
        key = held[pk][0] if pk in held else category
        members, assessed = counts.get(key, (0, 0))
        counts[key] = (members + 1, assessed + (pk in held))
    return {category: counts[category] for category in METHODS if category in counts}


def unassessed(scope: Scope, *, month: int) -> QuerySet[Member]:
    """Members whose dues follow from an income and who have no assessment. Lazy."""
    held = Assessment.objects.filter(member=OuterRef("pk"), state="in_force", from_month__lte=month)
    return (
        Member.objects.visible_to(scope, ASSESS)
        .enrolled()
        .filter(~Exists(held), dues_category__in=[*INCOME, "reduced", "exempt"])
    )


def usual_of(category: str, *, month: int) -> int | None:
    """The amount a batch of the category proposes, in fen. One query."""
    schedule = schedule_of(month)
    method = METHODS.get(category)
    if method is Method.RANGE:
        return schedule.farmer_default
    return schedule.fixed if method is Method.FIXED else None
