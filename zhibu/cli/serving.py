"""serve, worker, migrate, check."""

import argparse
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any, Final

from zhibu.cli.console import DONE, REFUSED, fail, note, say, set_up

STOP_SECONDS: Final = 20.0
"""How long a child may take to end after SIGTERM before it is killed; the sweep picks up its job."""
STEADY_SECONDS: Final = 60.0
"""A child that lived so long is steady: its next death counts as the first."""
PAUSES: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds before a child is started again, by its deaths in a row."""
MANY_DEATHS: Final = 4
"""From so many deaths in a row on the installation is to blame rather than chance."""
WORKER_LOCK_SECONDS: Final = 120
SAID_EVERY: Final = 5.0
NICENESS: Final = 10
"""Long work takes the processor when no page asks for it."""


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the commands."""
    serve = commands.add_parser(
        "serve", help="启动网站和后台任务", description="启动网站，并在旁边运行后台任务。Ctrl-C 停止。"
    )
    serve.add_argument("--host", default="127.0.0.1", help="监听的地址，默认 127.0.0.1（只有本机能访问）")
    serve.add_argument("--port", type=int, default=8000, help="端口，默认 8000")
    serve.add_argument("--no-worker", action="store_true", help="不运行后台任务（另用 zhibu worker）")
    serve.add_argument(
        "--processes", type=int, default=0, help="网站进程数，默认：SQLite 1，PostgreSQL 按处理器数，至多 4"
    )
    serve.add_argument("--threads", type=int, default=0, help="每个网站进程的线程数，默认 ZHIBU_THREADS")
    serve.set_defaults(run=_serve)
    worker = commands.add_parser(
        "worker",
        help="运行后台任务",
        description="办理后台任务，定时清理，每天锚定审计日志。可以同时运行几个。",
    )
    worker.set_defaults(run=_worker)
    migrate = commands.add_parser(
        "migrate", help="建立或升级数据库", description="建立或升级数据库的表和缓存表。"
    )
    migrate.set_defaults(run=_migrate)
    check = commands.add_parser(
        "check", help="检查安装", description="检查密钥、文件权限、字体、网址、时间、数据库、审计日志。"
    )
    check.set_defaults(run=_check)


def _serve(args: argparse.Namespace) -> int:
    set_up()
    _refuse_taken_port(args.host, args.port)
    _refuse_broken_installation()
    _refuse_open_network(args.host)
    from django.conf import settings
    from django.db import connection, connections

    from zhibu.config.restarts import tell_restarts

    is_sqlite = connection.vendor == "sqlite"
    connections.close_all()
    if is_sqlite:
        _keep_open()
    processes = args.processes or (1 if is_sqlite else min(os.cpu_count() or 1, 4))
    if args.threads:
        os.environ["ZHIBU_THREADS"] = str(args.threads)
    # A heap for each thread keeps what each once needed at most: two serve as well and give it back.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    children = {"网站": _granian(args.host, args.port, processes)}
    if not args.no_worker:
        children["后台任务"] = [sys.executable, "-m", "zhibu.cli", "worker"]
    say(
        f"正在启动：{settings.SITE_URL if args.port == 8000 else f'http://{args.host}:{args.port}'} ，按 Ctrl-C 停止。"
    )
    return Supervisor(children, tell=tell_restarts).run()


def _keep_open() -> None:
    """Hold SQLite's file open as long as the site runs, without a lock.

    The last connection that closes takes the write-ahead log and its index away; a disk without room
    for a new index then keeps everybody from reading.
    """
    from django.db import DatabaseError, connection

    with contextlib.suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM sqlite_master LIMIT 1")
        cursor.fetchall()


def _granian(host: str, port: int, processes: int) -> list[str]:
    # The gateway receives, its threads work: the work is SQL and templates. Access logging is ours (no addresses,
    # no data).
    return [
        *(sys.executable, "-m", "granian", "--interface", "rsgi", "--host", host, "--port", str(port)),
        *("--workers", str(processes), "--no-ws", "--http", "1"),
        *("--log-level", "warning", "--workers-kill-timeout", "10", "--respawn-failed-workers"),
        *("--backlog", "1024", "zhibu.config.gateway:application"),
    ]


def _worker(args: argparse.Namespace) -> int:
    # What runs in the background can wait for SQLite's lock longer than a person at a page.
    waits = max(int(os.environ.get("ZHIBU_LOCK_SECONDS") or 0), WORKER_LOCK_SECONDS)
    os.environ["ZHIBU_LOCK_SECONDS"] = str(waits)
    set_up()
    _refuse_broken_installation()
    from zhibu.jobs.tasks import run_worker

    os.nice(NICENESS)
    run_worker()
    return DONE


def _migrate(args: argparse.Namespace) -> int:
    set_up()
    migrate()
    say("数据库已是最新。")
    return DONE


