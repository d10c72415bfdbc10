"""The answer to proposals of new members, with the transfer that someone from another county brings along."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from zhibu.core.access import Scope
from zhibu.members import actions as members
from zhibu.members.models import EnrollmentProposal
from zhibu.mobility.actions.arrivals import complete_arrival, returning_of


@transaction.atomic
def settle_enrollments(
    *, by: Scope, proposals: Sequence[EnrollmentProposal], accept: bool, note: str = "", on: date
) -> list[EnrollmentProposal]:
    """Agree or not to each of the proposals: all or none. Never by who proposed one of them; a no says why."""
    if not accept:
        return members.decline_enrollments(by=by, proposals=proposals, note=note, on=on)
    back = {row.pk: old.pk for row in proposals if (old := returning_of(row)) is not None}
    rows = members.accept_enrollments(by=by, proposals=proposals, known=back, note=note, on=on)
    for row in rows:
        if row.arrival:
            complete_arrival(by=by, proposal=row, on=on)
    return rows
