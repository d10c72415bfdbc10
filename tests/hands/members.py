"""Walks of the deeds with members' records."""

from tests.hands import Last, walk
from tests.things import merge_proposal
from tests.world import TODAY, World
from zhibu.members import actions


@walk("members.merge.consented")
def merge_across_branches(world: World, alone: World) -> Last:
    """Proposed by the one person, who consents for one of the two branches."""
    proposal = merge_proposal(alone)
    actions.consent_merge(by=alone.scope("secretary_a1"), proposal=proposal, on=TODAY)
    return lambda by: actions.consent_merge(by=by, proposal=proposal, on=TODAY)
