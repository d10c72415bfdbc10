"""What becomes of a certificate after an event, and the withdrawal for cause."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from zhibu.accounts.models import User
from zhibu.certificates.models.copies import Booklet, Certificate
from zhibu.certificates.querysets import CertificateRows, WithdrawalTalks
from zhibu.core.db import EncryptedTextField
from zhibu.members.models import MembershipEvent


class Withdrawal(models.Model):
    """收回 for cause: not a penalty, not an end of membership. certificate.md; membership.md "收回 for cause".

    ``trigger``: duties, dues, points. States: open (talks run), proposed (by the branch), approved (by the
    committee), notified, withdrawn, returned, closed (as unfounded or mended). The accounts (``*_user``) keep
    proposal and approval, approval, objection and answer apart.
    """

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="+")
    trigger = models.CharField(max_length=8)
    triggered_on = models.DateField()
    facts = EncryptedTextField()
    state = models.CharField(max_length=10, default="open")
    opened_by = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    deadline = models.DateField(null=True)
    proposed_on = models.DateField(null=True)
    proposed_by = models.CharField(max_length=40, blank=True)
    proposed_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_on = models.DateField(null=True)
    approved_by = models.CharField(max_length=40, blank=True)
    approved_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approval_document = models.CharField(max_length=80, blank=True)
    notified_on = models.DateField(null=True)
    notified_by = models.CharField(max_length=40, blank=True)
    objection_until = models.DateField(null=True)
    objection = EncryptedTextField()
    objected_on = models.DateField(null=True)
    objected_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    objection_answer = EncryptedTextField()
    objection_answered_by = models.CharField(max_length=40, blank=True)
    withdrawn_on = models.DateField(null=True)
    reexamined_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    closed_by = models.CharField(max_length=40, blank=True)
    closing_note = models.CharField(max_length=200, blank=True)

    objects: ClassVar[CertificateRows["Withdrawal"]] = CertificateRows.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"],
                condition=~Q(state__in=["returned", "closed"]),
                name="withdrawal_one_open",
            )
        ]


class WithdrawalTalk(models.Model):
    """A talk of criticism and education (批评教育) before a withdrawal."""

    withdrawal = models.ForeignKey(Withdrawal, models.PROTECT, related_name="talks")
    on = models.DateField()
    talker = models.CharField(max_length=40)
    content = EncryptedTextField()
    by = models.CharField(max_length=40)
    at = models.DateTimeField()

    objects: ClassVar[WithdrawalTalks["WithdrawalTalk"]] = WithdrawalTalks.as_manager()  # type: ignore[assignment]


class Disposition(models.Model):
    """What an event does to a certificate by the policy, and what a named person did with the booklet.

    ``cause`` is a key of the policy's table. While it waits (proposed) the certificate is frozen unless the
    target is active; carried out, it has ``target``. ``whereabouts`` says where the booklet went; a reclaimed
    one is destroyed later by two people: one reports it (``destruction_*``), another confirms it (``destroyed_*``).
    States: proposed, carried_out, reversed (an appeal, a restoration, a return), dropped (the event was reversed
    first).
    """

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="+")
    booklet = models.ForeignKey(Booklet, models.PROTECT, null=True, related_name="+")
    event = models.ForeignKey(MembershipEvent, models.PROTECT, null=True, related_name="+")
    withdrawal = models.ForeignKey(Withdrawal, models.PROTECT, null=True, related_name="+")
    cause = models.CharField(max_length=30)
    state = models.CharField(max_length=12, default="proposed")
    state_before = models.CharField(max_length=12)
    target = models.CharField(max_length=12)
    booklet_rule = models.CharField(max_length=40)
    basis = models.CharField(max_length=120)
    due_on = models.DateField(null=True)
    proposed_at = models.DateTimeField()
    carried_out_on = models.DateField(null=True)
    carried_out_by = models.CharField(max_length=40, blank=True)
    carried_out_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    carried_out_at = models.DateTimeField(null=True)
    whereabouts = models.CharField(max_length=20, blank=True)
    place = models.CharField(max_length=80, blank=True)
    receiver = models.CharField(max_length=40, blank=True)
    witness_one = models.CharField(max_length=40, blank=True)
    witness_two = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=200, blank=True)
    destruction_on = models.DateField(null=True)
    destruction_by = models.CharField(max_length=40, blank=True)
    destruction_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    destroyed_on = models.DateField(null=True)
    destroyed_by = models.CharField(max_length=40, blank=True)
    destroyed_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reversed_on = models.DateField(null=True)
    reversed_by = models.CharField(max_length=40, blank=True)
    reversed_reason = models.CharField(max_length=80, blank=True)

    objects: ClassVar[CertificateRows["Disposition"]] = CertificateRows.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "certificate"], condition=~Q(event=None), name="disposition_once_an_event"
            )
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="disposition_state_due")]
