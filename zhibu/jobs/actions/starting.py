"""What the owner does: start, stop, try again, download."""

import hashlib
import json
from collections.abc import Mapping
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.jobs import files
from zhibu.jobs.actions.running import put_in_queue
from zhibu.jobs.holding import check_still_holds
from zhibu.jobs.kinds import job_kinds
from zhibu.jobs.models import Job

NOT_YOURS: Final = gettext_noop("只有提交任务的人可以停止或重试它。")


@transaction.atomic
def start_job(*, by: Scope, kind: str, title: str, params: Mapping[str, str]) -> Job:
    """Queue long work. The same owner, kind and params again while it waits or runs: the first job.

    ``params`` are ids and options, never personal data; ``title`` is what the list of jobs shows.
    Row and queue entry are written in the caller's transaction: both or neither. Raises ``KeyError``
    for a kind that no app declares.
    """
    job_kinds()[kind]
    fingerprint = hashlib.sha256(
        json.dumps([by.user_id, by.name, kind, dict(params)], sort_keys=True).encode()
    ).hexdigest()
    alike = Job.objects.active().filter(fingerprint=fingerprint)
    first = alike.first()
    if first is not None:
        return first
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                owner_id=by.user_id,
                owner_name=by.name,
                title=title[:120],
                params=dict(params),
                fingerprint=fingerprint,
                created_at=timezone.now(),
            )
    except IntegrityError:
        # Two clicks at the same moment on PostgreSQL: the constraint let one in.
        return alike.get()
    record("jobs.job.started", by=by, on=job, data={"kind": kind})
    put_in_queue(job.pk, kind)
    return job


@transaction.atomic
def cancel_job(*, by: Scope, job: Job) -> Job:
    """Stop a waiting job at once, a running one at its next step. Ended jobs stay as they are."""
    _require_owner(by, job)
    if job.state in {"queued", "running"}:
        # First the file: on SQLite the work may hold the database until it has stopped.
        files.ask_to_stop(job.pk)
    at = timezone.now()
    changed = Job.objects.filter(pk=job.pk, state="queued").update(state="canceled", ended_at=at)
    if changed:
        files.remove_job_folder(job.pk)
    else:
        changed = Job.objects.filter(pk=job.pk, state="running", cancel_asked=False).update(cancel_asked=True)
    if changed:
        record("jobs.job.canceled", by=by, on=job, data={"kind": job.kind})
    job.refresh_from_db()
    return job


@transaction.atomic
def retry_job(*, by: Scope, job: Job) -> Job:
    """Queue a failed or stopped job again, from the start. A job that waits or runs stays as it is."""
    _require_owner(by, job)
    files.remove_job_folder(job.pk)
    try:
        with transaction.atomic():
            changed = Job.objects.filter(pk=job.pk, state__in=("failed", "canceled")).update(
                state="queued",
                done=0,
                total=0,
                note="",
                sentence="",
                problems=[],
                attempts=0,
                cancel_asked=False,
                started_at=None,
                ended_at=None,
                lease_until=None,
            )
    except IntegrityError:
        raise Refused(gettext_noop("同样的任务已经在办理，请在任务列表中查看它。"), next_step="") from None
    if changed:
        record("jobs.job.retried", by=by, on=job, data={"kind": job.kind})
        put_in_queue(job.pk, job.kind)
    job.refresh_from_db()
    return job


@transaction.atomic
def record_download(*, by: Scope, job: Job, data: Mapping[str, object]) -> None:
    """Note that the owner took the result away. ``data``: what the file is of, as ids, codes and counts.

    Raises ``Denied`` when the person's duties or the tree have changed since it was made.
    """
    _require_owner(by, job)
    check_still_holds(by, job.held)
    record("jobs.result.downloaded", by=by, on=job, data={"kind": job.kind, **data})


def _require_owner(by: Scope, job: Job) -> None:
    if not by.is_system and (by.user_id is None or by.user_id != job.owner_id):
        raise Refused(NOT_YOURS)
