"""The table of increase and decrease: every reason counts once, and the sums fit."""

from datetime import date

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.things import disposal_steps
from tests.world import TODAY, World, make_member
from zhibu.core.access import Refused, Scope
from zhibu.members.models import Member
from zhibu.members.rules.events import SPECS, Entry, EventKind
from zhibu.mobility.actions import matters
from zhibu.mobility.summaries.movements import Line, table
from zhibu.mobility.tests.cases import entry
from zhibu.organizations.models import Organization
from zhibu.reorganizations.rules.steps import Move
from zhibu.reorganizations.tests.deeds import done, merge_towns

pytestmark = pytest.mark.dated

SINCE, UNTIL = date(2026, 1, 1), date(2027, 1, 1)


def happened(member: Member, kind: EventKind, day: date = TODAY) -> None:
    """Entered, and approved where it has to be."""
    spec = SPECS[kind]
    event = matters.enter_event(
        by=Scope.system("登记"),
        member=member,
        entry=Entry(
            kind,
            day,
            "支部党员大会",
            document="1号" if spec.needs_document else "",
            evidence="材料" if spec.needs_evidence else "",
            since=date(2025, 1, 5) if spec.needs_since else None,
            steps=disposal_steps(day) if spec.needs_steps else {},
        ),
        on=TODAY,
    )
    if event.state == "proposed":
        matters.settle_event(
            by=Scope.system("批准"), event=event, approve=True, settled_on=day, document="", on=TODAY
        )


def moved(member: Member, to: Organization, day: date = TODAY) -> None:
    """A transfer inside the county was received."""
    matters.enter_event(
        by=Scope.system("登记"), member=member, entry=entry(EventKind.MOVE_BRANCH, decided_on=day), on=TODAY,
        internal=True,
    )  # fmt: skip
    member.refresh_from_db()
    member.branch = to
    member.save()


def line_of(
    world: World, organization: Organization, unit: Organization
) -> tuple[int, dict[str, int], dict[str, int], int]:
    """Start, what came, what went, end."""
    found = table(world.scope("county_organizer"), organization, since=SINCE, until=UNTIL)
    line = next(each for each in found.lines if each.organization == unit)
    return line.start, dict(line.came), dict(line.went), line.end


def test_each_reason_is_counted_where_it_happened(world: World) -> None:
    first, second, third = world.members_a1
    make_member(branch=world.b1)
    make_member(branch=world.a1, stage="probationary", join_date=date(2026, 7, 1), confirmation_date=None)
    happened(first, EventKind.DIE)
    happened(second, EventKind.SELF_SEVERED)
    moved(third, world.b1)
    assert line_of(world, world.county, world.ashi) == (
        3,
        {"admitted": 1},
        {"deceased": 1, "removed": 1, "to_inside": 1},
        1,
    )
    assert line_of(world, world.county, world.bashi) == (1, {"from_inside": 1}, {}, 2)
    total = table(world.scope("county_organizer"), world.county, since=SINCE, until=UNTIL).total
    assert (total.start, total.increase, total.decrease, total.end) == (4, 2, 3, 3)


def test_last_year_is_told_as_it_was(world: World) -> None:
    happened(world.members_a1[0], EventKind.DIE)
    found = table(world.scope("county_organizer"), world.ashi, since=date(2025, 1, 1), until=date(2026, 1, 1))
    assert (found.total.start, found.total.end, found.total.decrease) == (3, 3, 0)


LAST_YEAR, THIS_YEAR = (date(2025, 1, 1), date(2026, 1, 1)), (date(2026, 1, 1), date(2027, 1, 1))


def told(world: World, organization: Organization, years: tuple[date, date]) -> Line:
    """The sum of an organization's year."""
    by = world.scope("county_organizer")
    return table(by, Organization.objects.get(pk=organization.pk), since=years[0], until=years[1]).total


