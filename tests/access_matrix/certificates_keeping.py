"""Custody, lost and full copies, their application form."""

from tests.access_matrix import (
    ASHI,
    BASHI,
    CLERK_A1,
    CLERK_A2,
    COUNTY,
    MEMBER,
    OFFICES,
    Captured,
    Row,
    deed,
    page,
)
from tests.things import printed
from tests.world import TODAY, World
from zhibu.certificates import actions
from zhibu.certificates.models import Booklet, BookletRequest, Custody

KEEP_A1 = CLERK_A1 + ASHI + COUNTY
OUTSIDE = CLERK_A2 + BASHI
DAY = TODAY.isoformat()


def copy(world: World) -> Booklet:
    """The first member's copy, handed over."""
    printed(world)
    actions.hand_over(
        by=world.scope("organizer_ashi"),
        organization=world.a1,
        member=world.members_a1[0],
        handed_over_on=TODAY,
        receiver="",
        on=TODAY,
    )
    return Booklet.objects.get(certificate__member=world.members_a1[0])


def reported(world: World) -> BookletRequest:
    """A loss the member told."""
    copy(world)
    return actions.report_request(
        by=world.scope("member_a1"),
        member=world.members_a1[0],
        cause="lost",
        statement="丢了",
        happened_on=TODAY,
        on=TODAY,
    )


def confirmed(world: World) -> BookletRequest:
    """A loss the branch confirmed."""
    return actions.confirm_request(
        by=world.scope("secretary_a1"),
        request=reported(world),
        confirmation="属实",
        old_returned=False,
        on=TODAY,
    )


def custody(world: World) -> Custody:
    """The first member's copy, kept at the branch."""
    return actions.take_into_custody(
        by=world.scope("secretary_a1"),
        booklet=copy(world),
        cause="request",
        reason="外出务工",
        place="文件柜",
        keeper="阿措克布",
        from_date=TODAY,
        on=TODAY,
    )


def member_with_copy(world: World) -> Captured:
    return {"member_id": copy(world).certificate.member_id}


def a_reported(world: World) -> Captured:
    return {"request_id": reported(world).pk}


def a_confirmed(world: World) -> Captured:
    return {"request_id": confirmed(world).pk}


def a_custody(world: World) -> Captured:
    return {"custody_id": custody(world).pk}


CUSTODY = {"reason": "外出务工", "place": "文件柜", "keeper": "阿措克布", "from_date": DAY}
REQUEST = {"cause": "lost", "happened_on": DAY, "statement": "丢了"}
ORDER = {"issue_date": DAY, "layout": "pages"}

ROWS: tuple[Row, ...] = (
    page("certificates:requests", {200: OFFICES}),
    page("certificates:member_request", {200: KEEP_A1 + MEMBER, 404: OUTSIDE}, member_with_copy),
    deed(
        "certificates:member_request",
        {303: KEEP_A1 + MEMBER, 404: OUTSIDE},
        member_with_copy,
        data=REQUEST,
    ),
    page("certificates:request", {200: KEEP_A1 + MEMBER, 404: OUTSIDE}, a_reported),
    page("certificates:request", {200: KEEP_A1 + MEMBER, 404: OUTSIDE}, a_confirmed, note="confirmed"),
    deed(
        "certificates:request_confirm",
        {303: KEEP_A1, 404: OUTSIDE},
        a_reported,
        data={"confirmation": "属实"},
    ),
    deed("certificates:request_refuse", {303: KEEP_A1, 404: OUTSIDE}, a_reported, data={"reason": "不属实"}),
    deed(
        "certificates:request_refuse",
        {303: ASHI + COUNTY, 403: CLERK_A1, 404: OUTSIDE},
        a_confirmed,
        data={"reason": "不属实"},
        note="confirmed",
    ),
    deed("certificates:request_take_back", {303: KEEP_A1 + MEMBER, 404: OUTSIDE}, a_reported),
    deed("certificates:request_reissue", {303: ASHI + COUNTY, 404: BASHI}, a_confirmed, data=ORDER),
    deed("certificates:request_found", {303: KEEP_A1, 404: OUTSIDE}, a_confirmed),
    page("certificates:request_print", {200: KEEP_A1 + MEMBER, 404: OUTSIDE}, a_reported),
    page("certificates:custodies", {200: OFFICES}),
    page("certificates:custodies_workbook", {200: OFFICES}),
    page("certificates:member_custody", {200: KEEP_A1, 404: OUTSIDE}, member_with_copy),
    deed("certificates:member_custody", {303: KEEP_A1, 404: OUTSIDE}, member_with_copy, data=CUSTODY),
    page("certificates:custody_return", {200: KEEP_A1, 404: OUTSIDE}, a_custody),
    deed("certificates:custody_return", {303: KEEP_A1, 404: OUTSIDE}, a_custody, data={"until": DAY}),
)
