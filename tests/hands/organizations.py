"""Walks of the deeds with organizations."""

from tests.hands import Last, walk
from tests.world import TODAY, World
from zhibu.reorganizations import actions
from zhibu.reorganizations.tests import deeds


@walk("reorganizations.reorganization.done")
def reorganization(world: World, alone: World) -> Last:
    """Planned by the one person."""
    plan = deeds.planned(alone, deeds.merge_towns(world))
    return lambda by: actions.do_reorganization(by=by, deed=plan, on=TODAY)
