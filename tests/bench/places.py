"""Installations to measure in: databases that are copied, so that every round starts alike."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import psycopg

from zhibu.core.crypto import KeyRing

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "bench"
PREFIX = "zhibu_bench_"


@dataclass(frozen=True, slots=True)
class Place:
    """An installation: its folder, its database, what its processes find in their environment."""

    vendor: str
    name: str
    server: str  # URL of the PostgreSQL server's maintenance database; "" for SQLite

    @property
    def folder(self) -> Path:
        """Everything it writes."""
        return FOLDER / f"{self.vendor}-{self.name}"

    @property
    def database_url(self) -> str:
        """DATABASE_URL of its processes."""
        return urlparse(self.server)._replace(path=f"/{PREFIX}{self.name}").geturl() if self.server else ""

    @property
    def environment(self) -> dict[str, str]:
        """Ours, without what the shell says about another installation."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("ZHIBU_", "DATABASE_"))}
        return inherited | {
            "ZHIBU_VAR": str(self.folder),
            "ZHIBU_KEYS": keys(),
            "ZHIBU_DEMO": "1",
            "DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "PYTHONPATH": str(ROOT),
            "ZHIBU_LOG_LEVEL": "ERROR",
        }

    def work(self, *words: str) -> Any:
        """Run ``tests.bench.work`` inside; what it prints as its last line, from JSON."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.work", *words],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return json.loads(done.stdout.splitlines()[-1])

    @contextmanager
    def asked(self, *words: str) -> Iterator[Callable[[str], Any]]:
        """The same, but it goes on: each line it is sent it answers with a line of JSON, until the end."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.work", *words],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None and process.stdout is not None
        to, answers = process.stdin, process.stdout

        def ask(line: str) -> Any:
            to.write(line + "\n")
            to.flush()
            return json.loads(answers.readline())

        try:
            yield ask
        finally:
            to.close()
            process.wait(60)
            answers.close()

    def copy(self, name: str) -> "Place":
        """The same installation under another name."""
        other = Place(self.vendor, name, self.server)
        other.remove()
        shutil.copytree(self.folder, other.folder)
        if self.server:
            _execute(self.server, f'CREATE DATABASE "{PREFIX}{name}" TEMPLATE "{PREFIX}{self.name}"')
        return other

    def make(self) -> None:
        """An empty database and folder."""
        self.remove()
        self.folder.mkdir(mode=0o700, parents=True)
        if self.server:
            _execute(self.server, f'CREATE DATABASE "{PREFIX}{self.name}"')

    def settle(self) -> None:
        """Take the statistics that PostgreSQL takes by itself within minutes; a page is not measured without them.

        SQLite takes none by itself, so it gets none here.
        """
        if self.server:
            _execute(self.database_url, "ANALYZE")

    def remove(self) -> None:
        """Database and folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.server:
            _execute(self.server, f'DROP DATABASE IF EXISTS "{PREFIX}{self.name}" WITH (FORCE)')

    @contextmanager
    def copied(self, name: str) -> Iterator["Place"]:
        """A copy that is gone afterwards."""
        other = self.copy(name)
        try:
            yield other
        finally:
            other.remove()


def keys() -> str:
    """One key ring for all installations of the bench: copies must be able to read each other's rows."""
    file = FOLDER / "keys.toml"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(KeyRing.generate().dumps(), "utf-8")
        file.chmod(0o600)
    return file.read_text("utf-8")


def servers() -> dict[str, str]:
    """Vendor -> server: SQLite always, PostgreSQL when one answers."""
    found = {"sqlite": ""}
    url = os.environ.get("TEST_DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
    with contextlib.suppress(psycopg.Error):
        psycopg.connect(url, connect_timeout=3).close()
        found["postgresql"] = url
    return found


class Places:
    """Built on first use and shared by all rows of a run."""

    def __init__(self) -> None:
        self.servers = servers()
        self._made: dict[tuple[str, str], Place] = {}

    def organizations(self, vendor: str) -> Place:
        """The county's organizations and no member; the roster waits in the folder."""
        return self._get(vendor, "organizations", "build_organizations")

    def roster(self, vendor: str) -> Place:
        """The organizations with the roster in, and nothing that happened to its members since."""
        if (vendor, "roster") not in self._made:
            self._made[vendor, "roster"] = self.organizations(vendor).copy("roster")
            self._made[vendor, "roster"].work("import_roster")
        return self._made[vendor, "roster"]

    def county(self, vendor: str) -> Place:
        """The whole demonstration county."""
        return self._get(vendor, "county", "build_county")

    def cases(self, vendor: str) -> Place:
        """The demonstration county with what its people have under way."""
        return self._brought_on(self.county, vendor, "cases", "enter_cases")

    def october(self, vendor: str) -> Place:
        """The demonstration county with its history sealed, and branches of the sizes that are measured."""
        return self._brought_on(self.county, vendor, "october", "finish_october")

    def november(self, vendor: str) -> Place:
        """November open in every branch, with its meetings and with entries."""
        return self._brought_on(self.october, vendor, "november", "enter_november")

    def grown(self, vendor: str) -> Place:
        """The same among 100,000 members."""
        return self._brought_on(self.november, vendor, "grown", "grow_county")

    def year(self, vendor: str) -> Place:
        """The year sealed and reviewed, ready to be closed."""
        return self._brought_on(self.october, vendor, "year", "finish_year")

    def remove(self) -> None:
        """All of them."""
        for place in self._made.values():
            place.remove()

    def _brought_on(self, template: Callable[[str], Place], vendor: str, name: str, command: str) -> Place:
        if (vendor, name) not in self._made:
            place = template(vendor).copy(name)
            self._made[vendor, name] = place
            place.work(command)
            place.settle()
        return self._made[vendor, name]

    def _get(self, vendor: str, name: str, command: str) -> Place:
        key = (vendor, name)
        if key not in self._made:
            place = Place(vendor, name, self.servers[vendor])
            place.make()
            self._made[key] = place
            place.work(command)
            place.settle()
        return self._made[key]


def _execute(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())
