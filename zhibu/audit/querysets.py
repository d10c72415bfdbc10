"""Reads of the audit log."""

from datetime import date, datetime, time
from typing import Self, TypeVar

from django.db import models
from django.utils import timezone

from zhibu.core.access import Scope
from zhibu.core.db import ScopedQuerySet

M = TypeVar("M", bound=models.Model)


class AuditRecords(ScopedQuerySet[M]):
    """Records, by the path their organization had when they were written."""

    def visible_to(self, scope: Scope, permission: str) -> Self:
        """Records of the scope's subtrees. The system's chain (sign-ins, accounts, set-up) hangs on no
        organization: whoever holds the permission at the root of the tree reads it too."""
        found = super().visible_to(scope, permission)
        if any(prefix.count(".") == 1 for prefix in scope.prefixes(permission)):
            found = found | self.filter(path="")
        return found

    def about(self, subject_type: str, subject_id: int | str) -> Self:
        """Records whose subject is this row."""
        return self.filter(subject_type=subject_type, subject_id=str(subject_id))

    def between(self, since: date | None, until: date | None) -> Self:
        """Records written on or after ``since`` and before ``until`` (local days)."""
        found = self
        if since:
            found = found.filter(at__gte=_start(since))
        if until:
            found = found.filter(at__lt=_start(until))
        return found


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
