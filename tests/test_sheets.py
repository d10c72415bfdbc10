"""Every declared sheet: its export, imported again, says "same" for every row."""

import pytest
from django.conf import settings

from tests.things import numbered
from tests.world import TODAY, World
from zhibu.imports.sheets import sheets
from zhibu.imports.tests.round_trip import assert_round_trip

PEOPLE = ("county_organizer", "organizer_ashi", "secretary_a1")


@pytest.mark.parametrize("name", settings.SHEETS)
@pytest.mark.parametrize("person", PEOPLE)
def test_an_export_imported_again_says_same(world: World, name: str, person: str) -> None:
    sheet = next(sheet for key, sheet in zip(settings.SHEETS, sheets().values(), strict=True) if key == name)
    assert_round_trip(sheet, world.scope(person), TODAY)


def test_there_is_something_to_go_round(world: World) -> None:
    scope = world.scope("county_organizer")
    assert assert_round_trip(sheets()["organizations"], scope, TODAY) >= 5
    assert assert_round_trip(sheets()["roster"], scope, TODAY) >= 3
    numbered(world)
    assert assert_round_trip(sheets()["legacy_numbers"], scope, TODAY) >= 3
