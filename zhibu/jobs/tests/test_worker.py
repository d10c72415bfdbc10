"""A real worker process on a database file of its own: killed in the middle, stopped in the middle."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from zhibu.core.crypto import KeyRing

START_JOB = """
import django
django.setup()
from zhibu.core.access import Scope
from zhibu.jobs.actions import start_job
print(start_job(by=Scope.system("test"), kind="slow", title="慢活", params={}).pk)
"""
PATIENCE = 30.0


class Place:
    """A folder with a database and a key ring, and commands run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("ZHIBU_", "DATABASE_"))}
        self.environment |= {
            "ZHIBU_VAR": str(folder),
            "ZHIBU_KEYS": KeyRing.generate().dumps(),
            "DJANGO_SETTINGS_MODULE": "zhibu.jobs.tests.worker_settings",
        }

    def run(self, *words: str) -> str:
        """A Python command; its output."""
        done = subprocess.run(
            [sys.executable, *words], env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    @contextmanager
    def worker(self) -> "Iterator[subprocess.Popen[bytes]]":
        """A worker that is gone afterwards, whatever the test did."""
        process = subprocess.Popen([sys.executable, "-m", "zhibu.cli", "worker"], env=self.environment)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def rows(self, query: str) -> list[Any]:
        """What stands in the database file."""
        with closing(sqlite3.connect(self.folder / "zhibu.sqlite3", timeout=30)) as connection, connection:
            return connection.execute(query).fetchall()

    def job(self) -> tuple[str, int, str]:
        """State, attempts and sentence of the one job."""
        [row] = self.rows("SELECT state, attempts, sentence FROM jobs_job")
        return row[0], row[1], row[2]

    def let_lease_lapse(self) -> None:
        """As if the minute of the lease were over."""
        self.rows("UPDATE jobs_job SET lease_until = '2020-01-01 00:00:00'")
        for file in self.folder.glob("jobs/*/progress.json"):
            os.utime(file, (0, 0))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A migrated database with one job in the queue."""
    made = Place(tmp_path)
    made.run("-m", "zhibu.cli", "migrate")
    made.run("-c", START_JOB)
    return made


def until(holds: Callable[[], bool]) -> None:
    """Wait for another process; fails after half a minute."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)  # between two looks at the other process


CHAINS = "SELECT count(*) FROM audit_audithead WHERE chain >= 9000"


def test_job_of_a_killed_worker_is_done_again_from_the_start(place: Place) -> None:
    with place.worker() as first:
        until(lambda: (place.folder / "half_done").exists())
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert place.rows(CHAINS) == [(0,)]
    assert place.job() == ("running", 1, "")
    place.let_lease_lapse()
    (place.folder / "go").touch(mode=0o600)
    with place.worker():
        until(lambda: place.job()[0] == "done")
    assert place.job() == ("done", 2, "三行都写好了。")
    assert place.rows(CHAINS) == [(3,)]


def test_worker_that_is_asked_to_stop_gives_its_job_back_at_once(place: Place) -> None:
    with place.worker() as first:
        until(lambda: (place.folder / "half_done").exists())
        first.send_signal(signal.SIGTERM)
        assert first.wait(10) == 0
    assert place.rows(CHAINS) == [(0,)]
    assert place.job() == ("queued", 0, "")
    (place.folder / "go").touch(mode=0o600)
    with place.worker():
        until(lambda: place.job()[0] == "done")
    assert place.rows(CHAINS) == [(3,)]
