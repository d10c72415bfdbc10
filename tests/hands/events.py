"""Walks of the events of a membership, penalties and appeals."""

from tests.days import ago
from tests.hands import Last, walk
from tests.things import begin_county, disposal_steps
from tests.world import TODAY, World
from zhibu.accounts.models import User
from zhibu.conduct.actions import assign_appeal, record_past_penalties
from zhibu.conduct.tests import cases
from zhibu.members.models import MembershipEvent
from zhibu.members.rules.events import Entry, EventKind
from zhibu.mobility.actions.matters import enter_event, settle_event


def _entered(county: World) -> MembershipEvent:
    """A correction period over the first member of A1."""
    return enter_event(
        by=county.scope("secretary_a1"),
        member=county.members_a1[0],
        entry=Entry(
            kind=EventKind.BEGIN_CORRECTION,
            decided_on=ago(84),
            decided_by="支部党员大会",
            steps=disposal_steps(ago(84)),
            months=6,
            grounds="不参加组织生活",
        ),
        on=TODAY,
    )


@walk("members.event.took_effect")
def approval(world: World, alone: World) -> Last:
    """Entered by the one person."""
    event = _entered(alone)
    return lambda by: settle_event(
        by=by, event=event, approve=True, settled_on=TODAY, document="阿委〔2026〕9号", on=TODAY
    )


@walk("members.event.took_effect:past_penalty")
def past_penalty(world: World, alone: World) -> Last:
    """A warning of this autumn by the sheet of past years; the county began in summer."""
    begin_county(ago(146))
    record_past_penalties(
        by=alone.scope("organizer_ashi"),
        rows=[
            (
                alone.members_a1[0],
                Entry(EventKind.WARN, ago(84), "中共凉县纪委", document="凉纪〔2026〕3号"),
                None,
            )
        ],
        on=TODAY,
    )
    event = MembershipEvent.objects.get()
    return lambda by: settle_event(by=by, event=event, approve=True, settled_on=TODAY, document="", on=TODAY)


@walk("conduct.appeal.assigned")
def appeal(world: World, alone: World) -> Last:
    """Entered by the one person, approved by another; whoever assigns takes the appeal over."""
    event = settle_event(
        by=world.scope("organizer_ashi"),
        event=_entered(alone),
        approve=True,
        settled_on=TODAY,
        document="阿委〔2026〕9号",
        on=TODAY,
    )
    filed = cases.appeal(world, event)
    return lambda by: assign_appeal(
        by=by, appeal=filed, examiner=User.objects.get(pk=by.user_id or 0), on=TODAY
    )
