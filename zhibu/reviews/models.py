"""年审: a review of every certificate, and the close of the year."""

from typing import ClassVar

from django.db import models

from zhibu.core.db import EncryptedTextField
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.organizations.querysets import AtBranch, AtOrganization


class Review(models.Model):
    """The annual review of a member's certificate. Results: passed (合格), deferred (暂缓), failed (不合格).

    ``branch``: where the member belonged on the last day of the year; it says who sees the row.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    result = models.CharField(max_length=8)
    reason = EncryptedTextField()
    facts = models.JSONField(default=dict)
    is_clear = models.BooleanField(default=True)
    reviewed_on = models.DateField()
    by = models.CharField(max_length=40)
    at = models.DateTimeField()

    objects: ClassVar[AtBranch["Review"]] = AtBranch.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "year"], name="review_once_a_year")]
        indexes = [models.Index(fields=["branch", "year"], name="review_branch_year")]


class YearClose(models.Model):
    """A unit's year is closed: the census and the digest over everything of the year that was sealed."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    census = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    closed_on = models.DateField()
    by = models.CharField(max_length=40)
    at = models.DateTimeField()

    objects: ClassVar[AtOrganization["YearClose"]] = AtOrganization.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "year"], name="year_closed_once")]
