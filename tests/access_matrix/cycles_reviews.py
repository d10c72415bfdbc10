"""The annual review: read by branch and above, decided by committee and county."""

from tests.access_matrix import (
    ASHI,
    BASHI,
    CLERK_A1,
    CLERK_A2,
    CLERKS,
    COMMITTEES,
    COUNTY,
    INSPECTOR,
    MEMBER,
    Captured,
    Row,
    deed,
    page,
)
from tests.things import printed
from tests.world import World
from zhibu.certificates.models import Certificate

READ = {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR, 404: CLERK_A2 + BASHI}
YEAR = {"year": "2025"}


def a1(world: World) -> Captured:
    return {"organization_id": world.a1.pk}


def member(world: World) -> Captured:
    printed(world)
    Certificate.objects.update(state="active")
    return {"member_id": world.members_a1[0].pk}


ROWS: tuple[Row, ...] = (
    page("cycles:reviews", {200: CLERKS + COMMITTEES + COUNTY + INSPECTOR}),
    page("cycles:organization_reviews", READ, a1),
    page("cycles:reviews_print", READ, a1),
    page("cycles:not_reviewed", READ, a1),
    deed("cycles:reviews_clear", {303: ASHI + COUNTY, 404: BASHI}, a1, data={**YEAR, "seen": ""}),
    # Nobody of A1 has a certificate there, so an empty year of the past closes.
    deed("cycles:year_close", {303: ASHI + COUNTY, 404: BASHI}, a1, data=YEAR),
    page("cycles:member_review", READ, member),
    deed(
        "cycles:member_review",
        {303: ASHI + COUNTY, 404: CLERK_A2 + BASHI},
        member,
        data={**YEAR, "result": "passed", "reason": ""},
    ),
    page(
        "cycles:review_panel",
        {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR + MEMBER, 404: CLERK_A2 + BASHI},
        member,
    ),
)
