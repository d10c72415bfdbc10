"""Places for backups."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from django.db import connection

from tests.backups.places import Place, new_place
from tests.tables import lay_tables

_numbers = count(1)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """An installation with the named test county, a sealed month and a job's result."""
    with new_place(tmp_path_factory.mktemp("county") / "var", f"county{next(_numbers)}") as place:
        if connection.vendor == "sqlite":
            lay_tables(place.folder)
        place.run("tests.backups.county")
        yield place


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Place]:
    """An installation in which nothing is yet."""
    with new_place(tmp_path / "var", f"empty{next(_numbers)}") as place:
        yield place


@pytest.fixture(scope="module")
def backup(county: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the county. Tests that damage it copy it first."""
    folder = tmp_path_factory.mktemp("backups")
    done = county.zhibu("backup", folder)
    assert done.returncode == 0, done.stderr
    [made] = folder.glob("zhibu-*")
    return made
