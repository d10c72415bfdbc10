"""Rewards, register of penalties, appeals, panels."""

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
    OFFICES,
    Captured,
    Row,
    deed,
    page,
)
from tests.world import TODAY, World
from zhibu.conduct.tests import cases

WORK_A1 = {200: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}
DO_A1 = {303: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}


def a1(world: World) -> Captured:
    cases.reward(world)
    cases.penalty(world)
    return {"organization_id": world.a1.pk}


def member(world: World) -> Captured:
    a1(world)
    return {"member_id": world.members_a1[0].pk}


def reward(world: World) -> Captured:
    return {"reward_id": cases.reward(world).pk}


def county_reward(world: World) -> Captured:
    row = cases.reward(world)
    row.level = "county"
    row.save()
    return {"reward_id": row.pk}


def event(world: World) -> Captured:
    return {"event_id": cases.penalty(world).pk}


def other_event(world: World) -> Captured:
    return {"event_id": cases.penalty(world, member=world.members_a1[1]).pk}


def withdrawal(world: World) -> Captured:
    return {"withdrawal_id": cases.withdrawal(world).pk}


def appeal(world: World) -> Captured:
    return {"appeal_id": cases.appeal(world).pk}


def assigned(world: World) -> Captured:
    return {"appeal_id": cases.assigned(world).pk}


def second(world: World) -> dict[str, object]:
    return {"examiner": str(world.people["county_organizer_2"].pk)}


REWARD = {
    "level": "branch",
    "title": "先进党员",
    "awarded_on": "2022-07-01",
    "awarded_by": "尔木村党支部",
    "document": "",
}
REASON = {"reason": "登记错了人"}
STATEMENT = {"statement": cases.STATEMENT, "filed_on": TODAY.isoformat()}
RESULT = {
    "upheld": "yes",
    "document": cases.DOCUMENT,
    "result": cases.RESULT,
    "decided_on": TODAY.isoformat(),
}

ROWS: tuple[Row, ...] = (
    page("conduct:rewards", {200: OFFICES}),
    page("conduct:organization_rewards", WORK_A1, a1),
    page("conduct:rewards_download", WORK_A1, a1),
    page("conduct:reward_new", WORK_A1, member),
    deed("conduct:reward_new", DO_A1, member, data=REWARD),
    page("conduct:reward_reversal", WORK_A1, reward),
    deed("conduct:reward_reversal", DO_A1, reward, data=REASON),
    deed(
        "conduct:reward_reversal",
        {422: CLERK_A1, 303: ASHI + COUNTY, 404: CLERK_A2 + BASHI},
        county_reward,
        data=REASON,
        note="of the county",
    ),
    page("conduct:penalties", {200: CLERKS + COMMITTEES + COUNTY}),
    page("conduct:organization_penalties", WORK_A1, a1),
    page("conduct:penalties_print", WORK_A1, a1),
    page("conduct:appeals", {200: COMMITTEES + COUNTY}),
    page(
        "conduct:appeal",
        {200: CLERK_A1 + ASHI + COUNTY + MEMBER, 404: CLERK_A2 + BASHI},
        appeal,
    ),
    deed("conduct:appeal_examiner", {303: ASHI + COUNTY, 404: BASHI}, appeal, data=second),
    deed(
        "conduct:appeal_result",
        {303: ("county_organizer_2",), 409: (*ASHI, "county_organizer"), 404: BASHI},
        assigned,
        data=RESULT,
    ),
    deed(
        "conduct:appeal_withdrawal",
        {303: CLERK_A1 + ASHI + COUNTY + MEMBER, 404: CLERK_A2 + BASHI},
        appeal,
    ),
    page(
        "conduct:appeal_new",
        {200: CLERK_A1 + ASHI + COUNTY + MEMBER, 404: CLERK_A2 + BASHI},
        event,
    ),
    deed(
        "conduct:appeal_new",
        {303: CLERK_A1 + ASHI + COUNTY + MEMBER, 404: CLERK_A2 + BASHI},
        event,
        data=STATEMENT,
    ),
    page(
        "conduct:appeal_new",
        {200: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI + MEMBER},
        other_event,
        note="about another",
    ),
    page(
        "conduct:withdrawal_appeal_new",
        {200: CLERK_A1 + ASHI + COUNTY + MEMBER, 404: CLERK_A2 + BASHI},
        withdrawal,
    ),
    deed(
        "conduct:withdrawal_appeal_new",
        {303: CLERK_A1 + ASHI + COUNTY + MEMBER, 404: CLERK_A2 + BASHI},
        withdrawal,
        data=STATEMENT,
    ),
    page(
        "conduct:member_panel",
        {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR, 404: CLERK_A2 + BASHI},
        member,
    ),
    page("conduct:own_panel", {200: MEMBER}, member),
)
