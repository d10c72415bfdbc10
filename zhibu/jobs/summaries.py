"""What a job's page shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from zhibu.jobs import files
from zhibu.jobs.models import Job


@dataclass(frozen=True, slots=True)
class JobView:
    """One job as its owner sees it.

    ``share`` is in percent, None while the total is not known. ``minutes_left`` is rounded up, None
    when nothing can be said yet. ``result_was_removed``: there was a file, older than a week.
    """

    job: Job
    done: int
    total: int
    note: str
    share: int | None
    minutes_left: int | None

    @property
    def is_active(self) -> bool:
        """Waiting or being worked on."""
        return self.job.state in {"queued", "running"}

    @property
    def result_was_removed(self) -> bool:
        """The result was a file, and its week is over."""
        return bool(self.job.state == "done" and self.job.result_name and not self.job.result_file)


def job_view(job: Job, *, at: datetime) -> JobView:
    """The job with its live progress. Reads one small file for a running job, no query."""
    live = files.reported(job.pk) if job.state == "running" else None
    done, total, note = (live.done, live.total, live.note) if live else (job.done, job.total, job.note)
    share = min(done * 100 // total, 100) if total else None
    spent = at - job.started_at if job.started_at and job.state == "running" else None
    return JobView(job, done, total, note, share, _minutes_left(done, total, spent))


def job_views(jobs: Iterable[Job], *, at: datetime) -> list[JobView]:
    """Jobs with their live progress, in the same order."""
    return [job_view(job, at=at) for job in jobs]


def _minutes_left(done: int, total: int, spent: timedelta | None) -> int | None:
    """By the pace so far; None in the first two seconds, when the pace means nothing."""
    if spent is None or not done or total <= done or spent < timedelta(seconds=2):
        return None
    left = spent * (total - done) / done
    return max(-(-left // timedelta(minutes=1)), 1)
