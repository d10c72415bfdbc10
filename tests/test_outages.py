"""A database that cannot be written: who reads goes on, who writes hears why, nobody is told a wrong reason."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.core.cache import cache
from django.db import DatabaseError, OperationalError, connection
from django.test import Client

from tests.world import PASSWORD, World, build_world
from zhibu.core.outages import Outage, outage_of
from zhibu.ui.views import OUTAGES

LOGIN = "/account/login/"
READING = ("/", "/members/", "/jobs/", "/organizations/", "/accounts/me/")


@contextmanager
def read_only() -> Iterator[None]:
    """What PostgreSQL's ``default_transaction_read_only`` and a read-only file of SQLite do to statements."""
    name = "query_only" if connection.vendor == "sqlite" else "default_transaction_read_only"
    word = "PRAGMA" if connection.vendor == "sqlite" else "SET"
    with connection.cursor() as cursor:
        cursor.execute(f"{word} {name} = on")
        if connection.in_atomic_block and connection.vendor == "postgresql":
            cursor.execute("SAVEPOINT reading")
            cursor.execute("SET LOCAL transaction_read_only = on")
        yield
        if connection.in_atomic_block and connection.vendor == "postgresql":
            cursor.execute("ROLLBACK TO SAVEPOINT reading")
        cursor.execute(f"{word} {name} = off")


def _client(world: World, person: str) -> Client:
    client = world.client(person)
    client.raise_request_exception = False
    return client


def test_who_is_signed_in_goes_on_reading(world: World) -> None:
    client = _client(world, "county_organizer")
    with read_only():
        answers = {path: client.get(path).status_code for path in READING}
    assert set(answers.values()) == {200}, answers
    with read_only():
        assert client.get(f"/members/{world.members_a1[0].pk}/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_what_leaves_a_trace_is_not_shown_while_none_can_be_left() -> None:
    world = build_world()
    client, member = _client(world, "organizer_ashi"), world.members_a1[0]
    address = f"/members/{member.pk}/fields/resident_id/"
    sent = {"reason": "核对党员证"}
    with read_only():
        for headers in ({}, {"HX-Request": "true"}):
            response = client.post(address, sent, headers=headers)
            page = response.content.decode()
            assert response.status_code == 503
            assert "数据库现在只能读" in page
            assert member.resident_id not in page
    assert member.resident_id in client.post(address, sent).content.decode()


@pytest.mark.django_db(transaction=True)
def test_signing_in_says_why_it_cannot() -> None:
    """With transactions of its own, as served: a statement that fails would spoil the test's."""
    build_world()
    client = Client(raise_request_exception=False)
    for password in (PASSWORD, "Wrong-pass-1"):
        with read_only():
            response = client.post(LOGIN, {"login": "secretary_a1", "password": password})
            page = response.content.decode()
        assert (response.status_code, response["Retry-After"]) == (503, "60")
        assert "数据库现在只能读" in page
        assert "试得太多" not in page
    assert client.post(LOGIN, {"login": "secretary_a1", "password": PASSWORD}).status_code == 302


def test_the_public_verifies_also_while_nothing_can_be_written(world: World) -> None:
    cache.clear()
    client = Client(raise_request_exception=False)
    with read_only():
        answers = [client.get("/v/hello").status_code for _ in range(31)]
    cache.clear()
    assert answers[:30] == [404] * 30
    assert answers[30] == 429, "the limit holds in the memory of the process"


def test_a_session_goes_on_while_its_renewal_cannot_be_written(world: World) -> None:
    client = _client(world, "secretary_a1")
    client.get("/accounts/me/")
    session = client.session
    session["seen_at"] -= 120
    session.save()
    with read_only():
        assert client.get("/accounts/me/").status_code == 200
    assert client.session["seen_at"] == session["seen_at"]
    assert client.get("/accounts/me/").status_code == 200
    assert client.session["seen_at"] > session["seen_at"]


def test_remembering_the_second_factor_keeps_nobody_from_reading(
    world: World, settings: LazySettings
) -> None:
    settings.ADMINISTRATORS_NEED_TOTP = True
    client = _client(world, "system_admin")
    Authenticator.objects.create(user=world.people["system_admin"], type=Authenticator.Type.TOTP, data={})
    with read_only():
        assert client.get("/accounts/me/").status_code == 200
    assert "has_second_factor" not in client.session
    assert client.get("/accounts/me/").status_code == 200
    assert client.session["has_second_factor"]


def _sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("cause", "outage"),
    [
        (_sqlite_error(5), Outage.BUSY),
        (_sqlite_error(5 | 2 << 8), Outage.BUSY),
        (_sqlite_error(8 | 4 << 8), Outage.READ_ONLY),
        (_sqlite_error(13), Outage.DISK_FULL),
        (_sqlite_error(1), None),
        (psycopg.errors.DiskFull("x"), Outage.DISK_FULL),
        (psycopg.errors.ReadOnlySqlTransaction("x"), Outage.READ_ONLY),
        (psycopg.errors.AdminShutdown("x"), Outage.AWAY),
        (psycopg.errors.DeadlockDetected("x"), Outage.BUSY),
        (psycopg.errors.ConnectionTimeout("x"), Outage.AWAY),
        (psycopg.OperationalError("the connection is closed"), Outage.AWAY),
        (psycopg.errors.UndefinedTable("x"), None),
        (psycopg.errors.UniqueViolation("x"), None),
        (OSError(errno.ENOSPC, "x"), Outage.DISK_FULL),
        (OSError(errno.EROFS, "x"), Outage.READ_ONLY),
        (OSError(errno.ENOENT, "x"), None),
        (ValueError("database is locked"), None),
    ],
)
def test_outages_are_told_apart_and_other_errors_are_none(cause: Exception, outage: Outage | None) -> None:
    assert outage_of(cause) is outage
    try:
        raise OperationalError("x") from cause
    except DatabaseError as error:
        assert outage_of(error) is outage


def test_every_outage_has_its_sentence() -> None:
    assert set(OUTAGES) == set(Outage)


def test_a_full_disk_of_sqlite_is_told_apart(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "small.sqlite3") as small:
        small.execute("CREATE TABLE t (x)")
        small.execute("PRAGMA max_page_count = 3")
        with pytest.raises(sqlite3.OperationalError) as full:
            small.execute("INSERT INTO t VALUES (?)", ["x" * 100_000])
    assert outage_of(full.value) is Outage.DISK_FULL
