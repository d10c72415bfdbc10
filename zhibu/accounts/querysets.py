"""Reads of users and role assignments."""

from datetime import date
from typing import Self, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q

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

    def of(self, user: AbstractBaseUser) -> Self:
        """Held by this person, latest first."""
        return self.filter(user=user).order_by("-from_date", "-pk")
