"""Members: list, page, corrections, posts, photo, marked fields, duplicates, the own record."""

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
    SECURITY,
    Captured,
    Row,
    deed,
    page,
)
from tests.days import ago
from tests.things import merge_proposal, photo, post_holding
from tests.world import World
from zhibu.members.actions import propose_unlinking

READERS = OFFICES + INSPECTOR
READ_A1 = {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR, 404: CLERK_A2 + BASHI}
WORK_A1 = {200: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}
DO_A1 = {303: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}


def first(world: World) -> Captured:
    return {"member_id": world.members_a1[0].pk}


def unlinked(world: World) -> Captured:
    return {"member_id": world.members_a1[1].pk}


def wrong_link(world: World) -> Captured:
    row = propose_unlinking(
        by=world.scope("organizer_ashi"), member=world.members_a1[0], reason="关联时选错了人"
    )
    return {"unlinking_id": row.pk}


def a1(world: World) -> Captured:
    return {"organization_id": world.a1.pk}


def held(world: World) -> Captured:
    return {"member_id": world.members_a1[0].pk, "holding_id": post_holding(world).pk}


def with_photo(world: World) -> Captured:
    photo(world)
    return first(world)


def phone(world: World) -> Captured:
    return {**first(world), "field": "phone"}


def resident_id(world: World) -> Captured:
    return {**first(world), "field": "resident_id"}


def proposal(world: World) -> Captured:
    return {"proposal_id": merge_proposal(world).pk}


def pair(world: World) -> dict[str, object]:
    return {
        "kept": world.members_a1[1].pk,
        "dropped": world.members_a1[2].pk,
        "reason": "同一个人登记了两次",
    }


ROWS: tuple[Row, ...] = (
    page("members:list", {200: READERS}),
    page("members:list", {200: READERS}, data={"q": "aemg", "stage": "full"}, note="filtered"),
    page("members:new", {200: OFFICES}),
    page("members:mine", {200: MEMBER}),
    page("members:member", READ_A1, first),
    page("members:correction", WORK_A1, first),
    deed("members:correction", WORK_A1, first, note="incomplete"),
    page("members:roles_to_review", {200: SECURITY}),
    page("members:account", WORK_A1, first),
    deed("members:account", DO_A1, unlinked, data={"username": "nobody"}),
    deed("members:unlinking", DO_A1, first, data={"reason": "选错了人"}),
    deed("members:unlinking_consent", {303: COUNTY, 404: BASHI, 409: ASHI}, wrong_link),
    deed("members:unlinking_refusal", {303: ASHI + COUNTY, 404: CLERK_A2 + BASHI}, wrong_link),
    page("members:posts", WORK_A1, first),
    deed("members:posts", DO_A1, first, data={"post": "secretary", "from_date": ago(323).isoformat()}),
    deed("members:post_end", DO_A1, held, data={"until": ago(23).isoformat()}),
    page("members:photo", WORK_A1, first),
    page("members:photo_image", READ_A1, with_photo),
    page("members:marked_field", WORK_A1, phone, note="phone"),
    deed("members:marked_field", WORK_A1, phone, data={"reason": "通知开会用"}, note="phone"),
    page("members:marked_field", {200: ASHI + COUNTY, 404: BASHI}, resident_id, note="resident id"),
    deed(
        "members:marked_field",
        {200: ASHI + COUNTY, 404: BASHI},
        resident_id,
        data={"reason": "核对入党志愿书"},
        note="resident id",
    ),
    page("members:duplicates", {200: CLERKS + COMMITTEES + COUNTY}),
    deed("members:merge_proposals", DO_A1, data=pair),
    # Ashi proposed it: another person consents.
    deed("members:merge_consent", {303: CLERKS + COUNTY, 404: BASHI, 409: ASHI}, proposal),
    deed("members:merge_refusal", {303: OFFICES, 404: BASHI}, proposal),
    page("members:organization_panel", READ_A1, a1),
)
