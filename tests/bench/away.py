"""How soon the site serves again after its database was away, and whether what it said it did is there."""

import tempfile
import time
from pathlib import Path
from urllib.error import HTTPError

from tests.away import PostgreSQL, SQLite, database
from tests.bench.places import Places
from tests.bench.rows import Row
from tests.browser.instance import Instance, serve
from tests.phone import Phone

PERSON = "county_organizer"
AWAY = {"postgresql": (1.0, 8.0, 60.0), "sqlite": (60.0,)}
BACK_WITHIN = 5.0
SIGNED_IN = "SELECT count(*) FROM audit_auditrecord WHERE event = 'accounts.session.started'"


def away_id(vendor: str) -> str:
    """Id of the row."""
    return f"away-{vendor}"


def away_rows(places: Places, vendor: str) -> list[Row]:
    """The longest wait, over all absences, from the database's return to a page read and a sign-in done.

    While it is away, people go on trying to sign in; each who was let in must stand in the log.
    """
    with (
        tempfile.TemporaryDirectory() as name,
        database(vendor, Path(name)) as made,
        serve(Path(name), "world", **made.environment) as site,
    ):
        reader = Phone(site, PERSON)
        before = int(made.rows(SIGNED_IN)[0][0])
        waits, entered = [], 0
        for seconds in AWAY[vendor]:
            wait, more = _once(site, made, reader, seconds)
            waits.append(wait)
            entered += more
        kept = int(made.rows(SIGNED_IN)[0][0]) - before
    lengths = ", ".join(f"{seconds:.0f}" for seconds in AWAY[vendor])
    deed = "away" if vendor == "postgresql" else "locked"
    what = (
        f"database {deed} for {lengths} s ({vendor}): from its return until a page is read and a sign-in done"
    )
    return [
        Row(
            away_id(vendor),
            what,
            max(waits),
            "s",
            BACK_WITHIN,
            "<= 1",
            ((f"{entered} sign-ins answered, {kept} in the log", entered == kept),),
        )
    ]


def _once(site: Instance, made: PostgreSQL | SQLite, reader: Phone, seconds: float) -> tuple[float, int]:
    made.take_away()
    entered, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        entered += _signs_in(site)
        time.sleep(0.2)
    made.give_back()
    back = time.monotonic()
    while not (_reads(reader) and _signs_in(site)):
        time.sleep(0.05)
    return time.monotonic() - back, entered + 1


def _signs_in(site: Instance) -> int:
    """1 when the person was let in."""
    try:
        phone = Phone(site, PERSON)
    except (HTTPError, OSError, AssertionError):
        return 0
    return int(_reads(phone))


def _reads(phone: Phone) -> bool:
    """The list of members, and not the way to the sign-in."""
    status, page, _headers = phone.ask("/members/")
    return status == 200 and 'name="password"' not in page
