"""Events of memberships, made when a test asks."""

from datetime import date, timedelta

from tests.things import disposal_steps, printed
from tests.world import TODAY, World
from zhibu.certificates import actions as certificates
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules.events import (
    SPECS,
    Entry,
    EventKind,
)
from zhibu.mobility.actions import matters as actions

LAST_YEAR = TODAY - timedelta(days=400)


def entry(kind: EventKind, **facts: object) -> Entry:
    """A complete entry of this kind; ``facts`` override."""
    spec = SPECS[kind]
    values = {
        "kind": kind,
        "decided_on": TODAY,
        "decided_by": "支部党员大会",
        "document": "越普委〔2026〕3号" if spec.needs_document else "",
        "since": date(2025, 1, 5) if spec.needs_since else None,
        "evidence": "会议记录和谈话记录" if spec.needs_evidence else "",
        "months": spec.months[0] if spec.months else None,
        **facts,
    }
    if spec.needs_steps:
        values.setdefault("steps", disposal_steps(values["decided_on"]))  # type: ignore[arg-type]
    return Entry(**values)  # type: ignore[arg-type]


def entered(world: World, kind: EventKind, member: Member, by: str = "", **facts: object) -> MembershipEvent:
    """Entered by the clerk, or by the township for discipline."""
    who = by or ("organizer_ashi" if SPECS[kind].is_discipline else "secretary_a1")
    return actions.enter_event(by=world.scope(who), member=member, entry=entry(kind, **facts), on=TODAY)


def approved(
    world: World, event: MembershipEvent, by: str = "county_organizer", **facts: object
) -> MembershipEvent:
    """Approved by the county's organizer."""
    values = {"approve": True, "settled_on": TODAY, "document": "越组〔2026〕8号", "on": TODAY, **facts}
    return actions.settle_event(by=world.scope(by), event=event, **values)  # type: ignore[arg-type]


def issued(world: World) -> None:
    """Everyone in A1 holds a booklet."""
    printed(world)
    certificates.hand_over(
        by=world.scope("organizer_ashi"), organization=world.a1, handed_over_on=TODAY, receiver="", on=TODAY
    )
