"""季督: inspections with a drawn sample, the sheet item by item, findings until they are rechecked. Quarters: 20264."""

from typing import ClassVar

from django.db import models

from zhibu.accounts.models import User
from zhibu.core.db import EncryptedTextField
from zhibu.inspections.querysets import Inspections, OfInspection, OfSample
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.organizations.querysets import AtBranch


class Inspection(models.Model):
    """An inspection of the branches below an organization, or of an organization itself (kind committee).

    Kinds: quarterly, spot, committee. The sample follows from ``seed`` and ``rule`` and can be redrawn by
    anyone. States: drawn, done.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, default="quarterly")
    quarter = models.PositiveIntegerField()
    seed = models.CharField(max_length=32)
    rule = models.JSONField(default=dict)
    population = models.JSONField(default=list)
    state = models.CharField(max_length=6, default="drawn")
    drawn_by = models.CharField(max_length=40)
    drawn_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    drawn_at = models.DateTimeField()
    done_by = models.CharField(max_length=40, blank=True)
    done_on = models.DateField(null=True)
    note = models.CharField(max_length=200, blank=True)

    objects: ClassVar[Inspections["Inspection"]] = Inspections.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "quarter"],
                condition=models.Q(kind="quarterly"),
                name="inspection_once_a_quarter",
            )
        ]


class Sample(models.Model):
    """A member drawn: at random or by risk (which). States: waiting, checked, unreachable.

    ``member`` None: the sheet of the organization itself (kind committee), whose work is inspected.
    """

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="samples")
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    why = models.CharField(max_length=20, default="random")
    state = models.CharField(max_length=12, default="waiting")
    checked_on = models.DateField(null=True)
    checked_by = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=200, blank=True)

    objects: ClassVar[OfInspection["Sample"]] = OfInspection.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "member"], name="sample_once"),
            models.UniqueConstraint(
                fields=["inspection"], condition=models.Q(member=None), name="sample_one_of_the_organization"
            ),
        ]
        indexes = [models.Index(fields=["branch", "state", "checked_on"], name="sample_branch_checked")]


class SampleItem(models.Model):
    """One item of the sheet: what the system says, whether the paper agrees, what the paper says."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="items")
    item = models.CharField(max_length=20)
    system_value = models.CharField(max_length=120)
    agrees = models.BooleanField(null=True)
    paper_value = models.CharField(max_length=120, blank=True)

    objects: ClassVar[OfSample["SampleItem"]] = OfSample.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sample", "item"], name="sample_item_once")]


class Finding(models.Model):
    """A difference somebody mends by a day and somebody else rechecks. States: open, mended, closed, reopened.

    ``due_user`` set the deadline in force. A longer one is counted in ``extensions`` with its reasons in
    ``extending``; ``first_due_on`` keeps the deadline that was given first. ``inspection`` None: it follows a
    case that ended with a rectification.
    """

    inspection = models.ForeignKey(Inspection, models.PROTECT, null=True, related_name="findings")
    sample = models.ForeignKey(Sample, models.PROTECT, null=True, related_name="+")
    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    item = models.CharField(max_length=20)
    text = EncryptedTextField()
    owner = models.CharField(max_length=40)
    due_on = models.DateField()
    due_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    first_due_on = models.DateField(null=True)
    extensions = models.PositiveSmallIntegerField(default=0)
    extending = EncryptedTextField()
    state = models.CharField(max_length=8, default="open")
    opened_by = models.CharField(max_length=40)
    opened_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    mended_on = models.DateField(null=True)
    mended_by = models.CharField(max_length=40, blank=True)
    mended_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    mending = EncryptedTextField()
    closed_on = models.DateField(null=True)
    closed_by = models.CharField(max_length=40, blank=True)
    recheck = EncryptedTextField()

    objects: ClassVar[AtBranch["Finding"]] = AtBranch.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["state", "due_on"], name="finding_state_due")]
