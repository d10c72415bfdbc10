"""Membership events: who enters, who settles, who may read discipline."""

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
from tests.things import disposal_steps
from tests.world import TODAY, World
from zhibu.members.models import MembershipEvent
from zhibu.members.rules.events import SPECS, Entry, EventKind
from zhibu.mobility.actions import matters

HANDLE = {200: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}


def member(world: World) -> Captured:
    return {"member_id": world.members_a1[0].pk}


def _entered(world: World, kind: EventKind, by: str, **facts: str) -> MembershipEvent:
    steps = disposal_steps(ago(4)) if SPECS[kind].needs_steps else {}
    entry = Entry(kind, ago(4), "支部党员大会", steps=steps, **facts)  # type: ignore[arg-type]
    return matters.enter_event(by=world.scope(by), member=world.members_a1[1], entry=entry, on=TODAY)


def correction(world: World) -> Captured:
    return {"event_id": _entered(world, EventKind.BEGIN_CORRECTION, "secretary_a1").pk}


def warning(world: World) -> Captured:
    return {"event_id": _entered(world, EventKind.WARN, "organizer_ashi", document="阿纪〔2026〕1号").pk}


def leaving(world: World) -> Captured:
    event = _entered(world, EventKind.VOLUNTARY_WITHDRAWAL, "secretary_a1", evidence="本人的退党申请")
    return {"event_id": event.pk}


def new_correction(world: World) -> Captured:
    return {**member(world), "kind": "begin_correction"}


def new_warning(world: World) -> Captured:
    return {**member(world), "kind": "warn"}


ENTRY = {
    "decided_on": ago(4).isoformat(),
    "decided_by": "支部党员大会",
    "months": "6",
    **{step.value: day.isoformat() for step, day in disposal_steps(ago(4)).items()},
}
ANSWER = {"answer": "approve", "settled_on": TODAY.isoformat(), "document": "阿委〔2026〕9号"}

ROWS: tuple[Row, ...] = (
    page("mobility:matters", {200: CLERKS + COMMITTEES + COUNTY}),
    page("mobility:events", HANDLE, member),
    page("mobility:event_new", HANDLE, new_correction, note="correction"),
    deed(
        "mobility:event_new",
        {303: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI},
        new_correction,
        data=ENTRY,
    ),
    page("mobility:event_new", {200: ASHI + COUNTY, 404: CLERK_A2 + BASHI}, new_warning, note="discipline"),
    page("mobility:event", {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR, 404: CLERK_A2 + BASHI}, correction),
    page(
        "mobility:event",
        {200: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI + INSPECTOR},
        warning,
        note="discipline",
    ),
    deed("mobility:event_settlement", {303: ASHI + COUNTY, 404: BASHI}, correction, data=ANSWER),
    deed(
        "mobility:event_filing",
        {303: ASHI + COUNTY, 404: BASHI},
        leaving,
        data={"filed_on": TODAY.isoformat()},
    ),
    deed(
        "mobility:event_cancellation",
        {303: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI},
        correction,
        data={"reason": "登记错了人"},
    ),
    page(
        "mobility:member_panel",
        {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR + MEMBER, 404: CLERK_A2 + BASHI},
        member,
    ),
)
