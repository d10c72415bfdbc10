"""Proposals of new members: who sees, who decides, who takes back."""

from tests.access_matrix import (
    ASHI,
    BASHI,
    CLERK_A1,
    CLERK_A2,
    COUNTY,
    OFFICES,
    Captured,
    Row,
    deed,
    page,
)
from tests.things import enrollment_proposal
from tests.world import World


def proposed(world: World) -> Captured:
    return {"proposal_id": enrollment_proposal(world).pk}


def answer(world: World) -> dict[str, object]:
    return {"rows": str(enrollment_proposal(world).pk), "answer": "accept"}


ROWS: tuple[Row, ...] = (
    page("mobility:enrollments", {200: OFFICES}),
    page("mobility:enrollment", {200: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}, proposed),
    deed("mobility:enrollment_decisions", {303: ASHI + COUNTY, 409: BASHI}, data=answer),
    deed(
        "mobility:enrollment_withdrawal",
        {303: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI},
        proposed,
        data={"reason": "填错了人"},
    ),
)
