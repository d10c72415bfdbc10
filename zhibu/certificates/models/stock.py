"""Blank booklets at county, committee, branch: a ledger of movements, handings-down, counts."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from zhibu.accounts.models import User
from zhibu.certificates.querysets import StockRows, StockTransfers
from zhibu.organizations.models import Organization


class StockTransfer(models.Model):
    """Blank booklets on their way from one organization to one below or above it; the receiver confirms.

    States: sent, received, declined (by the receiver), recalled (by the sender). ``received`` may be less
    than ``quantity``: the difference is a finding until ``resolution`` says what became of it (arrived,
    kept, lost). ``sender_id``: the account that sent it, which may not confirm it. ``receipt``: the form
    it was entered with, so that a form sent twice counts once.
    """

    from_organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    to_organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    received = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=10, default="sent")
    sent_on = models.DateField()
    sent_by = models.CharField(max_length=40)
    sender_id = models.PositiveBigIntegerField(null=True)
    sent_at = models.DateTimeField()
    settled_on = models.DateField(null=True)
    settled_by = models.CharField(max_length=40, blank=True)
    settled_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)
    resolution = models.CharField(max_length=10, blank=True)
    explanation = models.CharField(max_length=200, blank=True)
    explained_by = models.CharField(max_length=40, blank=True)
    explained_at = models.DateTimeField(null=True)
    receipt = models.UUIDField(null=True, unique=True)

    objects: ClassVar[StockTransfers["StockTransfer"]] = StockTransfers.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="stock_transfer_of_something"),
            models.CheckConstraint(
                condition=~Q(from_organization=F("to_organization")), name="stock_transfer_two_places"
            ),
        ]


class StockEntry(models.Model):
    """One movement of blank booklets at an organization; append-only, mistakes are reversed by another entry.

    Kinds: received (from the printer), sent, arrived, returned, spoiled, issued, found (surplus of a count),
    missing (shortage of a count). ``quantity`` is signed: plus comes in, minus goes out. ``write_off``: the
    proposal that two people agreed on, for the entry it made and for that entry's reversal.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    quantity = models.IntegerField()
    on = models.DateField()
    transfer = models.ForeignKey(StockTransfer, models.PROTECT, null=True, related_name="+")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="+")
    write_off = models.ForeignKey("StockWriteOff", models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()
    receipt = models.UUIDField(null=True, unique=True)

    objects: ClassVar[StockRows["StockEntry"]] = StockRows.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(quantity=0), name="stock_entry_of_something")]
        indexes = [models.Index(fields=["organization", "-on", "-id"], name="stock_entry_organization")]


class StockCount(models.Model):
    """A count of what lies in the drawer, against what the ledger says; a difference is a finding until explained."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    on = models.DateField()
    counted = models.PositiveIntegerField()
    expected = models.IntegerField()
    explanation = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()
    explained_by = models.CharField(max_length=40, blank=True)
    explained_at = models.DateTimeField(null=True)
    receipt = models.UUIDField(null=True, unique=True)

    objects: ClassVar[StockRows["StockCount"]] = StockRows.as_manager()  # type: ignore[assignment]


class StockWriteOff(models.Model):
    """More than a few blanks are to leave the books with no receiver to sign for them: one proposes, another confirms.

    ``kind`` as in the ledger: spoiled, missing (explains ``count``), issued (counted by hand), received (takes the
    delivery ``reverses`` back). ``quantity``: how many leave. States: proposed, confirmed, declined (or taken back
    by who proposed it). Nothing leaves the books before it is confirmed.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    quantity = models.PositiveIntegerField()
    on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    count = models.ForeignKey(StockCount, models.PROTECT, null=True, related_name="+")
    reverses = models.ForeignKey(StockEntry, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, default="proposed")
    by = models.CharField(max_length=40)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    settled_by = models.CharField(max_length=40, blank=True)
    settled_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_note = models.CharField(max_length=200, blank=True)
    receipt = models.UUIDField(null=True, unique=True)

    objects: ClassVar[StockRows["StockWriteOff"]] = StockRows.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["state", "organization"], name="stock_write_off_waiting")]
