"""A past month's page shows who was on probation and who was away at its end, not what they are today."""

from datetime import date

from tests.days import day_in, month_back
from tests.world import TODAY, World, make_member
from zhibu.core.access import Scope
from zhibu.core.dates import add_months
from zhibu.members.models import Member
from zhibu.members.rules.events import EventKind
from zhibu.mobility.actions.matters import enter_event, settle_event
from zhibu.mobility.tests.cases import entry
from zhibu.months.summaries.page import RowView, month_page
from zhibu.months.tests.month_steps import MONTH, opened


def line(world: World, member: Member, month: int = MONTH) -> RowView:
    page = month_page(opened(world, month=month, meeting=False), submit_day=10)
    return next(row for row in page.rows if row.member == member.pk)


def test_who_was_confirmed_since_was_on_probation_then(world: World) -> None:
    full_on = day_in(month_back(), 1)
    member = make_member(
        branch=world.a1, stage="probationary", join_date=add_months(full_on, -12), confirmation_date=None
    )
    assert "预备" in line(world, member).tags
    event = enter_event(
        by=Scope.system("登记"), member=member, entry=entry(EventKind.CONFIRM, decided_on=TODAY), on=TODAY
    )
    settle_event(by=Scope.system("批准"), event=event, approve=True, settled_on=TODAY, document="", on=TODAY)
    assert Member.objects.get(pk=member.pk).stage == "full"
    assert "预备" in line(world, member).tags
    assert "预备" not in line(world, member, month_back()).tags


def test_who_went_away_since_was_at_home_then(world: World) -> None:
    member = world.members_a1[1]
    left = max(day_in(month_back(), 1), date(2000, 1, 1))
    enter_event(
        by=Scope.system("登记"),
        member=member,
        entry=entry(EventKind.GO_FLOATING, decided_on=left),
        on=TODAY,
        internal=True,
    )
    assert Member.objects.get(pk=member.pk).is_floating
    then, now = line(world, member), line(world, member, month_back())
    assert (then.is_floating, "流动" in then.tags) == (False, False)
    assert (now.is_floating, "流动" in now.tags) == (True, True)
