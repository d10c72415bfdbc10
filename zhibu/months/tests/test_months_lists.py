"""The list of months: it opens where something waits for the person, and says where else something does."""

import pytest
from django.urls import reverse

from tests.world import TODAY, World, make_member
from zhibu.dues.models import Due
from zhibu.months.models import BranchMonth
from zhibu.months.summaries.lists import month_to_open, months_to_do

pytestmark = pytest.mark.dated

SUBMIT_DAY = 10


def month(world: World, number: int, state: str, branch: str = "a1") -> BranchMonth:
    """A month of a branch in that state, with one member in it."""
    place = getattr(world, branch)
    Due.objects.create(member=make_member(branch=place), branch=place, month=number, amount=20)
    return BranchMonth.objects.create(branch=place, month=number, state=state)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("organizer_ashi", 202611),
        ("secretary_a1", 202610),
        ("secretary_a2", 202609),
        ("county_organizer", 202610),
        ("inspector", 202610),
    ],
)
def test_the_list_opens_where_something_waits(world: World, person: str, expected: int) -> None:
    month(world, 202611, "submitted")
    month(world, 202609, "returned", "a2")
    assert month_to_open(world.scope(person), on=TODAY, submit_day=SUBMIT_DAY) == expected


def test_without_anything_waiting_it_opens_at_the_last_month_that_is_over(world: World) -> None:
    month(world, 202610, "sealed")
    for person in ("organizer_ashi", "secretary_a1"):
        assert month_to_open(world.scope(person), on=TODAY, submit_day=SUBMIT_DAY) == 202610


def test_the_months_with_something_to_do_stand_on_top(world: World) -> None:
    month(world, 202611, "submitted")
    month(world, 202611, "open", "a2")
    month(world, 202609, "returned", "a2")
    month(world, 202609, "sealed")
    found = months_to_do(world.scope("organizer_ashi"), on=TODAY, submit_day=SUBMIT_DAY)
    assert [(each.month, each.waiting, each.overdue) for each in found] == [(202609, 0, 1), (202611, 1, 0)]
    page = world.client("organizer_ashi").get(reverse("months:months")).content.decode()
    assert "2026年11月 待确认1" in page
    assert "2026年9月 过期1" in page
    assert "None" not in page.split("<main")[-1]


def test_what_waits_for_the_committee_comes_first_in_its_list(world: World) -> None:
    month(world, 202610, "sealed")
    month(world, 202610, "submitted", "a2")
    page = world.client("organizer_ashi").get(reverse("months:months"), {"month": "202610"}).content.decode()
    part = page.split('id="results"')[-1]
    assert part.index(world.a2.short_name) < part.index(world.a1.short_name)
