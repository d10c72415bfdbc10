"""Study hours (学时): what was studied, when, by whom; in tenths of a credit hour of 45 minutes."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from zhibu.accounts.models import User
from zhibu.education.querysets import StudyRecords
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.organizations.querysets import AtBranch


class StudyRecord(models.Model):
    """Hours of one member; append-only, a mistake is reversed by another row with the opposite hours.

    ``on``: the first of ``days`` days; ``year``: the year it counts in. ``operation``: the entry it came with,
    one for all who took part, so that sending it twice writes once. ``reason``: of a reversal.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    mode = models.CharField(max_length=20)
    subject = models.CharField(max_length=80)
    on = models.DateField()
    days = models.PositiveSmallIntegerField(default=1)
    tenths = models.SmallIntegerField()
    evidence = models.CharField(max_length=200)
    reason = models.CharField(max_length=200, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")
    operation = models.UUIDField()
    recorder = models.CharField(max_length=40)
    recorder_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[StudyRecords["StudyRecord"]] = StudyRecords.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operation", "member"], name="study_once_an_operation"),
            models.CheckConstraint(
                condition=Q(reverses=None, tenths__gt=0) | Q(reverses__isnull=False, tenths__lt=0),
                name="study_reversal_is_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["branch", "year"], name="study_branch_year"),
            models.Index(fields=["member", "year"], name="study_member_year"),
        ]


class StudyLock(models.Model):
    """A branch's year is closed with the annual review: what comes later counts in the next open year."""

    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    locked_at = models.DateTimeField()

    objects: ClassVar[AtBranch["StudyLock"]] = AtBranch.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["branch", "year"], name="study_lock_once")]
