"""The search for members who cannot be found."""

from tests.access_matrix import (
    ASHI,
    BASHI,
    CLERK_A1,
    CLERK_A2,
    COUNTY,
    INSPECTOR,
    OFFICES,
    Captured,
    Row,
    deed,
    page,
)
from tests.days import ago
from tests.floating import lost_case
from tests.world import TODAY, World

READ_A1 = {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR, 404: CLERK_A2 + BASHI}
WORK_A1 = {200: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}
DO_A1 = {303: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}


def member(world: World) -> Captured:
    return {"member_id": world.members_a1[1].pk}


def case(world: World) -> Captured:
    return {"case_id": lost_case(world).pk}


SEARCH = {"day": TODAY.isoformat(), "way": "relatives", "who": "阿措克布", "result": "家人也没有消息"}
FOUND = {"day": TODAY.isoformat(), "note": "本人打来电话"}

ROWS: tuple[Row, ...] = (
    page("mobility:lost", {200: OFFICES + INSPECTOR}),
    page("mobility:lost_new", WORK_A1, member),
    deed("mobility:lost_new", DO_A1, member, data={"last_contact_on": ago(277).isoformat()}),
    page("mobility:lost_case", READ_A1, case),
    deed("mobility:lost_searches", DO_A1, case, data=SEARCH),
    page("mobility:lost_found", WORK_A1, case),
    deed("mobility:lost_found", DO_A1, case, data=FOUND),
)
