"""Floating members and guests: list, calendar, registrations, contacts, return, panel."""

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
from tests.days import ago
from tests.floating import contact, registered
from tests.world import TODAY, World

LISTS = {200: OFFICES + INSPECTOR}
READ_A1 = {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR, 404: CLERK_A2 + BASHI}
WORK_A1 = {200: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}
DO_A1 = {303: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}


def member(world: World) -> Captured:
    return {"member_id": world.members_a1[0].pk}


def floating(world: World) -> Captured:
    return {"floating_id": registered(world).pk}


def one(world: World) -> Captured:
    registered(world)
    return {}


def logged(world: World) -> Captured:
    made = contact(world)
    return {"floating_id": made.floating_id, "contact_id": made.pk}


DETAILS = {
    "from_date": ago(287).isoformat(),
    "destination": "浙江省宁波市",
    "contact_person": "阿措克布",
    "rhythm_months": "3",
}
CONTACT = {"day": TODAY.isoformat(), "way": "phone", "who": "阿措克布"}


def guest(world: World) -> dict[str, object]:
    return {**DETAILS, "branch": world.a1.pk, "name": "沙马阿依", "home": "中共美姑县某村支部"}


ROWS: tuple[Row, ...] = (
    page("mobility:floating", LISTS),
    page("mobility:floating_table", LISTS, one),
    page("mobility:floating_calendar", LISTS),
    page("mobility:floating_unregistered", LISTS),
    page("mobility:floating_pick", {200: OFFICES}, data={"q": "ae"}),
    page("mobility:guest_new", {200: OFFICES}),
    # Who does not handle A1 cannot choose it: the form comes back.
    deed("mobility:guest_new", {303: CLERK_A1 + ASHI + COUNTY, 422: CLERK_A2 + BASHI}, data=guest),
    page("mobility:floating_new", WORK_A1, member),
    deed("mobility:floating_new", DO_A1, member, data=DETAILS),
    page("mobility:registration", READ_A1, floating),
    page("mobility:registration_correction", WORK_A1, floating),
    deed("mobility:registration_correction", DO_A1, floating, data=DETAILS),
    deed("mobility:contacts", DO_A1, floating, data=CONTACT),
    deed("mobility:contact_withdrawal", DO_A1, logged),
    page("mobility:registration_return", WORK_A1, floating),
    deed("mobility:registration_return", DO_A1, floating, data={"day": TODAY.isoformat()}),
    page("mobility:registration_phone", WORK_A1, floating),
    deed("mobility:registration_phone", WORK_A1, floating, data={"reason": "按期电话联系"}),
    page(
        "mobility:floating_panel",
        {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR + MEMBER, 404: CLERK_A2 + BASHI},
        member,
    ),
)
