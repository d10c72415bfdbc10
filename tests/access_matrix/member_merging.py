"""Merging two records of one person, and parting them again."""

from tests.access_matrix import ASHI, BASHI, CLERK_A1, CLERK_A2, COUNTY, Captured, Row, deed, page
from tests.things import merge_proposal
from tests.world import World


def proposal(world: World) -> Captured:
    return {"proposal_id": merge_proposal(world).pk}


ROWS: tuple[Row, ...] = (
    page("reorganizations:merge", {200: CLERK_A1 + CLERK_A2 + ASHI + COUNTY, 404: BASHI}, proposal),
    # Not yet consented by both: refused with a sentence; who covers one side only is denied.
    deed("reorganizations:merge", {409: CLERK_A1 + ASHI + COUNTY, 404: BASHI}, proposal),
    deed(
        "reorganizations:merge_parting",
        {409: ASHI + COUNTY, 404: BASHI},
        proposal,
        data={"reason": "核对照片，不是一个人"},
    ),
)
