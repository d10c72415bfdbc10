"""What can happen to a job."""

from zhibu.jobs.actions.running import run_job
from zhibu.jobs.actions.starting import cancel_job, record_download, retry_job, start_job
from zhibu.jobs.actions.sweeping import sweep_jobs

__all__ = ["cancel_job", "record_download", "retry_job", "run_job", "start_job", "sweep_jobs"]
