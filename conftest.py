"""Fixtures for every test."""

import os
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from hypothesis import HealthCheck
from hypothesis import settings as examples
from pytest_django.plugin import DjangoDbBlocker

from tests.days import NOW
from tests.kept import world_again
from tests.tables import kept_tables
from tests.world import World
from zhibu.audit.guards import install_guards, lift_guards

# How fast examples are drawn and run says how busy the machine is, not whether the code is right.
examples.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("untimed")
_blocker = pytest.StashKey[DjangoDbBlocker]()
_EVERYWHERE = {"tmp_path_factory", "request", "django_db_blocker", "django_test_environment", "monkeypatch"}


@pytest.fixture
def world(db: None) -> World:
    """The named test county, as if built anew for each test."""
    return world_again()


@pytest.fixture
def client_of(world: World) -> Callable[[str | None], Client]:
    """A browser session of a person of the cast; None is a visitor."""
    return world.client


@pytest.fixture
def done_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reorganizations are done on the test county's day, so that they can be undone on it."""
    monkeypatch.setattr("zhibu.reorganizations.actions.doing.timezone.now", lambda: NOW)


@pytest.fixture(scope="session", autouse=True)
def _clock() -> Iterator[None]:
    """The suite's day, whatever day it really is; it goes on from there."""
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Files that tests write land in a folder of the run, never in the installation's; hashes are quick."""
    folder = tmp_path_factory.mktemp("var")
    with override_settings(
        VAR=folder,
        AUDIT_HEADS_FILE=folder / "audit-heads.log",
        KEY_FILE=folder / "keys.toml",
        PASSWORD_HASHERS=["tests.hashers.QuickArgon2"],
    ):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, _template: Path | None) -> None:
    """With a template at hand SQLite's tables need no migrations: they are copied over."""
    if _template is not None and _template.exists():
        connection.settings_dict["TEST"]["MIGRATE"] = False


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, _template: Path | None
) -> None:
    """A migrated SQLite database is kept as a file and copied in the next run; PostgreSQL migrates."""
    with django_db_blocker.unblock():
        if _template is None:
            _number_rows_apart()
            return
        connection.ensure_connection()
        if _template.exists():
            with closing(sqlite3.connect(_template)) as kept:
                kept.backup(connection.connection)
        else:
            fresh = _template.with_suffix(f".{os.getpid()}")
            with closing(sqlite3.connect(fresh)) as kept:
                connection.connection.backup(kept)
            fresh.replace(_template)


def _number_rows_apart() -> None:
    """Each table of PostgreSQL counts from a million of its own.

    Its sequences go on from test to test: a row's number would in time be the tail of somebody's
    resident ID, and two rows of different tables of one number hide that one is taken for the other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT c.oid::regclass FROM pg_class c WHERE relkind = 'S' ORDER BY 1")
        for order, (sequence,) in enumerate(cursor.fetchall(), start=1):
            cursor.execute(f"ALTER SEQUENCE {sequence} RESTART WITH {order * 1_000_000}")


@pytest.fixture(scope="session")
def _template() -> Path | None:
    """The file that holds what these migrations make; None where the database is not SQLite."""
    if connection.vendor != "sqlite":
        return None
    return kept_tables()


@pytest.fixture(scope="session", autouse=True)
def _keep_blocker(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    request.config.stash[_blocker] = django_db_blocker
    yield


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files whose tests wait for browsers, servers and workers come first, then the longest; the many short
    ones fill the gaps. Last, that is after pytest-django has put tests with a database before others.

    What asks no database runs once, on SQLite."""
    if connection.vendor == "postgresql":
        items[:] = [item for item in items if not _is_pure(item)]
    items.sort(key=_turn)


def _is_pure(item: pytest.Item) -> bool:
    """An app's own test that takes nothing but its parameters: no database, no folder, no served county."""
    if (
        item.get_closest_marker("django_db")
        or "zhibu" not in item.path.relative_to(item.config.rootpath).parts
    ):
        return False
    told = getattr(item, "callspec", None)
    taken = set(getattr(item, "fixturenames", ())) - set(told.params if told else ())
    return all(name in _EVERYWHERE or name.startswith("_") for name in taken)


def _turn(item: pytest.Item) -> int:
    fixtures = getattr(item, "_fixtureinfo").name2fixturedefs.values()  # noqa: B009 (not in pytest's types)
    if item.get_closest_marker("browser") or any(one[-1].scope == "module" for one in fixtures):
        return 0
    return 1 if item.path.stem in {"test_access_matrix", "test_cases"} else 2


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, None, None]:
    """Lift the audit log's triggers while a transactional test empties the tables, and only then.

    The log refuses DELETE and TRUNCATE from whoever asks, also from Django's flush.
    """
    blocker = item.config.stash.get(_blocker, None)
    if blocker is None or not _flushes(item):
        return (yield)
    with blocker.unblock():
        lift_guards()
    try:
        return (yield)
    finally:
        settings.AUDIT_HEADS_FILE.unlink(missing_ok=True)
        if nextitem is not None:  # after the last test the database itself is gone
            with blocker.unblock():
                install_guards()


def _flushes(item: pytest.Item) -> bool:
    """True when the test commits for real, so that pytest-django flushes after it."""
    marker = item.get_closest_marker("django_db")
    names = getattr(item, "fixturenames", ())
    return bool(
        (marker and marker.kwargs.get("transaction")) or {"transactional_db", "live_server"} & set(names)
    )
