"""A spreadsheet on its way in: the file, what was found in it, what became of it."""

import uuid

from django.db import models


class ImportRun(models.Model):
    """One uploaded file. States: reading, refused (file cannot be read), checked, applying, applied, discarded.

    ``file`` (the upload) and ``plan`` (the checked rows) are encrypted blobs: they hold resident IDs.
    ``summary`` counts rows by state: new, same, changed, conflict, error.
    ``fingerprint`` is the SHA-256 of the file; ``plan_digest`` that of the plan the person saw.
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
    job_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["owner_id", "-created_at"], name="import_run_owner")]


class ImportBlob(models.Model):
    """The bulky, encrypted part of a run, apart from it so that lists stay light."""

    run = models.OneToOneField(ImportRun, models.CASCADE, primary_key=True, related_name="+")
    file = models.BinaryField()
    plan = models.BinaryField(default=b"")
