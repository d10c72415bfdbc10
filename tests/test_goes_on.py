"""The database goes away and comes back, processes die: the site goes on and nothing is lost.

On PostgreSQL the line to the server is cut, on SQLite another connection holds the lock. Server and worker
run as ``zhibu serve`` starts them; the tests wait on what can be seen, never on the clock.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.db import connection

from tests.away import PostgreSQL, SQLite, database
from tests.browser.instance import ROOT, Instance, free_port, serve
from tests.phone import Phone

BACK_WITHIN = 5.0
PATIENCE = 60.0
LOGIN = "/account/login/"
START_JOB = """
import django
django.setup()
from zhibu.core.access import Scope
from zhibu.jobs.actions import start_job
print(start_job(by=Scope.system("test"), kind="slow", title="慢活", params={}).pk)
"""


def until(holds: Callable[[], bool], within: float = PATIENCE) -> None:
    """Wait for the served processes; fails after ``within`` seconds."""
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)  # between two looks at other processes


def status_at(url: str) -> int:
    """What a visitor gets there; 0 when nobody answers."""
    try:
        with urlopen(url, timeout=10) as answer:  # noqa: S310 (our own server)
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except OSError:
        return 0


class Site:
    """A served county whose database can be taken away."""

    def __init__(self, instance: Instance, database: PostgreSQL | SQLite) -> None:
        self.instance, self.database = instance, database
        self.phone = Phone(instance, "county_organizer")
        self.phone.refresh("/")
        self.visitor = Phone(instance)

    @contextmanager
    def without_database(self) -> Iterator[None]:
        """It is away meanwhile, and back whatever happens."""
        self.database.take_away()
        try:
            yield
        finally:
            self.database.give_back()

    @property
    def health(self) -> tuple[int, dict[str, object]]:
        """What the monitor sees, and so does whoever is signed in."""
        status, text, _ = self.phone.ask("/healthz")
        return status, json.loads(text) if text.startswith("{") else {}

    def has_problem(self, sentence: str) -> bool:
        """The monitor is told so."""
        told = self.health[1].get("problems", [])
        return isinstance(told, list) and sentence in told

    def is_well(self) -> bool:
        """Web, database and worker answer."""
        return self.health[0] == 200

    def processes(self) -> dict[str, int]:
        """The two children of ``zhibu serve``: their part -> process id."""
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                words = (entry / "cmdline").read_text("utf-8").split("\0")
                environment = (entry / "environ").read_bytes()
                parent = int((entry / "stat").read_text("utf-8").rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            if f"ZHIBU_VAR={self.instance.var}".encode() not in environment.split(b"\0"):
                continue
            if "granian" in words and parent == self._supervisor():
                found["web"] = int(entry.name)
            if words[-2:-1] == ["worker"]:
                found["worker"] = int(entry.name)
        return found

    def _supervisor(self) -> int:
        assert self.instance.server is not None
        return self.instance.server.pid

    def log(self) -> str:
        """What the processes wrote."""
        return (self.instance.var / "serve.log").read_text("utf-8")

    def start_job(self) -> None:
        """A job that stops half-way until the file ``go`` is there."""
        for name in ("go", "half_done"):
            (self.instance.var / name).unlink(missing_ok=True)
        subprocess.run([sys.executable, "-c", START_JOB], env=self.instance.environment, cwd=ROOT, check=True)

    def job(self) -> tuple[str, int]:
        """State and attempts of the newest job."""
        [row] = self.database.rows("SELECT state, attempts FROM jobs_job ORDER BY created_at DESC LIMIT 1")
        return row[0], row[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The named county, served."""
    folder = tmp_path_factory.mktemp("away")
    with (
        database(connection.vendor, folder) as made,
        serve(
            folder,
            "world",
            DJANGO_SETTINGS_MODULE="zhibu.jobs.tests.worker_settings",
            **made.environment,
        ) as instance,
    ):
        site = Site(instance, made)
        until(site.is_well)
        yield site


def test_the_database_goes_away_in_the_middle_and_comes_back(site: Site) -> None:
    before = site.processes()
    assert set(before) == {"web", "worker"}
    begin_work, told_of = AWAY[connection.vendor]
    begin_work(site)
    with site.without_database():
        told_of(site)
    until(lambda: site.phone.ask("/members/")[0] == 200, BACK_WITHIN)
    until(site.is_well, BACK_WITHIN)
    if connection.vendor == "sqlite":
        site.start_job()
    (site.instance.var / "go").touch(mode=0o600)
    until(lambda: site.job()[0] == "done")
    assert site.job() == ("done", 1), "an attempt that an outage ended does not count"
    assert site.database.rows("SELECT count(*) FROM audit_audithead WHERE chain >= 9000") == [(3,)]
    assert site.processes() == before, "nobody had to be started again"
    assert site.database.rows("SELECT count(*) - max(seq) FROM audit_auditrecord WHERE chain = 0") == [(0,)]
    site.instance.zhibu("audit", "verify")


