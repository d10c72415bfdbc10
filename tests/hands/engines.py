"""Walks of the deeds with policies."""

from tests.hands import Last, walk
from tests.world import TODAY, World
from zhibu.rulebook import actions
from zhibu.rulebook.tests.test_actions import draft


@walk("rulebook.version.confirmed")
def policy(world: World, alone: World) -> Last:
    """Drafted and published by the one person."""
    row = actions.publish_version(by=alone.scope("county_organizer"), version=draft(alone), on=TODAY)
    return lambda by: actions.confirm_version(by=by, version=row, on=TODAY)
