"""Every address, as every person of the test county and as a visitor."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access_matrix import PEOPLE, VISITOR, Row
from tests.secrets import leaks, secrets, told
from tests.urls import addresses
from tests.world import World
from zhibu.audit.summaries.pages import route_labels
from zhibu.config import gates

TABLES = sorted(path.stem for path in (Path(__file__).parent / "access_matrix").glob("[a-z]*.py"))
ROWS: list[Row] = [row for table in TABLES for row in import_module(f"tests.access_matrix.{table}").ROWS]


# Where the value itself is asked for, with a reason and a record (docs/decisions/0006-masks.md).
TELLING = {"POST members:marked_field", "POST members:mine", "POST mobility:transfer_letter_print"}


def _answer(client: Client, row: Row, url: str, data: dict[str, Any]) -> int:
    """The status; what the request wrote is undone, so that the next person finds the same county.

    Nothing stays in the browser, and whoever asks learns no day of birth and no tail of a resident ID.
    """
    with transaction.atomic():
        response = client.get(url, data) if row.method == "GET" else client.post(url, data)
        text = told(response)
        leaking = [] if f"{row.method} {row.name}" in TELLING else leaks(text, secrets())
        transaction.set_rollback(True)
    assert response.headers["Cache-Control"] == "no-store", f"{url} may stay in the browser"
    if (
        "attachment" in response.get("Content-Disposition", "")
        and response.wsgi_request.user.is_authenticated
    ):
        assert row.name in route_labels() or row.name == "jobs:result", "name it in zhibu/audit/events.toml"
    assert leaking == [], f"{row} {url} tells"
    return response.status_code


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_person_gets_the_answer_of_the_table(world: World, row: Row) -> None:
    url = reverse(row.name, kwargs=dict(row.captured(world)))
    data: dict[str, Any] = dict(row.data(world))
    clients = {person: world.client(None if person == VISITOR else person) for person in PEOPLE}
    got = {person: _answer(client, row, url, data) for person, client in clients.items()}
    differing = {
        person: (row.expected[person], got[person])
        for person in PEOPLE
        if got[person] != row.expected[person]
    }
    assert differing == {}, f"{row} {url}: person -> (expected, got)"


def test_every_address_has_a_row() -> None:
    closed = {name for name, gate in gates.THIRD_PARTY.items() if "closed" in gate}
    without = {a.name for a in addresses()} - {row.name for row in ROWS} - closed
    assert without == set(), "add rows in tests/access_matrix/"


def test_every_row_names_an_address() -> None:
    assert {row.name for row in ROWS} - {a.name for a in addresses()} == set()


def test_signing_in_is_asked_of_visitors_only(world: World) -> None:
    response = world.client(None).get(reverse("insights:home"))
    assert response.headers["Location"].startswith(reverse(settings.LOGIN_URL))
