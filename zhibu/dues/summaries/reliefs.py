"""Reliefs of a scope."""

from datetime import date

from django.db.models import QuerySet

from zhibu.core.access import Scope
from zhibu.core.months import month_of
from zhibu.dues.models import Relief
from zhibu.dues.rules.relieving import IN_FORCE, WAITING

READ, ASSESS = "dues.read", "dues.assess"


def relief_rows(scope: Scope, *, view: str, on: date) -> QuerySet[Relief]:
    """Views: "" in force now or later, "waiting" for the committee, "past". Grounds are not read."""
    rows = Relief.objects.visible_to(scope, READ).select_related("member__branch").defer("grounds")
    month = month_of(on)
    if view == "waiting":
        return rows.filter(state__in=WAITING).order_by("at", "pk")
    if view == "past":
        over = rows.filter(state__in=IN_FORCE, until_month__lte=month) | rows.filter(state="refused")
        return over.order_by("-until_month", "-pk")
    return rows.filter(state__in=IN_FORCE, until_month__gt=month).order_by("until_month", "pk")


def to_approve(scope: Scope) -> QuerySet[Relief]:
    """Requests the person may decide, and decisions of branches to take note of: entered by another, oldest first."""
    rows = Relief.objects.visible_to(scope, ASSESS).filter(state__in=WAITING)
    return (
        rows.exclude(proposed_user=scope.user_id)
        .select_related("member__branch")
        .defer("grounds")
        .order_by("at", "pk")
    )
