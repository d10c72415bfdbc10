"""Reads of users and role assignments."""

from datetime import date
from typing import Self, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q

from zhibu.accounts.rules import ADMINISTRATORS, Deed
from zhibu.core.access import Scope
from zhibu.core.db import ScopedQuerySet

M = TypeVar("M", bound=models.Model)


class Users(models.QuerySet[M]):
    """People with an account."""

    def matching(self, text: str) -> Self:
        """By part of the name or of the username."""
        return self.filter(Q(name__icontains=text) | Q(username__icontains=text.lower())) if text else self

    def in_order(self) -> Self:
        """Open accounts first, then by username."""
        return self.order_by("-is_active", "username")


class RoleAssignments(ScopedQuerySet[M]):
    """Roles held by people."""

    path_lookup = "organization__path"

    def in_force(self, *, on: date) -> Self:
        """Held on that day."""
        return self.filter(Q(until=None) | Q(until__gt=on), from_date__lte=on)

    def not_over(self, *, on: date) -> Self:
        """Held on that day or later: what is in force and what is still to come."""
        return self.filter(Q(until=None) | Q(until__gt=on))

    def administering(self, *, on: date) -> Self:
        """Roles of administrators, in force or to come; also of closed accounts, which may be reopened."""
        return self.not_over(on=on).filter(role__in=ADMINISTRATORS)

    def of(self, user: AbstractBaseUser) -> Self:
        """Held by this person, latest first."""
        return self.filter(user=user).order_by("-from_date", "-pk")


class Proposals(ScopedQuerySet[M]):
    """Proposals about accounts and roles, which administrators see of the whole county."""

    def visible_to(self, scope: Scope, permission: str) -> Self:
        """All, to who holds the permission; accounts hang on no organization."""
        return self if scope.has(permission) else self.none()

    def open(self) -> Self:
        """Not decided yet, oldest first."""
        return self.filter(state="open").order_by("proposed_at", "pk")

    def decided(self) -> Self:
        """Confirmed, declined or taken back, latest first."""
        return self.exclude(state="open").order_by("-decided_at", "-pk")

    def making_administrators(self) -> Self:
        """Open grants of an administrator's role."""
        return self.filter(state="open", deed=Deed.GRANT, role__in=ADMINISTRATORS)
