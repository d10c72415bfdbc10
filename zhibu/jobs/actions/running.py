"""Doing the work of a job, once, with a lease that shows the worker is alive."""

import ctypes
import logging
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_tasks import task

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.outages import Outage, outage_of, pauses
from zhibu.core.refusals import sentence_of
from zhibu.jobs import files
from zhibu.jobs.holding import held_by
from zhibu.jobs.kinds import Canceled, Interrupted, JobKind, Result, job_kinds
from zhibu.jobs.models import Job

log = logging.getLogger("zhibu.jobs")

LEASE: Final = timedelta(seconds=60)
BEAT_SECONDS: Final = 10.0
REPORT_SECONDS: Final = 0.5
PROBLEMS_KEPT: Final = 1000
LONGEST_PAUSE: Final = 3.0
"""Seconds between two tries while the database is away; within five it is noticed that it is back."""

# Priorities of the queue.
_FIRST: Final = 10
_IN_TURN: Final = 0

T = TypeVar("T")

worker_is_stopping = threading.Event()
"""Set by the worker on SIGTERM: the work in hand stops at its next step and goes back to the queue."""


@task()
def perform(job_id: str) -> None:
    """The queue's entry: one call of ``run_job``. What the work needed goes back to the machine afterwards."""
    try:
        run_job(job_id)
    finally:
        # glibc keeps what was freed between two things still in use: 170 MB after a county's register.
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def put_in_queue(job_id: UUID, kind: str) -> None:
    """The worker takes it when its turn comes: what somebody waits for before what was asked for earlier."""
    known = job_kinds().get(kind)
    priority = _FIRST if known is not None and known.is_first else _IN_TURN
    perform.using(priority=priority).enqueue(str(job_id))


def run_job(job_id: UUID | str) -> None:
    """Do the job if it is still waiting; otherwise nothing. Never raises for what the work does.

    The owner's scope is built anew: whoever lost a role since the click is refused.
    """
    job = when_it_takes(lambda: _claim(job_id))
    if job is None:
        return
    if job.cancel_asked:
        _end(job, "canceled", _("按您的要求停止，没有改动数据。"))
        return
    kind = job_kinds().get(job.kind)
    if kind is None:
        _end(job, "failed", _("现在的系统版本没有这种任务，请从原来的页面重新办理。"))
        return
    work = _Work(job)
    try:
        files.report(job.pk, files.Reported())
        with work.heartbeat():
            _work(job, kind, work)
    except (DatabaseError, OSError) as error:
        if outage_of(error) is None:
            raise
        when_it_takes(lambda: _give_back(job, kind, work))
    finally:
        files.remove_job_folder(job.pk)


def when_it_takes(write: Callable[[], T]) -> T | None:
    """Write now or, after an outage of database or disk, as soon as it is over.

    None when the worker is asked to stop before that: the sweep then finds the job by its lease.
    """
    for pause in pauses(LONGEST_PAUSE):
        try:
            return write()
        except (DatabaseError, OSError) as error:
            outage = outage_of(error)
            if outage is None:
                raise
            log.warning("waiting", extra={"outage": outage.value})
            connection.close()
        if worker_is_stopping.wait(pause):
            break
    return None


def _claim(job_id: UUID | str) -> Job | None:
    at = timezone.now()
    claimed = Job.objects.filter(pk=job_id, state="queued").update(
        state="running",
        started_at=at,
        lease_until=at + LEASE,
        attempts=F("attempts") + 1,
        done=0,
        total=0,
        note="",
        problems=[],
    )
    return Job.objects.get(pk=job_id) if claimed else None


def _work(job: Job, kind: JobKind, work: "_Work") -> None:
    by = Scope.nobody()
    try:
        scope_of: Callable[..., Scope] = import_string(settings.SCOPE_OF_USER_ID)
        by = scope_of(job.owner_id, job.owner_name, on=timezone.localdate(job.started_at))
        work.held = held_by(by)
        result = kind.run(work, by, job.params) or Result()
        stored = _store(job, result)
    except Interrupted:
        _give_back(job, kind, work)
    except Canceled:
        _end(job, "canceled", _("按您的要求停止，没有改动数据。"), work)
    except Refused as refusal:
        _end(job, "failed", sentence_of(refusal), work)
    except Exception as error:
        outage = outage_of(error)
        if outage is not None and outage.is_over_in_a_moment:
            raise
        log.exception("job failed", extra={"job_id": str(job.pk), "kind": job.kind})
        _end(job, "failed", _sentence_for(error, job), work)
    else:
        _end(
            job,
            "done",
            result.sentence,
            work,
            result_file=stored,
            result_name=result.name if stored else "",
            result_url=result.url,
        )


