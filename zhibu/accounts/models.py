"""Users and their dated roles."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from zhibu.accounts.querysets import RoleAssignments, Users
from zhibu.organizations.models import Organization


class UserManager(BaseUserManager["User"]):
    """The library's manager with our reads."""

    def get_queryset(self) -> Users["User"]:
        return Users(self.model, using=self._db)


class User(AbstractBaseUser):
    """A person who signs in. Opened by the system administrator; roles come from the security administrator."""

    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    password_changed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
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


class PasswordDigest(models.Model):
    """Earlier passwords of a person, hashed, so that the last five are not used again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    password = models.CharField(max_length=128)
    at = models.DateTimeField()
