"""What the worker does every minute: find jobs that lost their worker, remove what is old."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from zhibu.audit.actions import record
from zhibu.core.access import Scope
from zhibu.jobs import files
from zhibu.jobs.actions.running import LEASE, perform, put_in_queue
from zhibu.jobs.kinds import job_kinds
from zhibu.jobs.models import Job

MAX_ATTEMPTS: Final = 3
RESULTS_KEPT: Final = timedelta(days=7)
TASKS_KEPT: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did."""

    requeued: int
    failed: int
    results_removed: int


def sweep_jobs(*, at: datetime) -> Swept:
    """Put jobs without a worker back into the queue or end them; remove results older than a week.

    A worker killed outright leaves its queue entry "running" for good: those entries go too. Running
    it twice, or in two processes at once, changes nothing more.
    """
    requeued = failed = 0
    for job in Job.objects.lapsed(at=at):
        if files.sign_of_life(job.pk) + LEASE.total_seconds() > at.timestamp():
            continue  # alive; its own long transaction keeps it from renewing the lease
        back = _take_from_lost_worker(job, at)
        requeued += back is True
        failed += back is False
    _enqueue_forgotten(at)
    _forget_queue_entries(at)
    files.sweep_passing(now=at.timestamp())
    return Swept(requeued, failed, _remove_old_results(at))


@transaction.atomic
def _take_from_lost_worker(job: Job, at: datetime) -> bool | None:
    """True: queued again; False: ended; None: its worker, or another sweep, was faster."""
    kind = job_kinds().get(job.kind)
    again = kind is not None and kind.is_resumable and job.attempts < MAX_ATTEMPTS and not job.cancel_asked
    lost = Job.objects.lapsed(at=at).filter(pk=job.pk, started_at=job.started_at)
    if again:
        changed = lost.update(state="queued", started_at=None, lease_until=None)
    elif job.cancel_asked:
        changed = lost.update(
            state="canceled", ended_at=at, lease_until=None, sentence=_("按您的要求停止，没有改动数据。")
        )
    else:
        changed = lost.update(state="failed", ended_at=at, lease_until=None, sentence=_lost_sentence(job))
    if not changed:
        return None
    files.remove_job_folder(job.pk)
    record(
        "jobs.job.requeued" if again else "jobs.job.ended",
        by=Scope.system("jobs sweep"),
        on=job,
        data={"kind": job.kind, "attempts": job.attempts},
    )
    if again:
        put_in_queue(job.pk, job.kind)
    return again


def _lost_sentence(job: Job) -> str:
    if job.attempts >= MAX_ATTEMPTS:
        return _(
            "办理任务的程序三次中途停止，任务没有完成，没有做完的部分已经撤回。请联系系统管理员查看服务器内存和日志，然后重试。"
        )
    return _("办理任务的程序中途停止，任务没有完成，没有做完的部分已经撤回。请先到相关页面核对，再重试。")


def _enqueue_forgotten(at: datetime) -> None:
    """Waiting jobs whose queue entry is gone: its worker died between taking the entry and the job."""
    waiting = Job.objects.filter(state="queued", created_at__lt=at - LEASE).values_list("pk", "kind")
    if not waiting:
        return
    ready = DBTaskResult.objects.ready().filter(task_path=perform.module_path)
    queued = {entry["args"][0] for entry in ready.values_list("args_kwargs", flat=True)}
    for job_id, kind in waiting:
        if str(job_id) not in queued:
            put_in_queue(job_id, kind)


def _forget_queue_entries(at: datetime) -> None:
    ours = DBTaskResult.objects.filter(task_path=perform.module_path)
    ours.finished().filter(finished_at__lt=at - TASKS_KEPT).delete()
    alive = {str(pk) for pk in Job.objects.filter(state="running").values_list("pk", flat=True)}
    stale = [
        pk
        for pk, entry in ours.running().filter(started_at__lt=at - LEASE).values_list("pk", "args_kwargs")
        if entry["args"][0] not in alive
    ]
    DBTaskResult.objects.filter(pk__in=stale).delete()


def _remove_old_results(at: datetime) -> int:
    old = Job.objects.filter(state="done", ended_at__lt=at - RESULTS_KEPT).exclude(result_file="")
    removed = 0
    for pk, name in old.values_list("pk", "result_file"):
        (files.results_folder() / name).unlink(missing_ok=True)
        removed += Job.objects.filter(pk=pk).update(result_file="")
    _remove_strays(at)
    return removed


def _remove_strays(at: datetime) -> None:
    """Folders and result files that no job names: left by workers that were killed."""
    jobs = files.job_folder("x").parent
    folders = {folder.name for folder in jobs.iterdir()} if jobs.exists() else set()
    if folders:
        ids = [UUID(name) for name in folders if _is_id(name)]
        kept = {str(pk) for pk in Job.objects.active().filter(pk__in=ids).values_list("pk", flat=True)}
        for name in folders - kept:
            if _is_old(jobs / name, at):
                files.remove_job_folder(name)
    known = set(Job.objects.exclude(result_file="").values_list("result_file", flat=True))
    for file in files.results_folder().iterdir():
        if file.name not in known and _is_old(file, at):
            file.unlink()


def _is_id(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True


def _is_old(path: Path, at: datetime) -> bool:
    return path.stat().st_mtime < at.timestamp() - 3600