def migrate() -> None:
    """Bring the tables and the cache table up to date. Needs ``set_up``."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    os.umask(0o077)  # the database file is for this user alone, also where no command line ran
    settings.VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
    if connection.vendor == "sqlite":
        note("正在建立或升级数据库……")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    if not settings.KEY_RING_IS_PASSING:
        from zhibu.config.actions import note_keys
        from zhibu.core.access import Scope

        note_keys(by=Scope.system("zhibu migrate"))


def _check(args: argparse.Namespace) -> int:
    set_up()
    found, advice = findings()
    for sentence in found:
        note(sentence)
    for sentence in advice:
        note(f"提醒：{sentence}")
    if not found:
        say("检查通过。")
    return REFUSED if found else DONE


def problems() -> list[str]:
    """What keeps this installation from serving, as sentences."""
    return findings()[0]


def findings() -> tuple[list[str], list[str]]:
    """What keeps this installation from serving, and what is only said, as sentences (``zhibu.config.checks``)."""
    from django.core.checks import run_checks

    found = run_checks(tags=["boot"], include_deployment_checks=True)
    serious = [f"{each.msg}{each.hint or ''}" for each in found if each.is_serious()]
    return serious, [f"{each.msg}{each.hint or ''}" for each in found if not each.is_serious()]


def _refuse_broken_installation() -> None:
    _wait_for_database()
    found = problems()
    if found:
        fail("不能启动：\n" + "\n".join(f"  {sentence}" for sentence in found))


def _wait_for_database() -> None:
    """Until the server of the database answers, with a sentence every few seconds; SQLite is a file beside us.

    A server that answers and refuses us (no such database, role or password) is not waited for: that is
    for the checks to say.
    """
    from zhibu.config.checks.database import why_away
    from zhibu.core.outages import pauses

    said_at = float("-inf")
    for pause in pauses(2.0):
        reason = why_away()
        if not reason:
            return
        if time.monotonic() - said_at >= SAID_EVERY:
            said_at = time.monotonic()
            note(f"数据库还连不上，等它启动，连上后自动继续（按 Ctrl-C 停止）：{reason}")
        time.sleep(pause)


def _refuse_open_network(host: str) -> None:
    """Listening to a network while the site's own address is this machine's: passwords would go in the clear."""
    from django.conf import settings

    from zhibu.config.checks.network import PLAIN_HTTP, is_local

    if not (is_local(host) or settings.SECURE_TRANSPORT or settings.PLAIN_HTTP):
        fail(f"不能启动：{host} 上别的机器也能访问，网站却不加密。{PLAIN_HTTP}")


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            fail(f"{host} 的端口 {port} 已被占用。请停止占用它的程序，或用 --port 换一个端口。")


@dataclass(slots=True)
class _Child:
    """A process that is kept running."""

    command: list[str]
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    start_at: float = 0.0
    deaths: int = 0  # in a row, none of them after a steady minute


class Supervisor:
    """Runs processes side by side until a signal: whichever dies is started again, after growing pauses.

    None ends the others, and none is given up: what dies at once again and again is said, with what to do.
    Children stand in sessions of their own, so that Ctrl-C reaches only us and each is stopped once;
    the kernel ends them should we be killed outright. ``tell`` hears the deaths of each, for ``/healthz``.
    """

    def __init__(
        self, commands: Mapping[str, list[str]], *, tell: Callable[[Mapping[str, int]], None]
    ) -> None:
        self._children = {name: _Child(command) for name, command in commands.items()}
        self._tell = tell
        self._is_stopping = False

    def run(self) -> int:
        """Until a signal; the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        self._tell_deaths()
        while not self._is_stopping:
            for name, child in self._children.items():
                self._look(name, child, time.monotonic())
            time.sleep(0.2)
        self._end_all()
        return DONE

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._is_stopping = True

    def _look(self, name: str, child: _Child, now: float) -> None:
        if self._is_stopping:
            return
        if child.process is None:
            if now >= child.start_at:
                child.process, child.started_at = _start(child.command), now
        elif child.process.poll() is None:
            if child.deaths and now - child.started_at >= STEADY_SECONDS:
                child.deaths = 0
                self._tell_deaths()
        else:
            self._bury(name, child, child.process.returncode, now)

    def _bury(self, name: str, child: _Child, code: int, now: float) -> None:
        if child.process is not None:
            _end_group(child.process)  # a server killed outright leaves its own children at the port
        child.deaths = child.deaths + 1 if now - child.started_at < STEADY_SECONDS else 1
        pause = PAUSES[min(child.deaths, len(PAUSES)) - 1]
        child.process, child.start_at = None, now + pause
        self._tell_deaths()
        if child.deaths < MANY_DEATHS:
            note(f"{name}意外结束（退出码 {code}），{pause:g}秒后重新启动。")
        else:
            note(
                f"{name}连续{child.deaths}次启动不久就结束（退出码 {code}），多半是安装有问题："
                f"请看上面的日志，并运行 zhibu check。{pause:g}秒后再试。"
            )

    def _tell_deaths(self) -> None:
        self._tell({name: child.deaths for name, child in self._children.items()})

    def _end_all(self) -> None:
        alive = [
            each.process for each in self._children.values() if each.process and each.process.poll() is None
        ]
        for child in alive:
            child.terminate()
        until = time.monotonic() + STOP_SECONDS
        for child in alive:
            try:
                child.wait(max(until - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                _end_group(child)
                child.wait()


def _end_group(leader: "subprocess.Popen[bytes]") -> None:
    """Kill what is left of the process and its children; they share a session."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader.pid, signal.SIGKILL)


def _start(command: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, start_new_session=True, preexec_fn=_die_with_parent)  # noqa: S603 (our own command; single-threaded parent)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        prctl: Any = ctypes.CDLL(None).prctl
        prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
