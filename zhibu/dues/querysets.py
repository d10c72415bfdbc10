"""Reads of dues."""

from functools import reduce
from operator import or_
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from zhibu.core.access import Scope
from zhibu.core.db import ScopedQuerySet

M = TypeVar("M", bound=models.Model)


class Remittances(ScopedQuerySet[M]):
    """Money handed up. Seen from both ends."""

    def visible_to(self, scope: Scope, permission: str) -> Self:
        """Remittances of which the scope covers the giver or the taker."""
        prefixes = scope.prefixes(permission)
        if any(prefix.count(".") < 2 for prefix in prefixes):
            return self
        if not prefixes:
            return self.none()
        ends = [
            Q(**{f"{end}__path__startswith": prefix})
            for prefix in prefixes
            for end in ("from_organization", "to_organization")
        ]
        return self.filter(reduce(or_, ends))
