"""Dues: what is assessed, owed and paid, in fen; append-only, corrections are reversals. Months are numbers: 202610."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from zhibu.accounts.models import User
from zhibu.core.db import EncryptedTextField
from zhibu.dues.querysets import Remittances
from zhibu.members.models import Member
from zhibu.members.querysets import OfMember
from zhibu.organizations.models import Organization
from zhibu.organizations.querysets import AtBranch


class Assessment(models.Model):
    """What a member pays a month, from a month on until the next assessment (核定).

    ``base`` is the monthly income the rate applies to, encrypted, "" for fixed amounts. ``schedule`` is the
    rule it follows. States: proposed (a preview kept), in_force, replaced (the same month assessed anew).
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    from_month = models.PositiveIntegerField()
    category = models.CharField(max_length=20)
    base = EncryptedTextField()
    amount = models.PositiveIntegerField()
    schedule = models.CharField(max_length=40)
    state = models.CharField(max_length=10, default="in_force")
    reason = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()

    objects: ClassVar[OfMember["Assessment"]] = OfMember.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "from_month"], condition=Q(state="in_force"), name="assessment_one_a_month"
            )
        ]


class Relief(models.Model):
    """An approved reduction or exemption (少交、免交), months [from_month, until_month). DUES08 art. 7.

    The branch studies the member's request, the next higher committee approves; on a retired member the branch
    decides and the committee takes note (DUES17). States: proposed, approved, refused, decided, noted, ended.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    amount = models.PositiveIntegerField(default=0)
    from_month = models.PositiveIntegerField()
    until_month = models.PositiveIntegerField()
    grounds = EncryptedTextField()
    requested_on = models.DateField()
    resolved_on = models.DateField()
    state = models.CharField(max_length=10, default="proposed")
    proposed_by = models.CharField(max_length=40)
    proposed_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_by = models.CharField(max_length=40, blank=True)
    settled_on = models.DateField(null=True)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    objects: ClassVar[OfMember["Relief"]] = OfMember.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_month__gt=F("from_month")), name="relief_lasts")
        ]


class Due(models.Model):
    """What a member owes for a month, written when the month is opened; stays with the branch of that month.

    Kinds: due, reduced, exempt, none (suspended, before the start), pending (admitted, approval awaited).
    ``by_quarter``: the branch consented that it be paid by the end of the quarter.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    month = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, default="due")
    amount = models.PositiveIntegerField(default=0)
    by_quarter = models.BooleanField(default=False)

    objects: ClassVar[AtBranch["Due"]] = AtBranch.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "month"], name="due_once_a_month")]
        indexes = [models.Index(fields=["branch", "month"], name="due_branch_month")]


class QuarterDecision(models.Model):
    """A branch's decision that one of its members pays once a quarter (按季交), or no longer. DUES08 art. 12.

    ``from_month``: the first month of the quarter from which it counts. The last one for a quarter holds, at the
    branch that decided; nothing is edited. ``carried``: taken over by a reorganization from the branch before.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    from_month = models.PositiveIntegerField()
    allowed = models.BooleanField()
    decided_on = models.DateField()
    reason = models.CharField(max_length=200)
    carried = models.BooleanField(default=False)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()

    objects: ClassVar[AtBranch["QuarterDecision"]] = AtBranch.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["member", "from_month"], name="quarter_decision_member")]


class FirstMonth(models.Model):
    """From which month a member who came from outside the county pays here: the one after 党费交至 of the letter.

    ``came``: the month of coming, where an old record goes on; 0 where the record began with it. The latest counts.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    month = models.PositiveIntegerField()
    came = models.PositiveIntegerField(default=0)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()


class ReceiptCounter(models.Model):
    """Last receipt number of a branch in a year; the lock under which numbers are given."""

    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["branch", "year"], name="receipt_counter_once_a_year")]


class Receipt(models.Model):
    """A receipt over one or more payments of one member on one day."""

    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    issued_on = models.DateField()
    by = models.CharField(max_length=40)

    objects: ClassVar[AtBranch["Receipt"]] = AtBranch.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["branch", "year", "number"], name="receipt_numbered_once")
        ]


class Payment(models.Model):
    """One payment for one month by one member; never edited: a correction is another row that reverses it.

    ``amount``: fen for the month, negative in a reversal. ``extra``: voluntary above it. ``large``: a large
    voluntary payment (art. 11), apart from branch money. ``payer`` "" is the member, else the named proxy.
    ``operation``: the client's own id, so that a retry writes nothing twice.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    month = models.PositiveIntegerField()
    amount = models.IntegerField()
    extra = models.IntegerField(default=0)
    large = models.BooleanField(default=False)
    paid_on = models.DateField()
    channel = models.CharField(max_length=8, default="cash")
    payer = models.CharField(max_length=40, blank=True)
    receiver = models.CharField(max_length=40)
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, related_name="payments")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    operation = models.UUIDField(unique=True)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()

    objects: ClassVar[AtBranch["Payment"]] = AtBranch.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0) | ~Q(extra=0), name="payment_of_something")
        ]
        indexes = [
            models.Index(fields=["branch", "month"], name="payment_branch_month"),
            models.Index(fields=["member", "month"], name="payment_member_month"),
        ]


class Remittance(models.Model):
    """Dues handed up for months [from_month, until_month); the taker confirms the sum that arrived.

    States: sent, confirmed, differs. ``collected`` is what the ledger says for the months, 0 where more was
    returned than came in. ``sent_user``: the account that entered it, which may not confirm it. ``parts``: what
    it was made of when it was sent, [place or month, people or None, fen] each; it never changes after that.
    """

    from_organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    to_organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    from_month = models.PositiveIntegerField()
    until_month = models.PositiveIntegerField()
    collected = models.PositiveIntegerField()
    amount = models.PositiveIntegerField()
    kept = models.PositiveIntegerField(default=0)
    arrived = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=10, default="sent")
    sent_on = models.DateField()
    sent_by = models.CharField(max_length=40)
    sent_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_on = models.DateField(null=True)
    settled_by = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=200, blank=True)
    parts = models.JSONField(default=list)
    at = models.DateTimeField()

    objects: ClassVar[Remittances["Remittance"]] = Remittances.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["from_organization", "from_month"], name="remittance_once_a_period"
            )
        ]


class DuesLock(models.Model):
    """The ledger's own lock on a month of a branch; ``open_until`` reopens it by an exception of ``months``."""

    branch = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    month = models.PositiveIntegerField()
    locked_at = models.DateTimeField()
    open_until = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["branch", "month"], name="dues_lock_once")]