def test_a_branch_that_moves_to_another_committee_leaves_last_year_as_it_was(world: World) -> None:
    for _ in range(40):
        make_member(branch=world.a2)
    for _ in range(9):
        make_member(branch=world.a1, join_date=date(2025, 7, 1), confirmation_date=date(2026, 7, 1))
    make_member(branch=world.b1)
    before = {unit.pk: told(world, unit, LAST_YEAR) for unit in (world.ashi, world.bashi, world.county)}
    assert (before[world.ashi.pk].start, before[world.ashi.pk].end) == (43, 52)
    done(world, Move(unit=world.a2.pk, parent=world.bashi.pk))
    for unit in (world.ashi, world.bashi, world.county):
        now = told(world, unit, LAST_YEAR)
        assert (now.start, now.end, now.came, now.went) == (
            before[unit.pk].start,
            before[unit.pk].end,
            before[unit.pk].came,
            before[unit.pk].went,
        )
    ashi, bashi = told(world, world.ashi, THIS_YEAR), told(world, world.bashi, THIS_YEAR)
    assert (ashi.start, dict(ashi.came), dict(ashi.went), ashi.end) == (52, {}, {"regrouped_out": 40}, 12)
    assert (bashi.start, dict(bashi.came), dict(bashi.went), bashi.end) == (1, {"regrouped_in": 40}, {}, 41)
    county = table(world.scope("county_organizer"), world.county, since=SINCE, until=UNTIL)
    assert {line.organization.pk: (line.start, line.end) for line in county.lines} == {
        world.ashi.pk: (52, 12),
        world.bashi.pk: (1, 41),
    }
    a2 = told(world, world.a2, THIS_YEAR)
    assert (a2.start, a2.end, a2.increase, a2.decrease) == (40, 40, 0, 0)


def test_suspended_are_those_of_the_last_day_of_the_period(world: World) -> None:
    happened(world.members_a1[0], EventKind.SUSPEND_STANDING, date(2026, 3, 1))
    assert told(world, world.ashi, LAST_YEAR).suspended == 0
    assert told(world, world.ashi, THIS_YEAR).suspended == 1


def test_a_merged_township_is_told_where_it_was(world: World) -> None:
    make_member(branch=world.b1)
    done(world, merge_towns(world))
    assert (told(world, world.bashi, LAST_YEAR).end, told(world, world.ashi, LAST_YEAR).end) == (1, 3)
    ashi, bashi = told(world, world.ashi, THIS_YEAR), told(world, world.bashi, THIS_YEAR)
    assert (ashi.start, dict(ashi.came), ashi.end) == (3, {"regrouped_in": 1}, 4)
    assert (bashi.start, dict(bashi.went), bashi.end) == (1, {"regrouped_out": 1}, 0)


def test_who_came_from_another_county_counts_from_the_day_of_arrival(world: World) -> None:
    make_member(branch=world.a1, arrived_on=date(2026, 5, 4))
    assert (told(world, world.ashi, LAST_YEAR).end, dict(told(world, world.ashi, THIS_YEAR).came)) == (
        3,
        {"from_outside": 1},
    )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moves=st.lists(
        st.tuples(
            st.integers(0, 2),
            st.sampled_from(
                [EventKind.DIE, EventKind.SELF_SEVERED, EventKind.READMIT, EventKind.VOLUNTARY_WITHDRAWAL]
            ),
            st.booleans(),
        ),
        max_size=8,
    )
)
def test_the_sums_fit_at_every_level(world: World, moves: list[tuple[int, EventKind, bool]]) -> None:
    with transaction.atomic():
        for who, kind, moves_first in moves:
            member = Member.objects.select_related("branch").get(pk=world.members_a1[who].pk)
            if moves_first and member.standing == "active":
                moved(member, world.b1 if member.branch_id == world.a1.pk else world.a1)
            try:
                with transaction.atomic():
                    happened(member, kind)
            except Refused:
                continue
        for unit in (world.county, world.ashi, world.bashi):
            found = table(world.scope("county_organizer"), unit, since=SINCE, until=UNTIL)
            assert found.total.start + found.total.increase - found.total.decrease == found.total.end
            assert found.total.end == Member.objects.enrolled().under(unit.path).count()
        county = table(world.scope("county_organizer"), world.county, since=SINCE, until=UNTIL)
        assert county.total.start == 3
        transaction.set_rollback(True)


def test_page_print_and_workbook_show_the_same_year(world: World) -> None:
    happened(world.members_a1[0], EventKind.DIE)
    client = world.client("organizer_ashi")
    page = client.get(reverse("mobility:movements"), {"year": "2026"}).content.decode()
    assert "2026年党员增减情况" in page
    assert "亡故" in page
    for name in ("mobility:movements_print", "mobility:movements_download"):
        answer = client.get(reverse(name, args=[world.ashi.pk]), {"year": "2026"})
        assert answer.status_code == 200


@pytest.mark.parametrize("year", ["1066", "abcd", "99999", ""])
def test_a_nonsense_year_is_a_year_all_the_same(world: World, year: str) -> None:
    assert (
        world.client("organizer_ashi").get(reverse("mobility:movements"), {"year": year}).status_code == 200
    )
