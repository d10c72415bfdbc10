"""A month to which nobody belongs and in which nothing happened asks nothing and stands in nobody's way."""

import pytest
from django.urls import reverse

from tests.days import ago, dashed, day_in, month_back
from tests.world import TODAY, World, make_member, make_organization
from zhibu.core.access import Refused
from zhibu.mobility.actions import letters, transfers
from zhibu.mobility.tests.transfer_steps import receive
from zhibu.months import actions as months
from zhibu.months.models import BranchMonth
from zhibu.months.rules.months import MonthState
from zhibu.months.summaries import lists
from zhibu.months.summaries.seals import verify_seals
from zhibu.months.tests.month_steps import counted
from zhibu.organizations.models import Organization
from zhibu.reviews.summaries.reviews import open_months

THREE, TWO, LAST = month_back(3), month_back(2), month_back(1)


def founded(world: World, **facts: object) -> Organization:
    """A new branch below Ashi without members."""
    row = make_organization(
        parent=world.ashi,
        kind="branch",
        category="village",
        code="N9",
        name="中共凉县阿市镇新建村支部委员会",
        short_name="新建村党支部",
    )
    Organization.objects.filter(pk=row.pk).update(**facts)
    row.refresh_from_db()
    return row


def opened(world: World, *which: int) -> None:
    for month in which:
        months.open_months(
            by=world.scope("county_organizer"), month=month, organization=world.county, on=TODAY
        )


def stored(branch: Organization, month: int) -> BranchMonth:
    """A month that was opened for nobody, as older versions did."""
    return BranchMonth.objects.create(branch=branch, month=month)


def sealed(world: World, branch: Organization, month: int) -> BranchMonth:
    row = BranchMonth.objects.get(branch=branch, month=month)
    row = months.submit_month(
        by=world.scope("county_organizer"), branch_month=row, counted=counted(row), on=TODAY
    )
    return months.seal_month(by=world.scope("county_organizer_2"), branch_month=row, on=TODAY)


def test_a_branch_without_members_gets_no_month(world: World) -> None:
    new = founded(world)
    opened(world, LAST)
    assert not BranchMonth.objects.filter(branch__in=(new, world.a2, world.b1)).exists()
    with pytest.raises(Refused, match="没有党员，也没有会议"):
        months.open_months(by=world.scope("organizer_ashi"), month=LAST, organization=new, on=TODAY)
    assert lists.month_counts(world.scope("county_organizer"), LAST, on=TODAY, submit_day=10).missing == 0
    assert lists.months_to_open(world.scope("secretary_a2"), on=TODAY) == []


def test_the_first_member_opens_the_months_of_the_branch(world: World) -> None:
    new = founded(world)
    make_member(branch=new, arrived_on=day_in(LAST, 3))
    opened(world, TWO, LAST)
    assert list(BranchMonth.objects.filter(branch=new).values_list("month", flat=True)) == [LAST]
    assert sealed(world, new, LAST).state == MonthState.SEALED


def test_no_month_before_the_branch_was_founded(world: World) -> None:
    new = founded(world, opened_on=day_in(LAST, 10))
    make_member(branch=new)
    opened(world, TWO, LAST)
    assert list(BranchMonth.objects.filter(branch=new).values_list("month", flat=True)) == [LAST]


def test_an_empty_month_blocks_no_seal_and_is_closed_along(world: World) -> None:
    empty = [stored(world.a1, month) for month in (THREE, TWO)]
    opened(world, LAST)
    row = sealed(world, world.a1, LAST)
    for each in empty:
        each.refresh_from_db()
        assert each.state == MonthState.SEALED
    assert (empty[0].previous, empty[1].previous, row.previous) == ("", empty[0].digest, empty[1].digest)
    assert verify_seals().broken is None


def test_a_month_with_something_in_it_still_comes_first(world: World) -> None:
    opened(world, TWO, LAST)
    with pytest.raises(Refused, match="还没有封存"):
        sealed(world, world.a1, LAST)


def test_a_branch_emptied_by_moves_owes_the_months_it_had_and_no_others(world: World) -> None:
    member = make_member(branch=world.a2)
    opened(world, TWO)
    letter = transfers.request_transfer(
        by=world.scope("secretary_a2"),
        member=member,
        to_branch=world.b1,
        reason="工作调动到巴市镇",
        dues_paid_to=dashed(TWO),
        on=TODAY,
    )
    letters.issue_letter(by=world.scope("organizer_ashi"), transfer=letter, on=day_in(LAST, 1))
    receive(world, letter, received_on=day_in(LAST, 2))
    opened(world, LAST)
    assert list(BranchMonth.objects.filter(branch=world.a2).values_list("month", flat=True)) == [TWO]
    assert open_months(world.a2, TWO // 100) == 1
    sealed(world, world.a2, TWO)
    assert open_months(world.a2, TWO // 100) == 0


@pytest.mark.parametrize("closed", [False, True])
def test_an_empty_month_is_in_no_list_and_no_close_waits_for_it(world: World, closed: bool) -> None:
    new = founded(world, closed_on=ago(3) if closed else None)
    stored(new, TWO)
    county, township = world.scope("county_organizer"), world.scope("organizer_ashi")
    assert open_months(world.ashi, TWO // 100) == 0
    assert not lists.month_lines(county, TWO).exists()
    assert lists.months_to_do(county, on=TODAY, submit_day=10) == []
    assert lists.unit_lines(county, TWO, on=TODAY, submit_day=10) == []
    keys = {each.key for each in lists.work(township, on=TODAY)}
    assert "months_overdue" not in keys
    [year] = lists.branch_years([new], TWO // 100, on=TODAY, submit_day=10).values()
    assert {state for _n, state in year.quarters[(TWO % 100 - 1) // 3].months} <= {"na", "future"}


def test_the_page_of_an_empty_month_says_that_nothing_is_asked(world: World) -> None:
    row = stored(world.a2, LAST)
    page = world.client("secretary_a2").get(reverse("months:month", args=[world.a2.pk, LAST]))
    assert page.status_code == 200
    with pytest.raises(Refused, match="不用提交，不影响以后各月"):
        months.submit_month(by=world.scope("secretary_a2"), branch_month=row, counted=counted(row), on=TODAY)
