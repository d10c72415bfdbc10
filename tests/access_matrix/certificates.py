"""Register, numbering, booklets, handing over, and the public page of verification."""

from tests.access_matrix import (
    ASHI,
    BASHI,
    CLERK_A1,
    CLERK_A2,
    CLERKS,
    COMMITTEES,
    COUNTY,
    EVERYONE,
    INSPECTOR,
    MEMBER,
    Captured,
    Row,
    deed,
    page,
)
from tests.things import numbered, printed, token_of
from tests.world import TODAY, World

READ_A1 = {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR, 404: CLERK_A2 + BASHI}
WORK_A1 = {200: ASHI + COUNTY, 404: BASHI}
DO_A1 = {303: ASHI + COUNTY, 404: BASHI}


def a1(world: World) -> Captured:
    return {"organization_id": world.a1.pk}


def a1_printed(world: World) -> Captured:
    printed(world)
    return a1(world)


def a1_numbered(world: World) -> Captured:
    numbered(world)
    return a1(world)


def member(world: World) -> Captured:
    return {"member_id": world.members_a1[0].pk}


def member_numbered(world: World) -> Captured:
    numbered(world)
    return member(world)


def member_printed(world: World) -> Captured:
    printed(world)
    return member(world)


def batch(world: World) -> Captured:
    return {"batch_id": printed(world).batch_id}


def valid_token(world: World) -> Captured:
    return {"token": token_of(printed(world))}


ORDER = {"issue_date": TODAY.isoformat(), "layout": "pages"}
RECEIPT = {"handed_over_on": TODAY.isoformat(), "receiver": ""}

ROWS: tuple[Row, ...] = (
    page("certificates:register", {200: CLERKS + COMMITTEES + COUNTY + INSPECTOR}),
    page("certificates:organization_register", READ_A1, a1_numbered),
    page("certificates:register_workbook", READ_A1, a1_numbered),
    page("certificates:register_print", READ_A1, a1_numbered),
    deed("certificates:registers", {303: CLERK_A1 + ASHI + COUNTY + INSPECTOR, 404: CLERK_A2 + BASHI}, a1),
    page("certificates:organization_panel", READ_A1, a1),
    page(
        "certificates:member_panel",
        {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR + MEMBER, 404: CLERK_A2 + BASHI},
        member_printed,
    ),
    deed("certificates:numbering", DO_A1, a1),
    deed("certificates:member_numbering", DO_A1, member),
    page("certificates:prints", {200: COMMITTEES + COUNTY}),
    deed("certificates:print_files", DO_A1, batch),
    page("certificates:print_order", WORK_A1, a1_numbered),
    deed("certificates:print_order", DO_A1, a1_numbered, data=ORDER),
    page("certificates:member_print_order", WORK_A1, member_numbered),
    deed("certificates:member_print_order", DO_A1, member_numbered, data=ORDER),
    page("certificates:handover", WORK_A1, a1_printed),
    deed("certificates:handover", DO_A1, a1_printed, data=RECEIPT),
    page("certificates:member_handover", WORK_A1, member_printed),
    deed("certificates:member_handover", DO_A1, member_printed, data=RECEIPT),
    page("certificates:signing_list", WORK_A1, a1_printed),
    page("verification:booklet", {200: EVERYONE}, valid_token, visitor=200, note="valid"),
    page(
        "verification:booklet", {404: EVERYONE}, lambda world: {"token": "forged"}, visitor=404, note="forged"
    ),
)
