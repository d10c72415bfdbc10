"""Reads of role assignments."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import Q

from zhibu.core.db import ScopedQuerySet

if TYPE_CHECKING:
    from zhibu.accounts.models import RoleAssignment  # noqa: F401


class RoleAssignments(ScopedQuerySet["RoleAssignment"]):
    """Roles held by people."""

    path_lookup = "organization__path"

    def in_force(self, *, on: date) -> Self:
        """Held on that day."""
        return self.filter(Q(until=None) | Q(until__gt=on), from_date__lte=on)
