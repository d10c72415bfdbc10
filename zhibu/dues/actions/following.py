"""What opened months do when a membership ends, moves, begins again or is corrected. For the deeds that did that."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from zhibu.core.access import Scope
from zhibu.core.dates import parse_date
from zhibu.dues.actions.locks import hold_branches
from zhibu.dues.actions.opening import mend_dues
from zhibu.dues.models import Due, FirstMonth, Payment
from zhibu.dues.rules import add_months, month_of, parse_month
from zhibu.dues.summaries.facts import locked_branches
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules.events import EventKind


class Letter(NamedTuple):
    """Someone came from outside the county. ``paid_to``: "2026-10", the month to which the letter says dues are
    paid; ``came``: the day of coming, None where the record began with it."""

    member_id: int
    paid_to: str
    came: date | None = None


def follow_event(*, event: MembershipEvent, on: date) -> int:
    """The membership took another course from the event's day on: opened months follow; how many changed.

    Nothing is owed after the month of an end, nothing for whole months of suspended standing (GK). A day of
    joining that is corrected counts from the earlier one.
    """
    days = [
        event.effective_on,
        *(parse_date(side.get("join_date", "")) for side in (event.before, event.after)),
    ]
    since = min(
        day for day in (days if event.kind == EventKind.CORRECT_RECORD else days[:1]) if day is not None
    )
    return mend_dues([event.member_id], from_month=month_of(since), on=on)


def follow_corrections(member_ids: Collection[int], fields: Collection[str], *, on: date) -> None:
    """Records were corrected (settings.CORRECTION_FOLLOWERS): another category counts from this month on."""
    if "dues_category" in fields:
        mend_dues(member_ids, from_month=month_of(on), on=on)


@transaction.atomic
def follow_move(*, member: Member, since: int, on: date) -> int:
    """The member belongs to another branch: opened months from ``since`` on are owed there; how many moved.

    A month stays where something was paid for it, and where either ledger is locked.
    """
    rows = list(Due.objects.filter(member=member, month__gte=since).exclude(branch=member.branch_id))
    hold_branches({member.branch_id, *(row.branch_id for row in rows)})
    paid = dict(
        Payment.objects.filter(member=member, month__in=[row.month for row in rows])
        .order_by()
        .values_list("month")
        .annotate(total=Sum("amount"))
    )
    moved = []
    for row in rows:
        locked = locked_branches(row.month, on=on)
        if not paid.get(row.month) and row.branch_id not in locked and member.branch_id not in locked:
            moved.append(row.pk)
    return Due.objects.filter(pk__in=moved).update(branch=member.branch_id)


def begin_dues(*, by: Scope, letters: Sequence[Letter], on: date) -> None:
    """Dues of who came with a letter begin with the month after those it says are paid; opened months follow."""
    now = timezone.now()
    rows = []
    for letter in letters:
        paid_to = parse_month(letter.paid_to)
        if paid_to is not None:
            came = month_of(letter.came) if letter.came else 0
            rows.append(
                FirstMonth(
                    member_id=letter.member_id,
                    month=add_months(paid_to, 1),
                    came=came,
                    by=by.name[:40],
                    at=now,
                )
            )
    FirstMonth.objects.bulk_create(rows, batch_size=500)
    if rows:
        mend_dues([row.member_id for row in rows], from_month=0, on=on)
