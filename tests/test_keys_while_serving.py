"""Keys are turned by the command line while the served site goes on writing: two processes, one key file, one database.

Nothing that people write meanwhile is refused, lost or left under a key that is to be dropped.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection

from tests.away import database
from tests.browser.instance import ROOT, Instance, serve
from tests.phone import Phone

NEW_UNIT = "/organizations/support-units/new/"
CLIENTS = 2
READ_ALL = """
import json, django
django.setup()
from zhibu.config.actions import sealed_columns, _not_current
from zhibu.core.db import key_ring
from zhibu.members.models import Member
from zhibu.members.querysets import number_index
from zhibu.organizations.models import SupportUnit
people = Member.objects.exclude(resident_id="")
print(json.dumps({
    "phones": dict(SupportUnit.objects.values_list("name", "contact_phone")),
    "key": key_ring().current_data_key,
    "behind": sum(1 for column in sealed_columns() for _pk in _not_current(column, key_ring())),
    "found": all(each.resident_id_index == number_index(each.resident_id) for each in people),
    "people": people.count(),
}))
"""


@pytest.fixture
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """The named county, served, in a database of the kind the suite runs on."""
    folder = tmp_path_factory.mktemp("keys")
    with (
        database(connection.vendor, folder) as made,
        serve(folder, "world", **made.environment) as instance,
    ):
        yield instance


def write_on(county: Instance, number: int, begun: Event, over: Event) -> dict[str, str]:
    """Enter support units, each with a telephone number, which is kept encrypted, until told to stop: what was typed."""
    phone = Phone(county, "county_organizer")
    phone.refresh(NEW_UNIT)
    typed: dict[str, str] = {}
    while not over.is_set():
        name, contact = f"帮扶单位{number}第{len(typed)}家", f"138{number:04d}{len(typed):04d}"
        facts = {"name": name, "contact_name": "王芳", "contact_phone": contact}
        status, page, _ = phone.ask(NEW_UNIT, facts)
        assert (status, name in page) == (200, True), page
        assert phone.ask("/members/?q=jz")[0] == 200
        typed[name] = contact
        begun.set()
    return typed


def test_data_and_index_keys_are_turned_while_people_write(county: Instance) -> None:
    begun, over = [Event() for _ in range(CLIENTS)], Event()
    with ThreadPoolExecutor(CLIENTS) as crowd:
        clients = [crowd.submit(write_on, county, n, begun[n], over) for n in range(CLIENTS)]
        try:
            for each in begun:
                assert each.wait(60)
            for command in (("rotate",), ("rotate-index", "--yes"), ("rotate",)):
                county.zhibu("keys", *command)
        finally:
            over.set()
        typed = {name: contact for each in clients for name, contact in each.result().items()}
    assert len(typed) > CLIENTS
    found = everything(county)
    assert found["phones"] == typed
    assert (found["found"], found["key"]) == (True, 3)
    assert int(str(found["people"])) > 0
    # What was being written while the last round looked is few, and the next round takes it along.
    county.zhibu("keys", "rotate", "--no-new-key")
    assert everything(county)["behind"] == 0
    refused = county.zhibu("keys", "drop-old", check=False)
    assert "还不到一小时" in refused.stdout + refused.stderr
    assert county.server is not None
    county.server.stop()
    county.zhibu("audit", "verify")


def everything(county: Instance) -> dict[str, object]:
    """What a third process reads with the key file as it is now."""
    done = subprocess.run(
        [sys.executable, "-c", READ_ALL],
        cwd=ROOT,
        env=county.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    read: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return read
