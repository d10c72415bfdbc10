"""Walks of the deeds with dues."""

from tests.hands import Last, walk
from tests.world import TODAY, World
from zhibu.dues import actions
from zhibu.dues.tests import cases


@walk("dues.relief.approved")
def relief(world: World, alone: World) -> Last:
    """Proposed by the one person."""
    asked = cases.relief(alone)
    return lambda by: actions.settle_relief(by=by, relief=asked, approve=True, on=TODAY)
