"""Reads of study hours."""

from typing import Self, TypeVar

from django.db import models

from zhibu.core.db import ScopedQuerySet

M = TypeVar("M", bound=models.Model)


class StudyRows(ScopedQuerySet[M]):
    """Rows at the branch where they happened."""

    path_lookup = "branch__path"


class StudyRecords(StudyRows[M]):
    """Hours, entered and taken back."""

    def entries(self) -> Self:
        """What was studied, without the reversals."""
        return self.filter(reverses=None)

    def standing(self) -> Self:
        """What was studied and not taken back."""
        return self.filter(reverses=None, reversal=None)
