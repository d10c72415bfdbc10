"""Opened months and consents when units are reorganized; part of one deed, which checks and records."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from zhibu.core.months import first_day, month_of, shift_month
from zhibu.core.rows import Changes
from zhibu.dues.actions.locks import hold_branches
from zhibu.dues.models import Due, QuarterDecision
from zhibu.dues.summaries.moving import movable
from zhibu.members.actions.reorganizing import Movement
from zhibu.organizations.actions.moving import Relocation


def first_month(effective_on: date) -> int:
    """The first month that lies wholly after a deed: the one it falls into is still kept where it began.

    >>> first_month(date(2026, 9, 15)), first_month(date(2026, 10, 1))
    (202610, 202610)
    """
    month = month_of(effective_on)
    return month if first_day(month) == effective_on else shift_month(month, 1)


def dues_changes(relocation: Relocation, movement: Movement, *, at: datetime) -> Changes:
    """Months opened after the day of the deed follow the members, unless paid or locked; consents are taken over.

    Four queries, and one a month.
    """
    found, moves = Changes(), movement.members
    left = {source for source, _target in moves.values()}
    rows = Due.objects.filter(branch__in=left, month__gte=first_month(relocation.effective_on)).order_by("pk")
    going = [
        (row, moves[row.member_id][1])
        for row in rows
        if row.member_id in moves and moves[row.member_id][0] == row.branch_id
    ]
    allowed = {row.pk for row in movable(going, on=relocation.on)}
    for row, target in going:
        if row.pk in allowed:
            found.change(row, branch_id=target)
    for decision in QuarterDecision.objects.filter(branch__in=left).order_by("pk"):
        source, target = moves.get(decision.member_id, (None, 0))
        if source == decision.branch_id:
            found.insert(
                QuarterDecision(
                    member_id=decision.member_id,
                    branch_id=target,
                    from_month=decision.from_month,
                    allowed=decision.allowed,
                    decided_on=decision.decided_on,
                    reason=decision.reason,
                    carried=True,
                    by=decision.by,
                    at=at,
                )
            )
    return found


@transaction.atomic
def follow_return(*, moves: Mapping[int, tuple[int, int]], effective_on: date, on: date) -> int:
    """A reorganization was taken back: months opened since at the branch that was left again follow the members.

    ``moves``: by member, the branch left again and the one returned to. How many moved.
    """
    hold_branches({branch for pair in moves.values() for branch in pair})
    rows = Due.objects.filter(
        member__in=list(moves),
        branch__in={source for source, _target in moves.values()},
        month__gte=first_month(effective_on),
    )
    going = [(row, moves[row.member_id][1]) for row in rows if moves[row.member_id][0] == row.branch_id]
    moved = movable(going, on=on)
    for row in moved:
        row.branch_id = moves[row.member_id][1]
    Due.objects.bulk_update(moved, ["branch"], batch_size=500)
    return len(moved)