def _sentence_for(error: Exception, job: Job) -> str:
    if outage_of(error) is Outage.DISK_FULL:
        return _("服务器磁盘空间不足，任务没有完成。请联系系统管理员清理磁盘，然后重试。")
    return _(
        "系统出现意外，任务没有完成，数据保持原样。请重试一次；仍不成功时，把编号 {number} 告诉系统管理员。"
    ).format(number=str(job.pk)[:8])


def _store(job: Job, result: Result) -> str:
    """Move the result file into the store; its name there, or "" without one."""
    if result.file is None:
        return ""
    name = f"{job.pk}{result.file.suffix}"
    result.file.replace(files.results_folder() / name)
    return name


def _mine(job: Job) -> Any:
    """The job's row as long as this attempt still owns it."""
    return Job.objects.filter(pk=job.pk, state="running", started_at=job.started_at)


@transaction.atomic
def _end(job: Job, state: str, sentence: str, work: "_Work | None" = None, **facts: str) -> None:
    ended = _mine(job).update(
        state=state,
        sentence=sentence[:600],
        ended_at=timezone.now(),
        lease_until=None,
        **(work.facts() if work else {}),
        **facts,
    )
    if ended:
        record(
            "jobs.job.ended",
            by=Scope(job.owner_id, job.owner_name, is_system=job.owner_id is None),
            on=job,
            data={"kind": job.kind, "state": state},
        )


@transaction.atomic
def _give_back(job: Job, kind: JobKind, work: "_Work") -> None:
    """The worker stops, or the database left it in the middle: the job waits for the next attempt, and this
    one does not count. What cannot be done twice ends instead.

    After a lost lease nothing changes: the row no longer belongs to this attempt.
    """
    if not kind.is_resumable:
        sentence = _("系统停机维护或者数据库中断，任务没有完成。请先到相关页面核对，再重试。")
        _end(job, "failed", sentence, work)
        return
    changed = _mine(job).update(state="queued", attempts=job.attempts - 1, started_at=None, lease_until=None)
    if changed:
        put_in_queue(job.pk, job.kind)


class _Work:
    """The progress of one attempt (``zhibu.jobs.kinds.Progress``)."""

    def __init__(self, job: Job) -> None:
        self.job_id = str(job.pk)
        self.is_lost = False
        self.held: dict[str, Any] = {}
        self._job = job
        self._done, self._total, self._note = 0, 0, ""
        self._problems: list[dict[str, str]] = []
        self._reported_at = float("-inf")
        self._over = threading.Event()

    def step(self, done: int, total: int, note: str = "") -> None:
        """Report; raises ``Canceled`` or ``Interrupted`` when the work must stop here."""
        self._done, self._total, self._note = done, total, note or self._note
        if self.is_lost or worker_is_stopping.is_set():
            raise Interrupted
        now = time.monotonic()
        if now - self._reported_at >= REPORT_SECONDS:
            self._reported_at = now
            files.report(self.job_id, files.Reported(done, total, self._note))
            if files.is_asked_to_stop(self.job_id):
                raise Canceled

    def problem(self, who: str, what: str) -> None:
        """Something for the owner to look at; the first thousand are kept."""
        if len(self._problems) < PROBLEMS_KEPT:
            self._problems.append({"who": who, "what": what})

    def folder(self) -> Path:
        """The folder for intermediate files, emptied when the job ends."""
        folder = files.job_folder(self.job_id) / "work"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def facts(self) -> dict[str, Any]:
        """Progress and problems as columns."""
        return {
            "done": self._done,
            "total": self._total,
            "note": self._note[:200],
            "problems": self._problems,
            "held": self.held,
        }

    @contextmanager
    def heartbeat(self) -> Any:
        """Renew the lease from a thread of its own while the work goes on."""
        thread = threading.Thread(target=self._beat, name=f"lease-{self.job_id[:8]}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _beat(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            files.give_sign_of_life(self.job_id)
            self._renew(timezone.now())
        connection.close()

    def _renew(self, at: datetime) -> None:
        try:
            kept = _mine(self._job).update(
                lease_until=at + LEASE, done=self._done, total=self._total, note=self._note[:200]
            )
        except DatabaseError:
            # The database is held by the work itself (SQLite) or away for a moment. The progress file
            # goes on showing that this worker is alive.
            log.warning("lease not renewed", extra={"job_id": self.job_id})
            connection.close()
            return
        self.is_lost = not kept
