"""The named county made once a process: later tests get its rows as they were, without making them anew."""

import pickle
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from tests.world import CAST, World, build_world


@dataclass(frozen=True)
class _Rows:
    """What one table holds: the statement that writes it, and the rows."""

    insert: str
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class _Kept:
    tables: list[_Rows]
    made: bytes


_kept: dict[str, _Kept] = {}


def world_again() -> World:
    """The county of ``build_world``, the same rows under the same numbers in every test of a process.

    The database has to be empty. The first call makes it; each later one writes the rows as they lay in the
    tables, a tenth of the work.
    """
    world: World = _again("world", build_world)
    return world


def world_signed_in() -> tuple[World, Mapping[str, Client]]:
    """The same county, and a browser for everyone in it, signed in a moment ago."""
    world, cookies = _again("signed in", _sign_everyone_in)
    return world, {person: _browser(world, cookie) for person, cookie in cookies.items()}


def _sign_everyone_in() -> tuple[World, dict[str, str]]:
    world = build_world()
    return world, {
        person: world.client(person).cookies[settings.SESSION_COOKIE_NAME].value for person in CAST
    }


def _browser(world: World, cookie: str) -> Client:
    client = world.client(None)
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    return client


def _again(name: str, make: Callable[[], Any]) -> Any:
    if name not in _kept:
        made = make()
        _kept[name] = _Kept(list(_tables()), pickle.dumps(made))
        return made
    kept = _kept[name]
    with transaction.atomic(), connection.cursor() as cursor:
        for table in kept.tables:
            cursor.executemany(table.insert, table.rows)
    return pickle.loads(kept.made)  # noqa: S301 (written above)


def _tables() -> Iterable[_Rows]:
    """Every table of the product that holds something; references are checked when the transaction ends."""
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.app_label in {"contenttypes", "auth"} or not model._meta.managed:
                continue
            name = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT * FROM {name}")  # noqa: S608 (a table of ours)
            rows = cursor.fetchall()
            if not rows:
                continue
            columns = ", ".join(connection.ops.quote_name(column[0]) for column in cursor.description)
            places = ", ".join(["%s"] * len(rows[0]))
            insert = f"INSERT INTO {name} ({columns}) VALUES ({places})"  # noqa: S608 (a table of ours)
            yield _Rows(insert, rows)
