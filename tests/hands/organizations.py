"""Walks of the deeds with organizations."""

from tests.hands import Last, walk
from tests.world import TODAY, World
from zhibu.cycles import actions
from zhibu.cycles.tests import deeds


@walk("cycles.reorganization.done")
def reorganization(world: World, alone: World) -> Last:
    """Planned by the one person."""
    plan = deeds.planned(alone, deeds.merge_towns(world))
    return lambda by: actions.do_reorganization(by=by, deed=plan, on=TODAY)
