"""Every address, as every person of the test county and as a visitor; what each answer has, whoever asks."""

import logging
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tests.access_matrix import PEOPLE, Row
from tests.answers import content_of, faults
from tests.days import NOW
from tests.kept import world_signed_in
from tests.secrets import leaks, secrets, told
from tests.urls import addresses
from tests.world import World
from zhibu.audit.models import AuditRecord
from zhibu.audit.summaries.pages import route_labels
from zhibu.config import gates

TABLES = sorted(path.stem for path in (Path(__file__).parent / "access_matrix").glob("[a-z]*.py"))
ROWS: list[Row] = [row for table in TABLES for row in import_module(f"tests.access_matrix.{table}").ROWS]
# Where the value itself is asked for, with a reason and a record (docs/decisions/0006-masks.md).
TELLING = {"POST members:marked_field", "POST members:mine", "POST mobility:transfer_letter_print"}


@dataclass
class Answers:
    """What one address answers each person, and what is wrong with how it answers."""

    row: Row
    url: str
    data: dict[str, Any]
    personal: set[str]
    """What may stand in no log line, no audit data and no address gone on to."""
    marked: set[str]
    """What is masked in every answer."""
    got: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def ask(self, person: str, client: Client, log: pytest.LogCaptureFixture) -> None:
        """What the request wrote is undone, so that the next person finds the same county."""
        before = set(AuditRecord.objects.values_list("pk", flat=True))
        log.clear()
        with transaction.atomic():
            send = client.get if self.row.method == "GET" else client.post
            response: Any = send(self.url, self.data)
            content = content_of(response)
            known = {} if f"{self.row.method} {self.row.name}" in TELLING else secrets()
            written = [str(vars(entry)) for entry in log.records if entry.name.startswith("zhibu")]
            written += map(str, AuditRecord.objects.exclude(pk__in=before).values_list("data", flat=True))
            transaction.set_rollback(True)
        self.got[person] = response.status_code
        found = faults(self.row.name, response, content) + leaks(told(response, content), known)
        text = "\n".join([*written, response.headers.get("Location", "")])
        found += [f"left behind: {value}" for value in self.personal if value in text]
        found += [f"shown: {value}" for value in self.marked if known and value.encode() in content]
        is_file = "attachment" in response.get("Content-Disposition", "")
        if (
            is_file
            and response.wsgi_request.user.is_authenticated
            and self.row.name not in {*route_labels(), "jobs:result"}
        ):
            found.append("a file without a name in zhibu/audit/events.toml")
        self.wrong += [f"{person}: {one}" for one in found]


def asked(row: Row) -> list[str]:
    """Everyone on SQLite. Who may what does not depend on the database: PostgreSQL is asked for each answer once."""
    if connection.vendor == "sqlite":
        return list(PEOPLE)
    return list({row.expected[person]: person for person in reversed(PEOPLE)}.values())


@pytest.mark.parametrize("row", ROWS, ids=str)
@pytest.mark.django_db
def test_each_person_gets_the_answer_of_the_table(row: Row, caplog: pytest.LogCaptureFixture) -> None:
    """Also: headers, a page's shape, nothing that may stay in a browser, no personal value told or kept."""
    with time_machine.travel(NOW, tick=True):
        world, clients = world_signed_in()
        url = reverse(row.name, kwargs=dict(row.captured(world)))
        data = dict(row.data(world))
        marked = {value for one in world.members_a1 for value in (one.resident_id, one.phone)}
        sent = {str(data[key]) for key in ("name", "contact_name", "username") if data.get(key)}
        personal = {*marked, *sent, *(one.name for one in world.members_a1)}
        answers = Answers(row, url, data, personal, marked - {str(value) for value in data.values()})
        with caplog.at_level(logging.DEBUG, logger="zhibu"):
            for person in asked(row):
                answers.ask(person, clients.get(person) or world.client(None), caplog)
    differing = {
        person: (row.expected[person], answers.got[person])
        for person in answers.got
        if answers.got[person] != row.expected[person]
    }
    assert differing == {}, f"{row} {url}: person -> (expected, got)"
    assert answers.wrong == [], f"{row} {url}"


def test_every_address_has_a_row() -> None:
    closed = {name for name, gate in gates.THIRD_PARTY.items() if "closed" in gate}
    without = {a.name for a in addresses()} - {row.name for row in ROWS} - closed
    assert without == set(), "add rows in tests/access_matrix/"


def test_every_row_names_an_address() -> None:
    assert {row.name for row in ROWS} - {a.name for a in addresses()} == set()


def test_signing_in_is_asked_of_visitors_only(world: World) -> None:
    response = world.client(None).get(reverse("insights:home"))
    assert response.headers["Location"].startswith(reverse(settings.LOGIN_URL))
