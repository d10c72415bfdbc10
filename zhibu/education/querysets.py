"""Reads of study hours."""

from typing import Self, TypeVar

from django.db import models

from zhibu.organizations.querysets import AtBranch

M = TypeVar("M", bound=models.Model)


class StudyRecords(AtBranch[M]):
    """Hours, entered and taken back."""

    def entries(self) -> Self:
        """What was studied, without the reversals."""
        return self.filter(reverses=None)

    def standing(self) -> Self:
        """What was studied and not taken back."""
        return self.filter(reverses=None, reversal=None)
