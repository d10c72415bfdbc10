"""Transfers of past years, taken over from paper. Nobody moves now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import deed, record_many
from zhibu.core.access import Scope
from zhibu.dues import actions as dues
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules.events import EventKind
from zhibu.mobility.models import Transfer
from zhibu.mobility.rules.transfers import Direction, PastMove, TransferState, check_past_move
from zhibu.mobility.summaries.transfers import HANDLE
from zhibu.mobility.summaries.transfers_past import known_moves
from zhibu.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class PastTransfer:
    """A past move of a member who is in the books now: from a branch of the county, or from outside it."""

    member_id: int
    from_branch: Organization | None
    to_branch: Organization
    outside: str
    received_on: date
    letter: str = ""
    dues_paid_to: str = ""


@transaction.atomic
def enter_past_transfers(*, by: Scope, rows: Sequence[PastTransfer], on: date) -> int:
    """Write past transfers as received, with their place in the member's history. All or none.

    Refused where one would jump a state (``rules.transfers.check_past_move``). Returns how many.
    """
    ids = sorted({row.member_id for row in rows})
    members: dict[int, Member] = {}
    for start in range(0, len(ids), 500):
        found = Member.objects.select_for_update(of=("self",)).filter(pk__in=ids[start : start + 500])
        members |= {member.pk: member for member in found.select_related("branch").order_by("pk")}
    known = known_moves(ids)
    for row in rows:
        known[row.member_id].append(row.received_on)
    for row in rows:
        member = members[row.member_id]
        by.require(HANDLE, member.branch.path)
        others = list(known[row.member_id])
        others.remove(row.received_on)
        check_past_move(
            _move(row), join_date=member.join_date, branch_id=member.branch_id, later=others, on=on
        )
    now, name = timezone.now(), by.name
    events = [
        MembershipEvent(
            member_id=row.member_id,
            branch=row.from_branch,
            kind=EventKind.MOVE_BRANCH,
            state="in_effect",
            decided_on=row.received_on,
            decided_by=row.to_branch.name,
            document=row.letter,
            effective_on=row.received_on,
            proposed_by=name,
            proposed_user_id=by.user_id,
            proposed_at=now,
            settled_note="past",
        )
        for row in rows
        if row.from_branch is not None
    ]
    MembershipEvent.objects.bulk_create(events, batch_size=500)
    written = iter(events)
    Transfer.objects.bulk_create(
        [_row(row, next(written) if row.from_branch is not None else None, by=by) for row in rows],
        batch_size=500,
    )
    for row in rows:
        if row.from_branch is None:
            members[row.member_id].arrived_on = row.received_on
    arrived = [member for member in members.values() if member.arrived_on is not None]
    Member.objects.bulk_update(arrived, ["arrived_on"], batch_size=500)
    dues.begin_dues(
        by=by,
        letters=[
            dues.Letter(row.member_id, row.dues_paid_to, row.received_on)
            for row in sorted(rows, key=lambda row: row.received_on)
            if row.from_branch is None
        ],
        on=on,
    )
    entered: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        entered[members[row.member_id].branch_id].append(row.member_id)
    paths = {member.branch_id: member.branch for member in members.values()}
    record_many(
        [
            deed(
                "mobility.transfer.entered",
                on=paths[branch_id],
                chain=branch_id,
                path=paths[branch_id].path,
                data={"ids": some},
            )
            for branch_id, some in sorted(entered.items())
        ],
        by=by,
    )
    return len(rows)


def _move(row: PastTransfer) -> PastMove:
    return PastMove(
        row.received_on,
        row.from_branch.pk if row.from_branch else None,
        row.to_branch.pk,
        row.to_branch.closed_on is None,
    )


def _row(row: PastTransfer, event: MembershipEvent | None, *, by: Scope) -> Transfer:
    return Transfer(
        member_id=row.member_id,
        direction=Direction.INSIDE if row.from_branch is not None else Direction.IN,
        from_branch=row.from_branch,
        to_branch=row.to_branch,
        outside=row.outside,
        reason="以前的转接，照原有材料补录",
        state=TransferState.RECEIVED,
        requested_on=row.received_on,
        requested_by=by.name,
        requested_user_id=by.user_id,
        dues_paid_to=row.dues_paid_to,
        letter_text=row.letter,
        received_on=row.received_on,
        received_by=row.to_branch.short_name,
        event=event,
        at=timezone.now(),
    )
