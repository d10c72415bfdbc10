"""Reads of jobs."""

from datetime import datetime
from typing import Self, TypeVar

from django.db import models

from zhibu.core.access import Scope

ACTIVE = ("queued", "running")

M = TypeVar("M", bound=models.Model)


class Jobs(models.QuerySet[M]):
    """Jobs belong to one person, not to a place: nobody else sees them."""

    def owned_by(self, scope: Scope) -> Self:
        """The person's own jobs; none for visitors and named system work."""
        return self.none() if scope.user_id is None else self.filter(owner_id=scope.user_id)

    def active(self) -> Self:
        """Waiting or being worked on."""
        return self.filter(state__in=ACTIVE)

    def lapsed(self, *, at: datetime) -> Self:
        """Running, but the worker has not renewed its lease."""
        return self.filter(state="running", lease_until__lt=at)
