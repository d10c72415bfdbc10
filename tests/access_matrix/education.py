"""Study hours: entered by the branch and those above, read by the inspector, the own ones by the member."""

from uuid import UUID

from tests.access_matrix import (
    ASHI,
    BASHI,
    CLERK_A1,
    CLERK_A2,
    COUNTY,
    INSPECTOR,
    MEMBER,
    OFFICES,
    Captured,
    Row,
    deed,
    page,
)
from tests.world import World
from zhibu.education.tests import cases

READ_A1 = {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR, 404: CLERK_A2 + BASHI}
WORK_A1 = {200: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}
DO_A1 = {303: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}
MEMBER_A1 = {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR + MEMBER, 404: CLERK_A2 + BASHI}
REASON = {"reason": "那天没有来", "operation": str(UUID(int=9))}


def branch(world: World) -> Captured:
    return {"branch_id": world.a1.pk}


def unit(world: World) -> Captured:
    return {"organization_id": world.a1.pk}


def session(world: World) -> Captured:
    return {"branch_id": world.a1.pk, "operation": cases.study(world)[0].operation}


def record(world: World) -> Captured:
    return {"record_id": cases.study(world)[0].pk}


def member(world: World) -> Captured:
    return {"member_id": world.members_a1[0].pk}


def other(world: World) -> Captured:
    return {"member_id": world.members_a1[1].pk}


def new_entry(world: World) -> dict[str, object]:
    return {
        "mode": "night_school",
        "subject": "惠农政策",
        "day": cases.DAY.isoformat(),
        "days": "1",
        "tenths": "2",
        "evidence": "签到表",
        "members": [each.pk for each in world.members_a1],
        "operation": str(UUID(int=8)),
    }


ROWS: tuple[Row, ...] = (
    page("reviews:study", {200: OFFICES + INSPECTOR}),
    page("reviews:organization_study", READ_A1, unit),
    page("reviews:member_study", MEMBER_A1, member),
    page(
        "reviews:member_study",
        {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR, 404: CLERK_A2 + BASHI + MEMBER},
        other,
        note="another",
    ),
    page("reviews:study_panel", MEMBER_A1, member),
    page("education:sessions", READ_A1, branch),
    page("education:entry", WORK_A1, branch),
    deed("education:entry", DO_A1, branch, data=new_entry),
    page("education:session", READ_A1, session),
    page("education:session_reversal", WORK_A1, session),
    deed("education:session_reversal", DO_A1, session, data=REASON),
    page("education:reversal", WORK_A1, record),
    deed("education:reversal", DO_A1, record, data=REASON),
)
