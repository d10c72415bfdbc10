"""Reads of reorganizations."""

from typing import Self, TypeVar

from django.db import models

from zhibu.core.access import Scope
from zhibu.core.db import ScopedQuerySet

M = TypeVar("M", bound=models.Model)


class Reorganizations(ScopedQuerySet[M]):
    """Deeds over organizations: the county's, they hang on no other unit."""

    def visible_to(self, scope: Scope, permission: str) -> Self:
        """All for whoever holds the permission on the county, none for others."""
        is_county = any(prefix.count(".") < 2 for prefix in scope.prefixes(permission))
        return self if is_county else self.none()
