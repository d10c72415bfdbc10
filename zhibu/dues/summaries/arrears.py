"""Who has not paid, for how long: reminders for people, never a verdict."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from zhibu.core.access import Scope
from zhibu.dues.models import Due, Payment
from zhibu.dues.policies import terms_on
from zhibu.dues.rules import Terms, add_months, last_due_month, longest_unpaid
from zhibu.dues.summaries.ledger import PAYABLE
from zhibu.members.models import Member

STAGES: Final = (1, 2, 4, 6)
WINDOW: Final = 24
"""Months looked back: longer arrears are already a case."""
READ = "dues.read"


@dataclass(frozen=True, slots=True)
class Arrears:
    """A member's open months. ``run``: the longest run of months nothing was paid for, from ``since`` on."""

    member_id: int
    run: int
    since: int
    owed: int
    months: int


def _owed(dues: QuerySet[Due], *, on: date, terms: Terms) -> QuerySet[Due, tuple[int, int, int, int]]:
    """Dues months that are late and not fully paid, each with what was paid."""
    last = last_due_month(on, due_day=terms.due_day)
    paid = (
        Payment.objects.filter(member=OuterRef("member_id"), month=OuterRef("month"))
        .order_by()
        .values("member")
        .annotate(total=Sum("amount"))
        .values("total")
    )
    return (
        dues.filter(kind__in=PAYABLE, amount__gt=0, month__lte=last, month__gt=add_months(last, -WINDOW))
        .annotate(paid=Coalesce(Subquery(paid), 0))
        .filter(paid__lt=F("amount"))
        .values_list("member_id", "month", "amount", "paid")
    )


def _of_members(dues: QuerySet[Due], *, on: date, terms: Terms) -> dict[int, Arrears]:
    """Arrears of the members of these dues. Two queries: open months, then all months of those members."""
    owed: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    for member_id, month, amount, paid in _owed(dues, on=on, terms=terms):
        owed[member_id][month] = (amount, paid)
    if not owed:
        return {}
    last = last_due_month(on, due_day=terms.due_day)
    payable: dict[int, list[int]] = defaultdict(list)
    # Months before the first open one cannot lengthen a run.
    first = min(month for months in owed.values() for month in months)
    asked = Due.objects.filter(kind__in=PAYABLE, amount__gt=0, month__gte=first, month__lte=last)
    for member_id, month in (
        asked.filter(member__in=_subquery(owed, dues))
        .order_by("member_id", "month")
        .values_list("member_id", "month")
    ):
        if member_id in owed:
            payable[member_id].append(month)
    found = {}
    for member_id, months in owed.items():
        run, since = longest_unpaid(
            (month, month in months and months[month][1] <= 0) for month in payable[member_id]
        )
        left = sum(amount - max(paid, 0) for amount, paid in months.values())
        found[member_id] = Arrears(member_id, run, since, left, len(months))
    return found


def _subquery(owed: Collection[int], dues: QuerySet[Due]) -> Collection[int] | QuerySet[Due, int]:
    """The members as ids while they are few, else as a subquery."""
    return list(owed) if len(owed) <= 1000 else dues.order_by().values_list("member_id", flat=True)


def unpaid_months(member_ids: Collection[int], on: date) -> dict[int, int]:
    """The longest run of dues months nothing was paid for, by member; members without one are left out.

    Exempt, suspended, pending months and months before the start count neither way. Three queries.
    """
    found = _of_members(Due.objects.filter(member__in=member_ids), on=on, terms=terms_on(on))
    return {pk: each.run for pk, each in found.items() if each.run}


def arrears(scope: Scope, *, on: date, path: str = "") -> list[Arrears]:
    """Enrolled members of the scope (under the path) with open months, the longest run first. Three queries."""
    members = Member.objects.visible_to(scope, READ).enrolled().under(path)
    found = _of_members(Due.objects.filter(member__in=members.values("pk")), on=on, terms=terms_on(on))
    return sorted(found.values(), key=lambda each: (-each.run, -each.owed, each.member_id))


def lapsed(scope: Scope, on: date) -> list[Arrears]:
    """Members who paid nothing for the months after which people decide (党章第九条: six). Three queries.

    A sign and no verdict: whether there was a proper reason, people find out.
    """
    limit = terms_on(on).lapse_months
    return [each for each in arrears(scope, on=on) if each.run >= limit]
