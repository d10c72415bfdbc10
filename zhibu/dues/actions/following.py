"""What opened months do when a membership ends, moves, begins again or is corrected. For the deeds that did that."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from zhibu.core.access import Scope
from zhibu.core.dates import parse_date
from zhibu.core.months import month_of, month_range, parse_month, shift_month
from zhibu.dues.actions.locks import hold_branches
from zhibu.dues.actions.opening import mend_dues
from zhibu.dues.models import Due, FirstMonth
from zhibu.dues.policies import terms_on
from zhibu.dues.summaries.expecting import Expecting, Payer, Quarterly
from zhibu.dues.summaries.facts import locked_branches
from zhibu.dues.summaries.moving import movable
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
def follow_letter(*, member: Member, left: int, paid_to: str, came: date, on: date) -> int:
    """The member moved inside the county with a letter; how many opened months moved along.

    Months to which it says dues are paid (党费交至) are those of the branch that was left (its id), opened or not,
    as far as dues can be paid ahead; the months after them are owed in the new one, from the month of coming on:
    earlier gaps belong to whoever held the member (dues.md).
    """
    month, ahead = month_of(came), terms_on(on).advance_months
    last = parse_month(paid_to) or month
    first = max(month, min(shift_month(last, 1), shift_month(month_of(on), ahead + 1)))
    _keep(member, left, month_range(month, first), on=on)
    return follow_move(member=member, since=first, on=on)


def _keep(member: Member, branch_id: int, months: Sequence[int], *, on: date) -> None:
    """Write what is owed for months not opened yet at the branch that was left, where its ledger is open."""
    known = set(Due.objects.filter(member=member, month__in=months).values_list("month", flat=True))
    hold_branches({branch_id, member.branch_id})
    expecting = Expecting([Payer.of(member)])
    rows = []
    for month in months:
        if month in known or branch_id in locked_branches(month, on=on):
            continue
        kind, amount = expecting.month(month)[member.pk]
        waits = Quarterly.of(month).holds(member.pk, branch_id, kind)
        rows.append(
            Due(member=member, branch_id=branch_id, month=month, kind=kind, amount=amount, by_quarter=waits)
        )
    Due.objects.bulk_create(rows)


@transaction.atomic
def follow_move(*, member: Member, since: int, on: date) -> int:
    """The member belongs to another branch: opened months from ``since`` on are owed there; how many moved.

    A month stays where something was paid for it, and where either ledger is locked.
    """
    rows = list(Due.objects.filter(member=member, month__gte=since).exclude(branch=member.branch_id))
    hold_branches({member.branch_id, *(row.branch_id for row in rows)})
    moved = movable([(row, member.branch_id) for row in rows], on=on)
    for row in moved:
        row.branch_id = member.branch_id
        row.by_quarter = Quarterly.of(row.month).holds(member.pk, row.branch_id, row.kind)
    Due.objects.bulk_update(moved, ["branch", "by_quarter"])
    return len(moved)


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
                    month=shift_month(paid_to, 1),
                    came=came,
                    by=by.name,
                    at=now,
                )
            )
    FirstMonth.objects.bulk_create(rows, batch_size=500)
    if rows:
        mend_dues([row.member_id for row in rows], from_month=0, on=on)
