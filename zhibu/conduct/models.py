"""Conduct: rewards, and appeals against what was decided. Penalties are membership events."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from zhibu.accounts.models import User
from zhibu.certificates.models import Withdrawal
from zhibu.core.db import EncryptedTextField
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.querysets import OfMember
from zhibu.organizations.models import Organization


class Reward(models.Model):
    """A reward (党内奖励), with the person's posts and branch as they were that day. Reversed, never deleted."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    level = models.CharField(max_length=12)
    title = models.CharField(max_length=80)
    awarded_on = models.DateField()
    awarded_by = models.CharField(max_length=80)
    document = models.CharField(max_length=80, blank=True)
    posts = models.CharField(max_length=120, blank=True)
    reversed_on = models.DateField(null=True)
    reversed_reason = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()

    objects: ClassVar[OfMember["Reward"]] = OfMember.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "title", "awarded_on"],
                condition=Q(reversed_on=None),
                name="reward_once",
            )
        ]


class Appeal(models.Model):
    """An appeal against an adverse event or a withdrawal: statement, who re-examines, result.

    States: filed, assigned, upheld (the decision stands), reversed (the decision falls), withdrawn.
    Who proposed or settled the decision never re-examines it.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    event = models.ForeignKey(MembershipEvent, models.PROTECT, null=True, related_name="+")
    withdrawal = models.ForeignKey(Withdrawal, models.PROTECT, null=True, related_name="+")
    statement = EncryptedTextField()
    filed_on = models.DateField()
    filed_by = models.CharField(max_length=40)
    filed_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, default="filed")
    examiner = models.CharField(max_length=40, blank=True)
    examiner_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    assigned_at = models.DateTimeField(null=True)
    decided_on = models.DateField(null=True)
    document = models.CharField(max_length=80, blank=True)
    result = EncryptedTextField()
    at = models.DateTimeField()

    objects: ClassVar[OfMember["Appeal"]] = OfMember.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event"],
                condition=Q(state__in=["filed", "assigned"]) & ~Q(event=None),
                name="appeal_one_open_an_event",
            ),
            models.UniqueConstraint(
                fields=["withdrawal"],
                condition=Q(state__in=["filed", "assigned"]) & ~Q(withdrawal=None),
                name="appeal_one_open_a_withdrawal",
            ),
            models.CheckConstraint(
                condition=Q(event=None, withdrawal__isnull=False) | Q(event__isnull=False, withdrawal=None),
                name="appeal_against_one_thing",
            ),
        ]
