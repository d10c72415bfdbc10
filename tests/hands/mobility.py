"""Walks of the deeds with transfers."""

from tests.days import dashed, month_back
from tests.hands import Last, walk
from tests.world import TODAY, World
from zhibu.mobility.actions import letters, receipts, transfers
from zhibu.mobility.tests import transfer_steps as steps


@walk("mobility.transfer.received")
def received(world: World, alone: World) -> Last:
    """The one person agrees for the sending branch; another writes the letter."""
    row = letters.issue_letter(by=world.scope("organizer_ashi"), transfer=steps.agreed(alone), on=TODAY)
    return lambda by: receipts.receive_transfer(by=by, transfer=row, received_on=TODAY, on=TODAY)


@walk("mobility.transfer.issued:out")
def letter_out(world: World, alone: World) -> Last:
    """Agreed for the branch by the one person."""
    row = transfers.request_transfer(
        by=alone.scope("secretary_a1"),
        member=world.members_a1[0],
        outside="中共成都市武侯区委组织部",
        reason="到成都工作",
        dues_paid_to=dashed(month_back()),
        on=TODAY,
    )
    return lambda by: letters.issue_letter(by=by, transfer=row, on=TODAY)
