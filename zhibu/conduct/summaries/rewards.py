"""Rewards, as lists and on a member's page."""

from django.db.models import QuerySet

from zhibu.conduct.models import Reward
from zhibu.conduct.rules import LEVELS
from zhibu.core.access import Scope
from zhibu.members.models import Member
from zhibu.organizations.models import Organization


def reward_rows(
    scope: Scope, organization: Organization, *, year: int | None = None, level: str = "", text: str = ""
) -> QuerySet[Reward]:
    """Rewards of members now under the organization, latest first; reversed ones among them. One query."""
    rows = Reward.objects.visible_to(scope, "conduct.reward")
    if organization.parent_id is not None:
        rows = rows.filter(member__branch__path__startswith=organization.path)
    if year is not None:
        rows = rows.filter(awarded_on__year=year)
    if level in LEVELS:
        rows = rows.filter(level=level)
    if text:
        rows = rows.filter(member__in=Member.objects.matching(text).values("pk"))
    return rows.select_related("member__branch", "branch").order_by("-awarded_on", "-pk")


def reward_years(scope: Scope, organization: Organization) -> list[int]:
    """Years in which there are rewards, latest first. One query."""
    rows = Reward.objects.visible_to(scope, "conduct.reward")
    if organization.parent_id is not None:
        rows = rows.filter(member__branch__path__startswith=organization.path)
    return [day.year for day in rows.dates("awarded_on", "year", order="DESC")]


def rewards_of(member: Member) -> list[Reward]:
    """All of one member's rewards, latest first. One query."""
    return list(Reward.objects.filter(member=member).select_related("branch").order_by("-awarded_on", "-pk"))
