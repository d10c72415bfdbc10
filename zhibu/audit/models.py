"""Append-only, hash-chained log. Database triggers refuse update and delete."""

from typing import ClassVar

from django.db import models

from zhibu.audit.querysets import AuditRecords


class AuditRecord(models.Model):
    """One deed or one read of a marked field. ``chain`` is the organization's id; 0 is the system's chain."""

    chain = models.BigIntegerField()
    seq = models.BigIntegerField()
    path = models.CharField(max_length=120)
    at = models.DateTimeField()
    event = models.CharField(max_length=80)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=120)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=80)
    digest = models.CharField(max_length=80)

    objects: ClassVar[AuditRecords["AuditRecord"]] = AuditRecords.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="audit_record_chain_seq")]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="audit_record_subject"),
            models.Index(fields=["path", "-id"], name="audit_record_path"),
            models.Index(fields=["event", "-id"], name="audit_record_event"),
            models.Index(fields=["actor_id", "-id"], name="audit_record_actor"),
            models.Index(fields=["at"], name="audit_record_at"),
        ]


class AuditHead(models.Model):
    """Last record of each chain; its row is the lock under which a chain grows. A trigger lets it only grow."""

    chain = models.BigIntegerField(primary_key=True)
    seq = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=80, default="")


class AuditAnchor(models.Model):
    """Once a day: one digest over all heads, chained to the anchor before. To be copied elsewhere.

    ``heads`` keeps only the chains that grew since the anchor before ("chain": "seq:digest"); the
    digest covers every chain ever anchored, so that a vanished one is missed. In the order of ``id``: days may
    step back where a clock ran ahead.
    """

    day = models.DateField()
    at = models.DateTimeField()
    heads = models.JSONField()
    previous = models.CharField(max_length=80, unique=True)
    digest = models.CharField(max_length=80)
