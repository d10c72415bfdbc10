"""Reports of years that are over are told as of their own days."""

from datetime import date

import pytest

from tests.world import TODAY, World
from zhibu.members.rules.events import EventKind
from zhibu.mobility.actions import matters
from zhibu.mobility.tests.cases import entry
from zhibu.reorganizations.rules.steps import Move
from zhibu.reorganizations.tests.deeds import done
from zhibu.reviews.summaries.reviews import census_of

pytestmark = pytest.mark.dated


def test_the_census_of_a_year_is_taken_on_its_last_day(world: World) -> None:
    dead = world.members_a1[0]
    matters.enter_event(
        by=world.scope("organizer_ashi"),
        member=dead,
        entry=entry(EventKind.DIE, decided_on=date(2026, 2, 1)),
        on=TODAY,
    )
    done(world, Move(unit=world.a1.pk, parent=world.bashi.pk), effective_on=date(2026, 3, 1))
    for place in (world.ashi, world.bashi, world.county):
        place.refresh_from_db()
    told = {place.pk: census_of(place, 2025, [])["members"]["all"] for place in (world.ashi, world.bashi)}
    assert told == {world.ashi.pk: 3, world.bashi.pk: 0}
    assert census_of(world.bashi, 2026, [])["members"]["all"] == 2
