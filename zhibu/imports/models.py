"""A spreadsheet on its way in: the file, what was found in it, what became of it."""

import uuid
from typing import ClassVar

from django.db import models

from zhibu.imports.querysets import ImportRuns


class ImportRun(models.Model):
    """One uploaded file. States: reading, refused (file cannot be read), checked, applying, applied, discarded.

    ``summary`` counts rows by state: new, same, changed, conflict, error. ``sentence`` says why the file
    was refused, or what came of the last try to write it. ``fingerprint`` is the SHA-256 of the file;
    ``plan_digest`` that of the plan the person saw; ``held`` what the person held then (``jobs.holding``).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sheet = models.CharField(max_length=40)
    owner_id = models.BigIntegerField(null=True)
    owner_name = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=12, default="reading")
    sentence = models.CharField(max_length=600, blank=True)
    summary = models.JSONField(default=dict)
    plan_digest = models.CharField(max_length=64, blank=True)
    held = models.JSONField(default=dict)
    job_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    objects: ClassVar[ImportRuns["ImportRun"]] = ImportRuns.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["owner_id", "-created_at"], name="import_run_owner")]


class ImportBlob(models.Model):
    """The bulky, encrypted parts of a run, apart from it so that lists stay light.

    ``file`` is the upload, ``grid`` the cells as read, ``plan`` what will become of each row. Only the
    plan outlives the writing; discarding removes all three.
    """

    run = models.OneToOneField(ImportRun, models.CASCADE, primary_key=True, related_name="+")
    file = models.BinaryField()
    grid = models.BinaryField(default=b"")
    plan = models.BinaryField(default=b"")
