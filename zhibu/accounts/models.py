"""Users and their dated roles."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from zhibu.accounts.querysets import Proposals, RoleAssignments, Users
from zhibu.core.db import EncryptedTextField
from zhibu.organizations.models import Organization


class UserManager(BaseUserManager["User"]):
    """The library's manager with our reads."""

    def get_queryset(self) -> Users["User"]:
        return Users(self.model, using=self._db)


class User(AbstractBaseUser):
    """A person who signs in. Opened by the system administrator; roles come from the security administrator.

    ``password_given_by``: who last saw a one-time password of the account, at its opening or a reset.
    """

    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    password_changed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    password_given_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def get_full_name(self) -> str:
        """The person's name."""
        return self.name


class SignInFailures(models.Model):
    """Wrong passwords in a row for one typed username, kept as its digest: people type passwords there, too.

    The count starts anew with a right password, and when the last wrong one is half an hour old.
    """

    name_digest = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    locked_until = models.DateTimeField(null=True)


class RoleAssignment(models.Model):
    """A role held on an organization (and everything below it) from a day until before another."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    from_date = models.DateField()
    until = models.DateField(null=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects: ClassVar[RoleAssignments["RoleAssignment"]] = RoleAssignments.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("from_date")),
                name="role_assignment_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "organization"],
                condition=Q(until=None),
                name="role_assignment_one_open",
            ),
        ]


class AccountProposal(models.Model):
    """What one administrator proposes about an account and an administrator of another kind decides.

    ``deed``: a code of ``rules.Deed``; ``state``: open, confirmed, declined, taken_back. Grants and revocations
    have role and organization, a grant its period, a revocation the assignment. ``proposed_as``: the kind of administrator who proposed.
    ``half``: the first half of a one-time password, which its proposer was shown; emptied with the decision.
    """

    deed = models.CharField(max_length=20)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    from_date = models.DateField(null=True)
    until = models.DateField(null=True)
    assignment = models.ForeignKey(RoleAssignment, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200)
    half = EncryptedTextField()
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_as = models.CharField(max_length=10)
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=12, default="open")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)

    objects: ClassVar[Proposals["AccountProposal"]] = Proposals.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "deed"],
                condition=Q(state="open", organization=None),
                name="account_proposal_one_open",
            ),
            models.UniqueConstraint(
                fields=["user", "deed", "role", "organization"],
                condition=Q(state="open") & ~Q(organization=None),
                name="role_proposal_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | ~Q(decided_by=F("proposed_by")),
                name="account_proposal_two_persons",
            ),
        ]
        indexes = [models.Index(fields=["state", "-proposed_at"], name="account_proposal_state")]


class PasswordDigest(models.Model):
    """Earlier passwords of a person, hashed, so that the last five are not used again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    password = models.CharField(max_length=128)
    at = models.DateTimeField()
