"""Reorganization (建制调整): a dated deed over many organizations, and the journal that can undo it."""

from typing import ClassVar

from django.db import models

from zhibu.accounts.models import User
from zhibu.reorganizations.querysets import Reorganizations


class Reorganization(models.Model):
    """One deed: merge, split, rename, move, dissolve. ``steps`` as planned; states: planned, done, undone, dropped."""

    title = models.CharField(max_length=80)
    document = models.CharField(max_length=80)
    effective_on = models.DateField()
    steps = models.JSONField(default=list)
    state = models.CharField(max_length=8, default="planned")
    planned_by = models.CharField(max_length=40)
    planned_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    planned_at = models.DateTimeField()
    counts = models.JSONField(default=dict)
    done_by = models.CharField(max_length=40, blank=True)
    done_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=40, blank=True)
    undone_at = models.DateTimeField(null=True)

    objects: ClassVar[Reorganizations["Reorganization"]] = Reorganizations.as_manager()  # type: ignore[assignment]


class ReorganizationChange(models.Model):
    """One row the deed changed: which table and row, and the columns before and after (ids and dates only)."""

    deed = models.ForeignKey(Reorganization, models.PROTECT, related_name="changes")
    table = models.CharField(max_length=60)
    row = models.BigIntegerField()
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["deed", "table"], name="reorganization_change_table")]
