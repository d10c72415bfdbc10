"""Units stand in the order of their codes, whatever the order they were entered in."""

import ast
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse

import zhibu
from tests.world import World, make_organization
from zhibu.organizations.models import Organization

# Where a path may order rows: the population of a draw, drawn again in the same order; the deepest post first.
BY_PATH = {"inspections/summaries/population.py", "conduct/summaries/appeals.py"}


@pytest.fixture
def torn(world: World) -> list[Organization]:
    """Twelve branches entered from the highest code to the lowest: their ids have one digit and two."""
    made = [
        make_organization(
            parent=world.bashi,
            code=f"5134001029{n:02d}",
            kind="branch",
            category="village",
            name=f"中共巴什乡第{n}村支部委员会",
            short_name=f"第{n}村党支部",
        )
        for n in range(12, 0, -1)
    ]
    return made[::-1]


def test_units_are_listed_by_their_codes(world: World, torn: list[Organization]) -> None:
    listed = Organization.objects.filter(pk__in=[unit.pk for unit in torn])
    assert list(listed.in_order()) == torn
    assert list(listed.under(world.bashi.path).top_first()) == torn


def test_one_begins_at_the_unit_nearest_to_the_county(world: World) -> None:
    Organization.objects.filter(pk=world.county.pk).update(code="9")
    assert Organization.objects.top_first().first() == world.county
    assert list(Organization.objects.above(world.a1.path)) == [world.county, world.ashi]


def test_a_page_lists_branches_by_their_codes(world: World, torn: list[Organization]) -> None:
    page = world.client("county_organizer").get(reverse("dues:organization", args=[world.bashi.pk]))
    shown = page.content.decode()
    places = [shown.index(unit.short_name) for unit in torn]
    assert places == sorted(places)


def test_no_list_is_ordered_by_ids_as_text() -> None:
    root = Path(zhibu.__file__).parent
    found = {
        str(file.relative_to(root))
        for file in root.rglob("*.py")
        if not {"tests", "migrations"} & set(file.parts)
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "order_by"
        for given in call.args
        for word in ast.walk(given)
        if isinstance(word, ast.Constant) and str(word.value).lstrip("-").endswith("path")
    }
    assert found == BY_PATH


def test_paths_are_compared_sign_by_sign_whatever_language_the_database_speaks(
    world: World, torn: list[Organization]
) -> None:
    paths = list(Organization.objects.order_by("path").values_list("path", flat=True))
    assert paths == sorted(paths)
    below = Organization.objects.filter(path__gte=world.bashi.path, path__lt=world.bashi.path[:-1] + "/")
    assert set(below) == {world.bashi, world.b1, *torn}
    assert collation() in {"C", "BINARY"}


def collation() -> str:
    """What the database compares paths by. SQLite has no language of its own."""
    if connection.vendor == "sqlite":
        return "BINARY"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT collation_name FROM information_schema.columns"
            " WHERE table_name = 'organizations_organization' AND column_name = 'path'"
        )
        return str(cursor.fetchone()[0])
