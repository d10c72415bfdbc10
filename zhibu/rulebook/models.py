"""Policies as data: versions with effective dates, published by one person and confirmed by another.

Persons are kept as user id and name: the rulebook stands below accounts.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class PolicyVersion(models.Model):
    """One version of a policy's values. States: draft, published (waits for confirmation), confirmed, rejected."""

    policy = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    values = models.JSONField()
    effective_from = models.DateField()
    state = models.CharField(max_length=12, default="draft")
    reason = models.CharField(max_length=400, blank=True)
    returned_because = models.CharField(max_length=400, blank=True)
    drafted_by = models.BigIntegerField(null=True)
    drafted_by_name = models.CharField(max_length=40, blank=True)
    drafted_at = models.DateTimeField()
    published_by = models.BigIntegerField(null=True)
    published_by_name = models.CharField(max_length=40, blank=True)
    published_at = models.DateTimeField(null=True)
    confirmed_by = models.BigIntegerField(null=True)
    confirmed_by_name = models.CharField(max_length=40, blank=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_numbered_once"),
            models.UniqueConstraint(
                fields=["policy", "effective_from"],
                condition=Q(state="confirmed"),
                name="policy_version_one_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("published_by")) | Q(confirmed_by=None),
                name="policy_version_confirmed_by_another",
            ),
        ]
