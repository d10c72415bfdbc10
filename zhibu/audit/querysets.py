"""Reads of the audit log."""

from datetime import date
from typing import TYPE_CHECKING, Self

from zhibu.core.db import ScopedQuerySet

if TYPE_CHECKING:
    from zhibu.audit.models import AuditRecord  # noqa: F401


class AuditRecords(ScopedQuerySet["AuditRecord"]):
    """Records, by the path their organization had when they were written."""

    def about(self, subject_type: str, subject_id: int | str) -> Self:
        """Records whose subject is this row."""
        return self.filter(subject_type=subject_type, subject_id=str(subject_id))

    def between(self, since: date | None, until: date | None) -> Self:
        """Records written on or after ``since`` and before ``until`` (local days)."""
        found = self
        if since:
            found = found.filter(at__date__gte=since)
        if until:
            found = found.filter(at__date__lt=until)
        return found
