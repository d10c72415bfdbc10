"""Walks of the deeds with dues."""

from tests.hands import Last, walk
from tests.world import TODAY, World, make_member
from zhibu.dues import actions
from zhibu.dues.tests import cases


@walk("dues.remittance.confirmed")
def handed_up(world: World, alone: World) -> Last:
    """Entered by the one person, who also takes the money."""
    sent = cases.remittance(alone)
    return lambda by: actions.confirm_remittance(by=by, remittance=sent, arrived=20, on=TODAY)


@walk("dues.relief.noted")
def branch_relief(world: World, alone: World) -> Last:
    """The branch decided on a retired member; the committee takes note."""
    retired = make_member(branch=world.a1, dues_category="retired")
    decided = cases.relief(alone, retired)
    return lambda by: actions.settle_relief(by=by, relief=decided, approve=True, on=TODAY)


@walk("dues.relief.approved")
def relief(world: World, alone: World) -> Last:
    """Proposed by the one person."""
    asked = cases.relief(alone)
    return lambda by: actions.settle_relief(by=by, relief=asked, approve=True, on=TODAY)
