"""What open work does when a membership event took effect: transfers under way."""

from datetime import date

from zhibu.audit.actions import record
from zhibu.core.access import Scope
from zhibu.members.models import Member
from zhibu.mobility.models import Transfer


def cancel_open_transfers(*, by: Scope, member: Member, reason: str, on: date) -> int:
    """A membership that ended has nothing left to move: what is under way is canceled. Returns how many."""
    rows = list(Transfer.objects.select_for_update().open().filter(member=member))
    for row in rows:
        row.state, row.canceled_on, row.canceled_by, row.note = "canceled", on, by.name, reason
        row.save(update_fields=["state", "canceled_on", "canceled_by", "note"])
        record(
            "mobility.transfer.canceled",
            by=by,
            on=row,
            chain=member.branch_id,
            path=member.branch.path,
            data={"member": member.pk},
        )
    return len(rows)
