"""Points: entries with two people behind each, accounts by year, publicity and objections. Tenths of a point."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from zhibu.accounts.models import User
from zhibu.core.db import EncryptedTextField
from zhibu.members.models import Member
from zhibu.members.querysets import OfMember
from zhibu.organizations.models import Organization
from zhibu.organizations.querysets import AtBranch
from zhibu.points.querysets import Entries


class Account(models.Model):
    """A member's year of points. ``member_class`` A to E as the year opens; a change of class applies from
    the next month and stands in ``class_history`` as [month, class, reason].

    Closed with the annual review: ``total`` (tenths, after caps), ``grade`` and ``veto`` are frozen then.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    member_class = models.CharField(max_length=1, default="A")
    base = models.PositiveSmallIntegerField()
    class_reason = models.CharField(max_length=100, blank=True)
    class_history = models.JSONField(default=list)
    closed_on = models.DateField(null=True)
    total = models.PositiveSmallIntegerField(null=True)
    grade = models.CharField(max_length=12, blank=True)
    veto = models.BooleanField(default=False)

    objects: ClassVar[OfMember["Account"]] = OfMember.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "year"], name="points_account_once_a_year")]


class Entry(models.Model):
    """Points for a fact; append-only, a mistake is reversed by another entry.

    ``month``: the month it counts in (202610), ``fact_on``: when it happened. ``source``: manual, dues,
    meetings, study; automatic ones carry ``source_key``, unique, so that posting twice writes once.
    States: proposed, approved, refused. The recorder never approves; nobody approves own points.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    month = models.PositiveIntegerField()
    item = models.CharField(max_length=4)
    tenths = models.SmallIntegerField()
    fact_on = models.DateField()
    evidence = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=8, default="manual")
    source_key = models.CharField(max_length=60, null=True, unique=True)  # noqa: DJ001 (NULL: many manual ones)
    state = models.CharField(max_length=8, default="proposed")
    recorder = models.CharField(max_length=40)
    recorder_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approver = models.CharField(max_length=40, blank=True)
    approver_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="+")
    operation = models.UUIDField(null=True, unique=True)
    at = models.DateTimeField()

    objects: ClassVar[Entries["Entry"]] = Entries.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["branch", "month"], name="points_branch_month"),
            models.Index(fields=["member", "month"], name="points_member_month"),
        ]


class Publicity(models.Model):
    """A month's list of a branch on the notice board, with the days to object [published_on, until)."""

    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    month = models.PositiveIntegerField()
    published_on = models.DateField()
    until = models.DateField()
    by = models.CharField(max_length=40)

    objects: ClassVar[AtBranch["Publicity"]] = AtBranch.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["branch", "month"], name="publicity_once_a_month")]


class Objection(models.Model):
    """An objection against an entry, rechecked by someone who neither recorded, approved nor filed it.

    States: filed, stands, reversed.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="objections")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    text = EncryptedTextField()
    filed_on = models.DateField()
    filed_by = models.CharField(max_length=40)
    filed_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, default="filed")
    result = EncryptedTextField()
    settled_by = models.CharField(max_length=40, blank=True)
    settled_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_on = models.DateField(null=True)

    objects: ClassVar[OfMember["Objection"]] = OfMember.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state="filed"), name="points_objection_one_open"
            )
        ]


class PointsLock(models.Model):
    """The ledger's own lock on a month of a branch; ``open_until`` reopens it by an exception of ``months``."""

    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    month = models.PositiveIntegerField()
    locked_at = models.DateTimeField()
    open_until = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["branch", "month"], name="points_lock_once")]
