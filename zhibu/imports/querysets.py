"""Reads of import runs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self, TypeVar

from django.db import models

from zhibu.core.access import Scope

M = TypeVar("M", bound=models.Model)


class ImportRuns(models.QuerySet[M]):
    """Uploaded files. They hang on a person, not on a place: nobody sees another's."""

    def owned_by(self, scope: Scope) -> Self:
        """The person's own uploads; none for visitors, and for named system work those without a person."""
        if scope.user_id is None:
            return self.filter(owner_id=None, owner_name=scope.name) if scope.is_system else self.none()
        return self.filter(owner_id=scope.user_id)

    def of_sheets(self, keys: Iterable[str]) -> Self:
        """Uploads of these kinds of sheet."""
        return self.filter(sheet__in=list(keys))

    def alike(self, *, sheet: str, fingerprint: str, since: datetime) -> Self:
        """The same file for the same sheet, uploaded since then and not yet written or thrown away."""
        return self.filter(sheet=sheet, fingerprint=fingerprint, created_at__gte=since).exclude(
            state__in=("applied", "discarded")
        )
