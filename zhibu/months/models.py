"""月记: a branch's month, from opening to seal; operations of cells; exceptions to a lock. Months are numbers: 202610."""

from typing import ClassVar

from django.db import models

from zhibu.accounts.models import User
from zhibu.members.models import Member
from zhibu.months.querysets import Months, OfBranchMonth
from zhibu.organizations.models import Organization
from zhibu.organizations.querysets import AtBranch


class BranchMonth(models.Model):
    """A month of a branch. States: open, submitted, returned, sealed.

    ``cash`` (fen), ``heads`` (persons who paid) and ``attended`` (signatures on the sheets of its meetings,
    None without meetings) are what the clerk counted; a month whose rows do not add up to them cannot be
    submitted. ``collected_on``: the day the dues were collected, on the receipts. ``summary`` and ``digest`` are written at the seal; ``previous`` is the digest of the
    branch's month before, so that the months form a chain.
    """

    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    month = models.PositiveIntegerField()
    state = models.CharField(max_length=9, default="open")
    members = models.PositiveSmallIntegerField(default=0)
    cash = models.PositiveIntegerField(null=True)
    heads = models.PositiveSmallIntegerField(null=True)
    attended = models.PositiveSmallIntegerField(null=True)
    collected_on = models.DateField(null=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.CharField(max_length=40, blank=True)
    submitted_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    is_late = models.BooleanField(default=False)
    returns = models.PositiveSmallIntegerField(default=0)
    return_reason = models.CharField(max_length=200, blank=True)
    returned_by = models.CharField(max_length=40, blank=True)
    sealed_at = models.DateTimeField(null=True)
    sealed_by = models.CharField(max_length=40, blank=True)
    summary = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64, blank=True)

    objects: ClassVar[Months["BranchMonth"]] = Months.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["branch", "month"], name="branch_month_once")]
        indexes = [models.Index(fields=["month", "state"], name="branch_month_state")]


class Operation(models.Model):
    """One operation on a cell of a month, by the client's own id: written once however often it arrives.

    ``cell``: dues, a meeting's id, points. ``seen``: the version the client had; ``outcome``: done, same,
    conflict, refused; ``answer`` what the client was told, given again to a retry.
    """

    id = models.UUIDField(primary_key=True)
    branch_month = models.ForeignKey(BranchMonth, models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    cell = models.CharField(max_length=20)
    value = models.JSONField()
    seen = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=8)
    answer = models.JSONField(default=dict)
    client_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()

    objects: ClassVar[OfBranchMonth["Operation"]] = OfBranchMonth.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["branch_month", "member", "cell", "-at"], name="operation_cell")]


class LockException(models.Model):
    """Leave to mend a sealed month: one branch, one month, who, why, until when (half-open).

    The leave is the account's (``granted_user``); the name is for people to read.
    """

    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    month = models.PositiveIntegerField()
    granted_to = models.CharField(max_length=40)
    granted_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200)
    until = models.DateField()
    by = models.CharField(max_length=40)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[AtBranch["LockException"]] = AtBranch.as_manager()  # type: ignore[assignment]
