"""Reads of points."""

from typing import Self, TypeVar

from django.db import models

from zhibu.organizations.querysets import AtBranch

M = TypeVar("M", bound=models.Model)


class Entries(AtBranch[M]):
    """Entries of points."""

    def approved(self) -> Self:
        """Which count."""
        return self.filter(state="approved")

    def proposed(self) -> Self:
        """Which wait for another person."""
        return self.filter(state="proposed")

    def of_months(self) -> Self:
        """Which belong to a month: what the close of a year posts for study stands in December and belongs to the year."""
        return self.exclude(source="study")

    def of_year(self, year: int) -> Self:
        """Which count in that year."""
        return self.filter(month__gt=year * 100, month__lte=year * 100 + 12)
