"""A branch is asked for the meetings of the time it was there, with the members and the committee of that time."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.days import TODAY, day_in, month_back
from tests.world import World, grant, make_member, make_organization, make_user
from zhibu.meetings.rules.duties import Branch, Every, duties, period_of
from zhibu.meetings.rules.kinds import Kind
from zhibu.meetings.summaries.overview import duties_of, facts_of_branch, quarter_overview
from zhibu.meetings.summaries.work import work
from zhibu.meetings.summaries.year import year_plan
from zhibu.organizations.models import Organization

NEEDED = {
    Kind.THEME_PARTY_DAY: 1,
    Kind.MEMBERS_MEETING: 1,
    Kind.PARTY_CLASS: 2,
    Kind.HEART_TO_HEART_TALK: 1,
    Kind.ORGANIZATIONAL_LIFE_MEETING: 4,
}


def founded(world: World, day: date) -> Organization:
    """A new village branch of Ashi with a member who has been in the Party for long, and its clerk."""
    branch = make_organization(
        parent=world.ashi,
        kind="branch",
        category="village",
        code="513400109209",
        name="中共凉县阿市镇新村支部委员会",
        short_name="新村党支部",
        segment="209",
    )
    Organization.objects.filter(pk=branch.pk).update(opened_on=day)
    branch.refresh_from_db()
    make_member(branch=branch, arrived_on=day)
    world.people["clerk_new"] = make_user("clerk_new", "沙马")
    grant(world.people["clerk_new"], "branch_clerk", branch)
    return branch


def test_nothing_of_the_months_before_is_missing(world: World) -> None:
    before, now = month_back(1), month_back()
    branch = founded(world, day_in(now, 2))
    assert [duty for duty in duties_of(branch, before, on=TODAY) if duty.period.every == Every.MONTH] == []
    assert [duty for duty in duties_of(branch, now, on=TODAY) if duty.period.every == Every.MONTH] == []
    plan = year_plan(branch, now // 100, on=TODAY)
    past = [cell for row in plan for cell in row.cells if cell.period.ends_on < branch.opened_on]
    assert {cell.state for cell in past} <= {"free"}
    overview = quarter_overview(
        world.scope("organizer_ashi"), "meetings.read", world.ashi, before, on=day_in(now, 2)
    )
    [line] = [each for each in overview.lines if each.unit == branch]
    assert {kind for kind in line.missing if kind == Kind.THEME_PARTY_DAY} == set()


def test_the_work_list_reminds_of_nothing_from_before(world: World) -> None:
    founded(world, TODAY - timedelta(days=1))
    lists = work(world.scope("clerk_new"), on=TODAY)
    assert [item.title for each in lists if each.key == "meetings_missing" for item in each.items] == []


def test_members_who_came_since_owe_no_meeting_of_the_month_before(world: World) -> None:
    branch = founded(world, day_in(month_back(), 1))
    Organization.objects.filter(pk=branch.pk).update(opened_on=date(2001, 5, 1))
    branch.refresh_from_db()
    assert not facts_of_branch(branch, on=day_in(month_back(1), 28)).has_members
    assert duties_of(branch, month_back(1), on=TODAY) == []
    assert duties_of(branch, month_back(), on=TODAY) != []


@given(
    opened=st.dates(date(2022, 1, 1), date(2024, 12, 31)),
    month=st.tuples(st.sampled_from([2022, 2023, 2024]), st.integers(1, 12)),
)
def test_a_period_asks_for_its_share_and_never_for_what_lies_before(
    opened: date, month: tuple[int, int]
) -> None:
    number = month[0] * 100 + month[1]
    young = Branch(has_committee=True, groups=1, opened_on=opened)
    old = Branch(has_committee=True, groups=1)
    of_old = {(d.kind, d.period): d.needed for d in duties(old, {}, needed=NEEDED, month=number)}
    of_young = {(d.kind, d.period): d.needed for d in duties(young, {}, needed=NEEDED, month=number)}
    for (kind, period), needed in of_old.items():
        first = date(period.first // 100, period.first % 100, 1)
        asked = of_young.get((kind, period), 0)
        assert 0 <= asked <= needed
        if opened <= first:
            assert asked == needed
        if opened > period.ends_on:
            assert asked == 0
    assert of_young.keys() <= of_old.keys()


@pytest.mark.parametrize(("day", "asked"), [(1, 1), (2, 0)])
def test_the_month_of_the_founding_asks_only_when_it_was_whole(day: int, asked: int) -> None:
    branch = Branch(has_committee=False, groups=0, opened_on=date(2024, 11, day))
    assert branch.share_of(1, period_of(Every.MONTH, 202411)) == asked
