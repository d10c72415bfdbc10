"""Long work that its owner can see: progress, result, failure with a sentence, retry."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from zhibu.jobs.querysets import ACTIVE, Jobs


class Job(models.Model):
    """One piece of long work.

    States: queued, running, done, failed, canceled. While it runs the worker renews ``lease_until``;
    a job whose lease has lapsed lost its worker and is queued again or ended by the sweep.
    ``params`` are ids and options only, never personal data. ``owner_id`` is the user's id
    (jobs stands below accounts). ``fingerprint`` digests owner, kind and params: a double click finds the
    first job by it. ``held``: what the owner held when the work ran (``jobs.holding``). ``started_at`` also tells two attempts apart: a worker that lost its lease and wakes
    up again no longer matches it and changes nothing. ``problems`` is a list of {"what": sentence, "who": name}.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    owner_id = models.BigIntegerField(null=True)
    owner_name = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    params = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, default="")
    state = models.CharField(max_length=10, default="queued")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    sentence = models.CharField(max_length=600, blank=True)
    problems = models.JSONField(default=list)
    result_file = models.CharField(max_length=200, blank=True)
    result_name = models.CharField(max_length=120, blank=True)
    result_url = models.CharField(max_length=200, blank=True)
    held = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Jobs["Job"]] = Jobs.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], condition=Q(state__in=ACTIVE), name="job_one_active_alike"
            ),
        ]
        indexes = [
            models.Index(fields=["owner_id", "-created_at"], name="job_owner"),
            models.Index(fields=["state", "lease_until"], name="job_lease"),
        ]
