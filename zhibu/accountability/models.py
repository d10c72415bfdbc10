"""从严追究: cases about members and organizations, opened and decided by people, step by step."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from zhibu.accountability.querysets import OfCase
from zhibu.accounts.models import User
from zhibu.certificates.models import Withdrawal
from zhibu.core.db import EncryptedTextField
from zhibu.inspections.models import Finding
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.organizations.querysets import AtOrganization


class Case(models.Model):
    """A case. About a member (``member``) of the organization, or about the organization and who answers for it.

    ``trigger``: duties, dues, points (members); irregular, late, lax, falsification (organizations). States:
    open, deadline, rechecked, closed. ``outcome``: unfounded, mended, withdrawal, notice, talk, rectification,
    reported. ``finding``: what a rectification has to mend; ``decision`` keeps every decision, the latest last.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    responsible = models.CharField(max_length=40, blank=True)
    trigger = models.CharField(max_length=14)
    origin = models.CharField(max_length=10, default="hand")
    facts = EncryptedTextField()
    statement = EncryptedTextField()
    objection = EncryptedTextField()
    state = models.CharField(max_length=10, default="open")
    deadline = models.DateField(null=True)
    opened_on = models.DateField()
    opened_by = models.CharField(max_length=40)
    opened_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=14, blank=True)
    decided_on = models.DateField(null=True)
    decided_by = models.CharField(max_length=40, blank=True)
    decided_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decision = EncryptedTextField()
    withdrawal = models.ForeignKey(Withdrawal, models.PROTECT, null=True, related_name="+")
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, related_name="+")

    objects: ClassVar[AtOrganization["Case"]] = AtOrganization.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "trigger"],
                condition=~Q(state="closed") & ~Q(member=None),
                name="case_one_open_a_trigger",
            )
        ]


class CaseStep(models.Model):
    """One dated step: remind, talk, statement, deadline, recheck, objection, answer, note, decision, received."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10)
    on = models.DateField()
    text = EncryptedTextField()
    by = models.CharField(max_length=40)
    by_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[OfCase["CaseStep"]] = OfCase.as_manager()  # type: ignore[assignment]
