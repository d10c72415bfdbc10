"""Meetings in the test county in numbers, for budgets of queries."""

from datetime import timedelta

from tests.days import ago
from tests.world import TODAY, World, make_member, make_organization
from zhibu.meetings import actions
from zhibu.meetings.models import Meeting
from zhibu.meetings.rules.village import Step

MORE = 30
DAY = ago(23)


def one_meeting(world: World) -> Meeting:
    """A members' meeting of A1 that was held."""
    meeting = actions.plan_meeting(
        by=world.scope("secretary_a1"), branch=world.a1, kind="members_meeting", day=DAY, on=TODAY
    )
    return actions.hold_meeting(by=world.scope("secretary_a1"), meeting=meeting, on=TODAY)


def more_meetings(world: World) -> None:
    """Thirty further meetings of A1, some only planned, with thirty members more and thirty decisions."""
    by = world.scope("secretary_a1")
    meeting = one_meeting(world)
    for n in range(MORE):
        make_member(branch=world.a1)
        actions.record_decision(
            by=by,
            meeting=meeting,
            text=f"第{n}件事",
            owner=world.members_a1[0],
            due_on=DAY + timedelta(days=n),
            on=TODAY,
        )
        row = actions.plan_meeting(
            by=by, branch=world.a1, kind="theme_party_day", day=DAY, title=f"第{n}次", on=TODAY
        )
        if n % 2:
            actions.hold_meeting(by=by, meeting=row, on=TODAY)


def more_branches_that_meet(world: World) -> None:
    """Thirty further branches of Ashi with a member and a meeting each."""
    for n in range(MORE):
        branch = make_organization(
            parent=world.ashi,
            kind="branch",
            category="village",
            code=f"5134001014{n:02d}",
            name=f"中共凉县阿市镇会{n}村支部委员会",
            short_name=f"会{n}村党支部",
            segment=f"{n + 200:03d}",
        )
        make_member(branch=branch)
        meeting = actions.plan_meeting(
            by=world.scope("organizer_ashi"), branch=branch, kind="theme_party_day", day=DAY, on=TODAY
        )
        actions.hold_meeting(by=world.scope("organizer_ashi"), meeting=meeting, on=TODAY)


def one_matter(world: World) -> None:
    """A village matter of A1 with a step."""
    by = world.scope("secretary_a1")
    row = actions.open_matter(by=by, branch=world.a1, title="修路", opened_on=DAY, on=TODAY)
    actions.record_step(by=by, matter=row, step=Step(1, DAY), minutes="提议", on=TODAY)


def more_matters(world: World) -> None:
    """Thirty further ones."""
    for n in range(MORE):
        actions.open_matter(
            by=world.scope("secretary_a1"), branch=world.a1, title=f"第{n}项", opened_on=DAY, on=TODAY
        )
