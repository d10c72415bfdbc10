"""收回 for cause: who keeps the case, who decides, the member's objection."""

from datetime import timedelta

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
from tests.days import ago
from tests.things import printed
from tests.world import TODAY, World
from zhibu.certificates import actions as certificates
from zhibu.certificates.actions import withdrawals
from zhibu.certificates.models import Withdrawal
from zhibu.certificates.rules.withdrawals import Trigger

HANDLE = {200: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}
DONE = {303: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}


def _case(world: World) -> Withdrawal:
    printed(world)
    certificates.hand_over(
        by=world.scope("organizer_ashi"), organization=world.a1, handed_over_on=TODAY, receiver="", on=TODAY
    )
    return withdrawals.open_withdrawal(
        by=world.scope("secretary_a1"),
        member=world.members_a1[0],
        trigger=Trigger.DUES,
        triggered_on=TODAY - timedelta(days=200),
        facts="连续五个月不交党费",
        on=TODAY,
    )


def case(world: World) -> Captured:
    return {"withdrawal_id": _case(world).pk}


def talking(world: World) -> Captured:
    return {**case(world), "deed": "talk"}


def notified(world: World) -> Captured:
    row = _case(world)
    row.state, row.objection_until = "notified", ago(-60)
    row.save()
    return {"withdrawal_id": row.pk}


def member(world: World) -> Captured:
    return {"member_id": world.members_a1[0].pk}


TALK = {"talked_on": TODAY.isoformat(), "talker": "阿措克布", "content": "讲清规定，本人答应补交"}

ROWS: tuple[Row, ...] = (
    page("certificates:withdrawals", {200: CLERKS + COMMITTEES + COUNTY}),
    page("certificates:withdrawal", HANDLE, case),
    deed("certificates:withdrawal_deed", DONE, talking, data=TALK),
    page("certificates:withdrawal_new", HANDLE, member),
    page(
        "certificates:withdrawal_panel",
        {200: CLERK_A1 + ASHI + COUNTY + MEMBER, 404: CLERK_A2 + BASHI + INSPECTOR},
        member,
    ),
    deed("certificates:own_objection", {303: MEMBER}, notified, data={"text": "党费已经补交，有收据"}),
)
