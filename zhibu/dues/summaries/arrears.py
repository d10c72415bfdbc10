"""Who has not paid, for how long: reminders for people, never a verdict."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from zhibu.core.access import Scope
from zhibu.core.months import shift_month
from zhibu.dues.models import Due, Payment
from zhibu.dues.policies import terms_on
from zhibu.dues.rules.owing import Terms, longest_unpaid
from zhibu.dues.rules.quarters import Late
from zhibu.dues.summaries.ledger import PAYABLE
from zhibu.members.models import Member
from zhibu.members.summaries.one_person import OnePerson

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


def asked_by(late: Late) -> Q:
    """Dues months that have to be paid by now: each by its month, or by its quarter."""
    return Q(by_quarter=False, month__lte=late.month) | Q(by_quarter=True, month__lte=late.quarter)


def _owed(dues: QuerySet[Due], *, on: date, terms: Terms) -> QuerySet[Due, tuple[int, int, int, int]]:
    """Dues months that are late and not fully paid, each with what was paid."""
    late = Late.on(on, due_day=terms.due_day)
    paid = (
        Payment.objects.filter(member=OuterRef("member_id"), month=OuterRef("month"))
        .order_by()
        .values("member")
        .annotate(total=Sum("amount"))
        .values("total")
    )
    return (
        dues.filter(
            asked_by(late), kind__in=PAYABLE, amount__gt=0, month__gt=shift_month(late.month, -WINDOW)
        )
        .annotate(paid=Coalesce(Subquery(paid), 0))
        .filter(paid__lt=F("amount"))
        .values_list("member_id", "month", "amount", "paid")
    )


def _of_members(
    dues: QuerySet[Due], joined: Mapping[int, int], *, on: date, terms: Terms
) -> dict[int, Arrears]:
    """Arrears of the members of these dues. Two queries: open months, then all months of those members.

    ``joined``: records that were merged into some of these members, each with that member; two queries more.
    """
    owed: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    for member_id, month, amount, paid in _owed(dues, on=on, terms=terms):
        owed[member_id][month] = (amount, paid)
    for member_id, months in _owed_as_one(joined, on=on, terms=terms).items():
        owed[member_id] = months
        if not months:
            del owed[member_id]
    if not owed:
        return {}
    late = Late.on(on, due_day=terms.due_day)
    payable: dict[int, list[int]] = defaultdict(list)
    # Months before the first open one cannot lengthen a run.
    first = min(month for months in owed.values() for month in months)
    asked = Due.objects.filter(asked_by(late), kind__in=PAYABLE, amount__gt=0, month__gte=first)
    of_all = Q(member__in=_subquery(owed, dues)) | Q(member__in=list(joined))
    for month, member_id in sorted(asked.filter(of_all).values_list("month", "member_id")):
        own = joined.get(member_id, member_id)
        if own in owed and month not in payable[own][-1:]:
            payable[own].append(month)
    found = {}
    for member_id, months in owed.items():
        run, since = longest_unpaid(
            (month, month in months and months[month][1] <= 0) for month in payable[member_id]
        )
        left = sum(amount - max(paid, 0) for amount, paid in months.values())
        found[member_id] = Arrears(member_id, run, since, left, len(months))
    return found


def _owed_as_one(
    joined: Mapping[int, int], *, on: date, terms: Terms
) -> dict[int, dict[int, tuple[int, int]]]:
    """Open months of those into whom records were merged, of all their records: one due a month, all that was paid."""
    if not joined:
        return {}
    records = [*joined, *joined.values()]
    late = Late.on(on, due_day=terms.due_day)
    asked = Due.objects.filter(
        asked_by(late),
        member__in=records,
        kind__in=PAYABLE,
        amount__gt=0,
        month__gt=shift_month(late.month, -WINDOW),
    )
    paid: dict[tuple[int, int], int] = defaultdict(int)
    for member_id, month, amount in Payment.objects.filter(member__in=records).values_list(
        "member_id", "month", "amount"
    ):
        paid[joined.get(member_id, member_id), month] += amount
    found: dict[int, dict[int, tuple[int, int]]] = {own: {} for own in joined.values()}
    for is_own, own, month, amount in sorted(
        (pk not in joined, joined.get(pk, pk), month, amount)
        for pk, month, amount in asked.values_list("member_id", "month", "amount")
    ):
        if is_own or month not in found[own]:
            found[own][month] = (amount, paid[own, month])
    return {
        own: {month: (amount, given) for month, (amount, given) in months.items() if given < amount}
        for own, months in found.items()
    }


def _subquery(owed: Collection[int], dues: QuerySet[Due]) -> Collection[int] | QuerySet[Due, int]:
    """The members as ids while they are few, else as a subquery."""
    return list(owed) if len(owed) <= 1000 else dues.order_by().values_list("member_id", flat=True)


def unpaid_months(member_ids: Collection[int], on: date) -> dict[int, int]:
    """The longest run of dues months nothing was paid for, by member; members without one are left out.

    Exempt, suspended, pending months and months before the start count neither way. Four queries.
    """
    person = OnePerson.read()
    joined = {pk: person.of(pk) for pk in person.others(set(member_ids))}
    found = _of_members(Due.objects.filter(member__in=member_ids), joined, on=on, terms=terms_on(on))
    return {pk: each.run for pk, each in found.items() if each.run}


def arrears(scope: Scope, *, on: date, path: str = "") -> list[Arrears]:
    """Enrolled members of the scope (under the path) with open months, the longest run first. Four queries."""
    members = Member.objects.visible_to(scope, READ).enrolled().under(path)
    kept = OnePerson.read().kept
    here = set(members.filter(pk__in=set(kept.values())).values_list("pk", flat=True)) if kept else set()
    joined = {pk: own for pk, own in kept.items() if own in here}
    dues = Due.objects.filter(member__in=members.values("pk"))
    found = _of_members(dues, joined, on=on, terms=terms_on(on))
    return sorted(found.values(), key=lambda each: (-each.run, -each.owed, each.member_id))


def lapsed(scope: Scope, on: date) -> list[Arrears]:
    """Members who paid nothing for the months after which people decide (党章第九条: six). Four queries.

    A sign and no verdict: whether there was a proper reason, people find out.
    """
    limit = terms_on(on).lapse_months
    return [each for each in arrears(scope, on=on) if each.run >= limit]
