"""Dispositions in the test county: events that took effect, what follows from them, carrying them out."""

from tests.things import printed, token_of
from tests.world import NOW, TODAY, World
from zhibu.certificates import actions
from zhibu.certificates.models import Booklet, Disposition
from zhibu.certificates.rules.copies import Outcome
from zhibu.certificates.summaries.copies import verify
from zhibu.core.access import Scope
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules.events import SPECS, EventKind

SYSTEM = Scope.system("test")


def event_of(member: Member, kind: EventKind, **facts: object) -> MembershipEvent:
    """An event that took effect today, with the standing it leaves."""
    standing = SPECS[kind].standing
    if standing is not None:
        member.standing = standing
        member.save(update_fields=["standing"])
    values: dict[str, object] = {
        "member": member,
        "branch": member.branch,
        "kind": kind,
        "state": "in_effect",
        "decided_on": TODAY,
        "decided_by": "支部党员大会",
        "effective_on": TODAY,
        "proposed_by": "test",
        "proposed_at": NOW,
    }
    return MembershipEvent.objects.create(**{**values, **facts})


def handed_over(world: World) -> Booklet:
    """The copy of the first member of A1, handed over."""
    printed(world)
    actions.hand_over(
        by=world.scope("organizer_ashi"), organization=world.a1, handed_over_on=TODAY, receiver="", on=TODAY
    )
    return Booklet.objects.select_related("certificate__member__branch").get(
        certificate__member=world.members_a1[0]
    )


def proposed(booklet: Booklet, kind: EventKind) -> Disposition:
    """The disposition an event of this kind proposes for the holder."""
    event = event_of(booklet.certificate.member, kind)
    found = actions.follow_event(by=SYSTEM, event=event, on=TODAY)
    assert found is not None
    return found


def state_of(booklet: Booklet) -> tuple[str, str]:
    """State of certificate and copy as stored."""
    fresh = Booklet.objects.select_related("certificate").get(pk=booklet.pk)
    return fresh.certificate.state, fresh.state


def outcome_of(booklet: Booklet) -> Outcome:
    """What the public page says."""
    return verify(token_of(booklet), on=TODAY).outcome


def done(
    world: World, row: Disposition, whereabouts: str, by: str = "organizer_ashi", **facts: object
) -> Disposition:
    """Carried out today with everything every way asks for."""
    values: dict[str, object] = {
        "on_day": TODAY,
        "place": "镇党委档案室",
        "receiver": "吉则日哈（子）",
        "witness": "",
        "note": "上门找过三次",
        "on": TODAY,
    }
    return actions.carry_out(
        by=world.scope(by),
        disposition=row,
        whereabouts=whereabouts,
        **{**values, **facts},  # type: ignore[arg-type]
    )
