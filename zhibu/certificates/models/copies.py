"""A member's certificate: its number for life, its physical copies, the counters numbers come from."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from zhibu.accounts.models import User
from zhibu.certificates.querysets import Booklets, Certificates, PrintBatches
from zhibu.members.models import Member
from zhibu.organizations.models import Organization


class NumberCounter(models.Model):
    """Last serial given in a branch; its row is the lock under which numbers are allotted. Never lowered."""

    branch = models.OneToOneField(Organization, models.PROTECT, primary_key=True, related_name="+")
    last = models.PositiveSmallIntegerField(default=0)


class Certificate(models.Model):
    """A member's certificate. ``number`` (10 characters, no hyphens) is allotted at approval and never changes."""

    member = models.OneToOneField(Member, models.PROTECT, related_name="+")
    number = models.CharField(max_length=10, unique=True)
    state = models.CharField(max_length=12, default="not_issued")
    approved_on = models.DateField()
    approved_by = models.CharField(max_length=40)
    approved_at = models.DateTimeField()

    objects: ClassVar[Certificates["Certificate"]] = Certificates.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["state"], name="certificate_state")]


class NumberAlias(models.Model):
    """An old or foreign number that resolves to a certificate; never given to anyone else."""

    text = models.CharField(max_length=40, unique=True)
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40)
    at = models.DateTimeField()


class PrintBatch(models.Model):
    """One order to print booklets for an organization; its job makes the files."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    layout = models.CharField(max_length=10, default="pages")
    issue_date = models.DateField()
    edition_label = models.CharField(max_length=40)
    booklets = models.PositiveIntegerField(default=0)
    ordered_by = models.CharField(max_length=40)
    ordered_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ordered_at = models.DateTimeField()
    job_id = models.UUIDField(null=True)

    objects: ClassVar[PrintBatches["PrintBatch"]] = PrintBatches.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["organization", "-ordered_at"], name="print_batch_organization")]


class Booklet(models.Model):
    """One physical copy (证本). ``serial`` counts copies of a certificate from 1; at most one is not voided.

    ``branch``: where the holder belonged when it was printed, and what it says for ever.
    """

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="booklets")
    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    serial = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, default="printed")
    issue_date = models.DateField()
    issuer = models.CharField(max_length=80)
    signature = models.BinaryField()
    key_id = models.PositiveSmallIntegerField()
    batch = models.ForeignKey(PrintBatch, models.PROTECT, null=True, related_name="+")
    printed_at = models.DateTimeField()
    handed_over_on = models.DateField(null=True)
    receiver = models.CharField(max_length=40, blank=True)
    handed_over_by = models.CharField(max_length=40, blank=True)
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=200, blank=True)

    objects: ClassVar[Booklets["Booklet"]] = Booklets.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["certificate", "serial"], name="booklet_serial_once"),
            models.UniqueConstraint(
                fields=["certificate"], condition=~Q(state="voided"), name="booklet_one_in_use"
            ),
        ]


class VerificationLookup(models.Model):
    """One look-up of the public page: when and with what result. No address: the rate limit keeps only a keyed digest of it for a minute."""

    at = models.DateTimeField()
    outcome = models.CharField(max_length=12)
    certificate = models.ForeignKey(Certificate, models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=34, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="verification_lookup_at")]
