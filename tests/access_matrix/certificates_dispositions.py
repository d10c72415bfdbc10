"""What becomes of certificates: the list, one of them, carrying out, destruction, the printed list."""

from tests.access_matrix import (
    ASHI,
    BASHI,
    CLERK_A1,
    CLERK_A2,
    CLERKS,
    COMMITTEES,
    COUNTY,
    INSPECTOR,
    Captured,
    Row,
    deed,
    page,
)
from tests.things import printed
from tests.world import NOW, TODAY, World
from zhibu.certificates import actions
from zhibu.certificates.models import Disposition
from zhibu.certificates.rules.dispositions import Whereabouts
from zhibu.core.access import Scope
from zhibu.members.models import MembershipEvent
from zhibu.members.rules.events import EventKind

READ_A1 = {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR, 404: CLERK_A2 + BASHI}
WORK_A1 = {200: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}
DAY = TODAY.isoformat()


def _proposed(world: World, kind: EventKind) -> Disposition:
    printed(world)
    member = world.members_a1[0]
    event = MembershipEvent.objects.create(
        member=member,
        branch=member.branch,
        kind=kind,
        state="in_effect",
        decided_on=TODAY,
        decided_by="支部党员大会",
        effective_on=TODAY,
        proposed_by="test",
        proposed_at=NOW,
    )
    row = actions.follow_event(by=Scope.system("test"), event=event, on=TODAY)
    assert row is not None
    return row


def a1(world: World) -> Captured:
    return {"organization_id": world.a1.pk}


def held(world: World) -> Captured:
    return {"disposition_id": _proposed(world, EventKind.BEGIN_PARTY_PROBATION).pk}


def ended(world: World) -> Captured:
    return {"disposition_id": _proposed(world, EventKind.SELF_SEVERED).pk}


def reclaimed(world: World) -> Captured:
    row = _proposed(world, EventKind.SELF_SEVERED)
    actions.carry_out(
        by=world.scope("organizer_ashi"),
        disposition=row,
        whereabouts=Whereabouts.RECLAIMED,
        on_day=TODAY,
        place="镇党委档案室",
        on=TODAY,
    )
    return {"disposition_id": row.pk}


def reported(world: World) -> Captured:
    made = reclaimed(world)
    actions.report_destruction(
        by=world.scope("organizer_ashi"),
        disposition=Disposition.objects.get(pk=str(made["disposition_id"])),
        on_day=TODAY,
        on=TODAY,
    )
    return made


CUSTODY = {"whereabouts": "branch_custody", "on_day": DAY, "place": "村党群服务中心"}
RECLAIMED = {"whereabouts": "reclaimed", "on_day": DAY, "place": "镇党委档案室"}
DESTROYED = {"on_day": DAY}

ROWS: tuple[Row, ...] = (
    page("certificates:dispositions", {200: CLERKS + COMMITTEES + COUNTY + INSPECTOR}),
    page("certificates:organization_dispositions", READ_A1, a1),
    page("certificates:disposition_print", READ_A1, a1),
    page("certificates:disposition", READ_A1, held),
    page("certificates:disposition_carry_out", WORK_A1, held),
    deed(
        "certificates:disposition_carry_out",
        {303: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI},
        held,
        data=CUSTODY,
        note="kept by the branch",
    ),
    deed(
        "certificates:disposition_carry_out",
        {303: ASHI + COUNTY, 409: CLERK_A1, 404: CLERK_A2 + BASHI},
        ended,
        data=RECLAIMED,
        note="made void by the committee",
    ),
    page("certificates:disposition_destroy", WORK_A1, reclaimed),
    deed(
        "certificates:disposition_destroy",
        {303: ASHI + COUNTY, 403: CLERK_A1, 404: CLERK_A2 + BASHI},
        reclaimed,
        data=DESTROYED,
    ),
    deed(
        "certificates:disposition_destroyed",
        {303: COUNTY, 409: ASHI, 403: CLERK_A1, 404: CLERK_A2 + BASHI},
        reported,
        note="never by who reported it",
    ),
    deed(
        "certificates:disposition_not_destroyed",
        {303: ASHI + COUNTY, 403: CLERK_A1, 404: CLERK_A2 + BASHI},
        reported,
    ),
)
