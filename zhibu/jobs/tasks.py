"""The worker: takes jobs from the queue and, by the clock, sweeps and anchors the audit log."""

import contextlib
import logging
import threading
import time
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Final

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker

from zhibu.audit.actions import anchor_day
from zhibu.core.access import Scope
from zhibu.core.ages import date_now
from zhibu.core.outages import outage_of, pauses
from zhibu.jobs.actions import sweep_jobs
from zhibu.jobs.actions.running import LONGEST_PAUSE, worker_is_stopping

log = logging.getLogger("zhibu.jobs")

SWEEP_SECONDS: Final = 30.0
ALIVE_SECONDS: Final = 5.0
FRESH_SECONDS: Final = 60.0
STEADY_SECONDS: Final = 10.0
"""After working so long without an outage the pauses start small again."""


def alive_file() -> Path:
    """Its time says when a worker of this installation was last alive."""
    return Path(settings.VAR) / "worker.alive"


def is_worker_alive(*, now: float) -> bool:
    """A worker gave a sign of life within a minute. ``now`` in seconds since 1970."""
    try:
        return now - alive_file().stat().st_mtime < FRESH_SECONDS
    except FileNotFoundError:
        return False


def run_worker(*, poll_seconds: float = 0.5) -> None:
    """Work until SIGTERM or SIGINT: the job in hand then stops at its next step and waits for the next
    worker. Never returns otherwise."""
    worker = _Worker(
        queue_names=["default"],
        interval=poll_seconds,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )
    worker.configure_signals()
    alive_file().parent.mkdir(parents=True, exist_ok=True)
    over = threading.Event()
    chores = threading.Thread(target=_chores, args=(over,), name="chores", daemon=True)
    chores.start()
    try:
        worker.run()
    finally:
        over.set()
        chores.join(timeout=5)
        alive_file().unlink(missing_ok=True)


class _Worker(QueueWorker):
    def run(self) -> None:
        """Work until asked to stop; an outage of database or disk is waited for with growing pauses."""
        tries = pauses(LONGEST_PAUSE)
        while self.running:
            started_at = time.monotonic()
            try:
                super().run()
            except (DatabaseError, OSError) as error:
                outage = outage_of(error)
                if outage is None:
                    raise
                log.warning("waiting", extra={"outage": outage.value})
                connection.close()
                if time.monotonic() - started_at > STEADY_SECONDS:
                    tries = pauses(LONGEST_PAUSE)
                time.sleep(next(tries))

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        worker_is_stopping.set()
        super().shutdown(signum, frame)


def _chores(over: threading.Event) -> None:
    swept_at = float("-inf")
    anchored: date | None = None
    while True:
        with contextlib.suppress(OSError):  # a full disk does not end the chores
            alive_file().touch()
            date_now(alive_file())
        if time.monotonic() - swept_at >= SWEEP_SECONDS:
            swept_at = time.monotonic()
            try:
                sweep_jobs(at=timezone.now())
                if anchored != timezone.localdate():
                    anchored = anchor_day(by=Scope.system("zhibu worker"), on=timezone.localdate()).day
            except (DatabaseError, OSError):
                # Held by a long import (SQLite) or away for a moment: the next round comes soon.
                log.warning("sweep postponed", exc_info=True)
            finally:
                connection.close()
        if over.wait(ALIVE_SECONDS):
            return
