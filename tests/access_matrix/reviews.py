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
    page("reviews:reviews", {200: CLERKS + COMMITTEES + COUNTY + INSPECTOR}),
    page("reviews:organization_reviews", READ, a1),
    page("reviews:reviews_print", READ, a1),
    page("reviews:not_reviewed", READ, a1),
    deed("reviews:reviews_clear", {303: ASHI + COUNTY, 404: BASHI}, a1, data={**YEAR, "seen": ""}),
    # Nobody of A1 has a certificate there, so an empty year of the past closes.
    deed("reviews:year_close", {303: ASHI + COUNTY, 404: BASHI}, a1, data=YEAR),
    page("reviews:member_review", READ, member),
    deed(
        "reviews:member_review",
        {303: ASHI + COUNTY, 404: CLERK_A2 + BASHI},
        member,
        data={**YEAR, "result": "passed", "reason": ""},
    ),
    page(
        "reviews:review_panel",
        {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR + MEMBER, 404: CLERK_A2 + BASHI},
        member,
    ),
)