def _work_in_hand(site: Site) -> None:
    site.start_job()
    until(lambda: (site.instance.var / "half_done").exists())


def _nothing_in_hand(site: Site) -> None:
    """On SQLite the work in hand would be the one that holds the lock."""


def _each_hears_that_it_is_away(site: Site) -> None:
    sentence = "数据库暂时连不上"
    until(lambda: site.phone.ask("/members/")[0] == 503)
    _, page, headers = site.phone.ask("/members/")
    assert (sentence in page, headers["Retry-After"]) == (True, "5")
    for told in ("Traceback", "psycopg", "127.0.0.1", "OperationalError"):
        assert told not in page
    status, page, _ = site.visitor.ask(LOGIN, {"login": "secretary_a1", "password": "Wrong-1"})
    assert (status, sentence in page, "填的没有保存，也没有丢" in page) == (503, True, True)
    asks: tuple[dict[str, str], ...] = ({"HX-Request": "true"}, {"Accept": "application/json"})
    for headers_sent in asks:
        status, text, _ = site.phone.ask("/jobs/", None, **headers_sent)
        assert (status, sentence in text, "<" in text) == (503, True, False)
    status, health = site.health
    assert (status, health["database"], health["problems"]) == (503, False, ["数据库连不上。"])
    (site.instance.var / "go").touch(mode=0o600)  # the work in hand goes on, and meets the outage
    tries = site.log().count('"waiting"')
    until(lambda: site.log().count('"waiting"') >= tries + 4)


def _reading_goes_on_and_writing_is_told(site: Site) -> None:
    for path in ("/", "/members/", "/jobs/", "/v/hello"):
        assert site.phone.ask(path)[0] == (404 if path == "/v/hello" else 200), path
    for _ in range(2):
        status, page, headers = site.visitor.ask(LOGIN, {"login": "secretary_a1", "password": "Wrong-1"})
        assert (status, "有一项大的写入正在进行" in page, headers["Retry-After"]) == (503, True, "5")
        assert "试得太多" not in page
    status, health = site.health
    assert (status, health["problems"]) == (200, ["数据库正被一项长的写入占着。"])


AWAY: Mapping[str, tuple[Callable[[Site], None], Callable[[Site], None]]] = {
    "postgresql": (_work_in_hand, _each_hears_that_it_is_away),
    "sqlite": (_nothing_in_hand, _reading_goes_on_and_writing_is_told),
}


def test_a_worker_that_is_killed_again_and_again_never_ends_the_site(site: Site) -> None:
    web = site.processes()["web"]
    for n in range(1, 4):
        os.kill(site.processes()["worker"], signal.SIGKILL)
        until(partial(site.has_problem, f"后台任务连续{n}次意外结束，已自动重新启动。"))
        until(lambda: "worker" in site.processes())
        assert site.phone.ask("/members/")[0] == 200
    assert site.processes()["web"] == web


def test_a_site_that_is_killed_twice_is_started_again(site: Site) -> None:
    worker = site.processes()["worker"]
    for _ in range(2):
        until(lambda: "web" in site.processes())
        os.kill(site.processes()["web"], signal.SIGKILL)
        until(lambda: "web" not in site.processes())
        until(lambda: site.phone.ask("/members/")[0] == 200)
    assert site.processes()["worker"] == worker


def test_whoever_starts_before_the_database_waits_for_it(site: Site, tmp_path: Path) -> None:
    """On SQLite the file is there, and a lock keeps nobody from starting."""
    log, port = tmp_path / "early.log", free_port()
    words = [sys.executable, "-m", "zhibu.cli", "serve", "--no-worker", "--port", str(port)]
    with site.without_database(), log.open("wb") as stream:
        early = subprocess.Popen(words, env=site.instance.environment, cwd=ROOT, stderr=stream)
        if connection.vendor == "postgresql":
            until(lambda: log.read_text("utf-8").count("数据库还连不上") >= 2)
    try:
        until(lambda: status_at(f"http://127.0.0.1:{port}/healthz") == 200)
        assert "Traceback" not in log.read_text("utf-8")
    finally:
        early.send_signal(signal.SIGTERM)
        early.wait(30)


def test_a_broken_installation_is_refused_at_once(site: Site, tmp_path: Path) -> None:
    elsewhere = {"ZHIBU_VAR": str(tmp_path), "ZHIBU_KEY_FILE": str(site.instance.var / "keys.toml")}
    url = site.instance.environment.get("DATABASE_URL")
    if url:
        elsewhere["DATABASE_URL"] = url.rpartition("/")[0] + "/zhibu_nowhere"
    done = site.instance.zhibu("worker", check=False, more=elsewhere)
    assert (done.returncode, "不能启动" in done.stderr) == (1, True)


def test_connections_that_a_restart_of_the_server_cut_give_no_error(site: Site) -> None:
    assert [site.phone.ask("/members/")[0] for _ in range(8)] == [200] * 8
    if isinstance(site.database, PostgreSQL):
        site.database.cut_connections()
    assert [site.phone.ask("/members/")[0] for _ in range(12)] == [200] * 12
