"""Points: months, entries, approvals, publicity, objections, years."""

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
from tests.days import month_back
from tests.world import TODAY, World
from zhibu.points.tests import cases

READ_A1 = {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR, 404: CLERK_A2 + BASHI}
WORK_A1 = {200: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}
DO_A1 = {303: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}
OTHERS_DO_A1 = {303: ASHI + COUNTY, 409: CLERK_A1, 404: CLERK_A2 + BASHI}


def a1(world: World) -> Captured:
    return {"organization_id": world.a1.pk}


def october(world: World) -> Captured:
    return {"organization_id": world.a1.pk, "month": month_back(1)}


def year(world: World) -> Captured:
    return {"organization_id": world.a1.pk, "number": 2026}


def member(world: World) -> Captured:
    cases.approved(world)
    return {"member_id": world.members_a1[0].pk}


def other(world: World) -> Captured:
    return {"member_id": world.members_a1[1].pk}


def waiting(world: World) -> Captured:
    return {"entry_id": cases.entry(world).pk}


def approved(world: World) -> Captured:
    return {"entry_id": cases.approved(world).pk}


def published(world: World) -> Captured:
    return {"entry_id": cases.published(world).pk}


def published_other(world: World) -> Captured:
    return {"entry_id": cases.published(world, member=world.members_a1[1]).pk}


def objection(world: World) -> Captured:
    return {"objection_id": cases.objection(world).pk}


def new_entry(world: World) -> dict[str, object]:
    return {
        "member": world.members_a1[1].pk,
        "item": "B02",
        "fact_on": TODAY.isoformat(),
        "evidence": "签到表",
        "operation": str(UUID(int=7)),
    }


REASON = {"reason": "登记错了人"}
TEXT = {"text": "那天我在场，签到表上有"}
RESULT = {"is_right": "no", "result": "查了签到表，没有签字"}
CLASS = {"member_class": "C", "reason": "县医院证明"}

ROWS: tuple[Row, ...] = (
    page("points:home", {200: OFFICES + INSPECTOR}),
    page("points:organization", READ_A1, a1),
    page("points:catalogue", {200: OFFICES + INSPECTOR + MEMBER}),
    page("points:approvals", {200: OFFICES}),
    deed("points:approvals", {303: OFFICES}),
    page("points:objections", {200: OFFICES}),
    page("points:objection", WORK_A1, objection),
    deed("points:objection", OTHERS_DO_A1 | {303: COUNTY, 409: CLERK_A1 + ASHI}, objection, data=RESULT),
    page("points:entry", READ_A1, waiting),
    deed("points:entry_approval", OTHERS_DO_A1, waiting),
    deed("points:entry_refusal", DO_A1, waiting, data=REASON),
    deed("points:entry_reversal", DO_A1, approved, data=REASON),
    page("points:entry_new", WORK_A1, a1),
    deed("points:entry_new", DO_A1, a1, data=new_entry),
    page("points:objection_new", {200: CLERK_A1 + ASHI + COUNTY + MEMBER, 404: CLERK_A2 + BASHI}, published),
    deed(
        "points:objection_new",
        {303: CLERK_A1 + ASHI + COUNTY + MEMBER, 404: CLERK_A2 + BASHI},
        published,
        data=TEXT,
    ),
    page(
        "points:objection_new",
        {200: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI + MEMBER},
        published_other,
        note="about another",
    ),
    page(
        "points:member",
        {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR + MEMBER, 404: CLERK_A2 + BASHI},
        member,
    ),
    page(
        "points:member",
        {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR, 404: CLERK_A2 + BASHI + MEMBER},
        other,
        note="another",
    ),
    page(
        "points:member_panel",
        {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR + MEMBER, 404: CLERK_A2 + BASHI},
        member,
    ),
    page("points:member_class", WORK_A1, other),
    deed("points:member_class", DO_A1, other, data=CLASS),
    page("points:publicity", READ_A1, october),
    deed("points:publicity", DO_A1, october),
    page("points:publicity_print", READ_A1, october),
    page("points:year", READ_A1, year),
    page("points:workbook", READ_A1, a1),
    page("points:year_workbook", READ_A1, year),
    deed("points:year_opening", DO_A1, year),
)
