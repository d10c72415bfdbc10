"""What the amounts of a month follow from: assessments, reliefs, locks. Each a constant number of queries."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhibu.dues.models import Assessment, DuesLock, FirstMonth, QuarterDecision, Relief
from zhibu.dues.rules.owing import Arrival
from zhibu.dues.rules.quarters import quarter_start
from zhibu.dues.rules.relieving import IN_FORCE
from zhibu.members.models import Member

FEW = 500
"""Up to so many members are named in a query; above it reads all rows."""


def assessments_in_force(month: int, members: QuerySet[Member] | Collection[int]) -> dict[int, Assessment]:
    """The assessment of each member that holds in a month. One query; incomes are decrypted."""
    rows = Assessment.objects.filter(state="in_force", from_month__lte=month, member__in=members)
    return {row.member_id: row for row in rows.order_by("from_month", "pk")}


def assessments_holding(month: int, members: QuerySet[Any]) -> QuerySet[Assessment]:
    """The assessment of each member that holds in a month, to be listed: of those begun by then the latest."""
    begun = Assessment.objects.filter(state="in_force", from_month__lte=month)
    later = begun.filter(member=OuterRef("member")).filter(
        Q(from_month__gt=OuterRef("from_month")) | Q(from_month=OuterRef("from_month"), pk__gt=OuterRef("pk"))
    )
    return begun.filter(~Exists(later), member__in=members)


def assessed_amounts(month: int, *, member_ids: Collection[int] | None = None) -> dict[int, tuple[str, int]]:
    """Category and amount by member: of these members, or of all. One query, no income is read."""
    rows = Assessment.objects.filter(state="in_force", from_month__lte=month)
    if member_ids is not None:
        rows = rows.filter(member__in=member_ids)
    found = rows.order_by("from_month", "pk").values_list("member_id", "category", "amount")
    return {member_id: (category, amount) for member_id, category, amount in found}


def category_in(member: Member, month: int) -> str:
    """By which category the member pays in a month: as assessed, else as the register says. One query."""
    found = (
        Assessment.objects.filter(state="in_force", from_month__lte=month, member=member)
        .order_by("-from_month", "-pk")
        .values_list("category", flat=True)
        .first()
    )
    return found or member.dues_category


def reliefs_in(month: int) -> dict[int, Relief]:
    """Reliefs in force of a month by member; there are few in a county. One query, grounds are not read."""
    rows = Relief.objects.filter(state__in=IN_FORCE, from_month__lte=month, until_month__gt=month)
    return {row.member_id: row for row in rows.defer("grounds").order_by("pk")}


def arrivals_of(member_ids: Collection[int]) -> dict[int, Arrival]:
    """With which month those who came from outside the county began to pay here. One query."""
    rows = FirstMonth.objects.order_by("pk")
    if len(member_ids) <= FEW:
        rows = rows.filter(member__in=member_ids)
    return {pk: Arrival(month, came) for pk, month, came in rows.values_list("member_id", "month", "came")}


def paid_by_quarter(month: int, *, of: Member | None = None) -> set[tuple[int, int]]:
    """Who pays by the quarter in a month: member and the branch that consented; ``of`` one member, or all. One query."""
    rows = QuarterDecision.objects.filter(from_month__lte=quarter_start(month)).order_by("from_month", "pk")
    if of is not None:
        rows = rows.filter(member=of)
    found = {
        (member_id, branch_id): allowed
        for member_id, branch_id, allowed in rows.values_list("member_id", "branch_id", "allowed")
    }
    return {key for key, allowed in found.items() if allowed}


def locked_branches(month: int, *, on: date) -> set[int]:
    """Branches whose month is locked and not open by an exception. One query."""
    rows = DuesLock.objects.filter(month=month).values_list("branch_id", "open_until")
    return {branch_id for branch_id, open_until in rows if open_until is None or open_until <= on}


def locked_months(branch_id: int, months: Iterable[int], *, on: date) -> set[int]:
    """Which of the months are locked for a branch. One query."""
    rows = DuesLock.objects.filter(branch=branch_id, month__in=set(months))
    return {
        month
        for month, open_until in rows.values_list("month", "open_until")
        if open_until is None or open_until <= on
    }


def lock_beside(*, on: date) -> Exists:
    """``is_locked`` as a column beside a row that has a ``branch`` and a ``month``."""
    rows = DuesLock.objects.filter(branch=OuterRef("branch"), month=OuterRef("month"))
    return Exists(rows.filter(Q(open_until=None) | Q(open_until__lte=on)))


def is_locked(branch_id: int, month: int, on: date) -> bool:
    """Whether the ledger takes nothing more for the month; ``open_until`` is the first day it does not again."""
    return bool(locked_months(branch_id, [month], on=on))
