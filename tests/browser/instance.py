"""A served instance of its own: folder, keys, SQLite database, server, worker."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import time_machine

from tests.days import TODAY
from tests.passwords import PASSWORD
from tests.tables import lay_tables

ROOT = Path(__file__).parent.parent.parent
STARTS_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Instance:
    """Where it answers and where it keeps its things."""

    url: str
    var: Path
    environment: dict[str, str]
    password: str = PASSWORD
    server: "Server | None" = None

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.var / "zhibu.sqlite3"

    def zhibu(
        self, *arguments: str, check: bool = True, more: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run the command line on this instance; ``more`` are further environment variables."""
        return self._run("-m", "zhibu.cli", *arguments, check=check, more=more)

    def prepare(self, *arguments: str) -> str:
        """Run a step of tests/browser/county.py on this instance's database; returns what it printed."""
        return self._run("-m", "tests.browser.county", *arguments).stdout.strip()

    def _run(
        self, *arguments: str, check: bool = True, more: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**self.environment, **(more or {})},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert not check or done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
        return done


class Server:
    """``zhibu serve`` in a session of its own, so that all its processes can be killed at once."""

    def __init__(self, url: str, folder: Path, environment: dict[str, str]) -> None:
        self._url = url
        self._log = folder / "serve.log"
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process id of ``zhibu serve`` itself; 0 before it is started."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start it, and wait until it answers."""
        port = self._url.rpartition(":")[2]
        self._log.touch(mode=0o600)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "zhibu.cli", "serve", "--port", port],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _wait_until_it_answers(self._url, self._process, self._log)

    def kill(self) -> None:
        """Everything of it dies at once, whatever it is doing."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(30)

    def stop(self) -> None:
        """Ask it to end."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(30)


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(folder: Path, county: str, **more: str) -> Iterator[Instance]:
    """An instance with the county that ``tests/browser/county.py`` makes under that name.

    ``more`` are further environment variables.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    inherited = {
        k: v for k, v in os.environ.items() if not k.startswith(("ZHIBU_", "DATABASE_URL", "DJANGO_"))
    }
    environment = inherited | {
        "ZHIBU_VAR": str(folder),
        "ZHIBU_SITE_URL": url,
        "DJANGO_SETTINGS_MODULE": "zhibu.config.settings",
        "PYTHONPATH": os.pathsep.join((str(Path(__file__).parent / "clock"), str(ROOT))),
        "TEST_CLOCK_AHEAD": str(_ahead()),
        "TEST_DAY": TODAY.isoformat(),  # the county is made on the suite's day, too
        **more,
    }
    server = Server(url, folder, environment)
    instance = Instance(url, folder, environment, server=server)
    if (
        county != "empty" and "DATABASE_URL" not in more
    ):  # the empty one makes its tables, as an installation does
        lay_tables(folder)
    instance.prepare(county)
    try:
        server.start()
        yield instance
    finally:
        server.stop()


def _ahead() -> float:
    """Seconds by which the suite's clock differs from the machine's; 0 outside the suite."""
    hatch = time_machine.escape_hatch
    return time.time() - hatch.time.time() if hatch.is_travelling() else 0.0


def _wait_until_it_answers(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text("utf-8")
        try:
            door = http.client.HTTPConnection(url.removeprefix("http://"), timeout=2)
            door.request("GET", "/healthz")
            door.getresponse()
            return
        except (http.client.HTTPException, OSError):
            time.sleep(0.1)  # between two knocks; the journeys themselves never sleep
    raise AssertionError(f"no answer within {STARTS_WITHIN} s\n{log.read_text('utf-8')}")
