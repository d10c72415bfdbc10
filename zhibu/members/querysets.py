"""Reads of members."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from zhibu.core.db import ScopedQuerySet
from zhibu.members.rules import Standing

if TYPE_CHECKING:
    from zhibu.members.models import Member  # noqa: F401


class Members(ScopedQuerySet["Member"]):
    """Persons with a membership, at the branch they belong to now."""

    path_lookup = "branch__path"

    def enrolled(self) -> Self:
        """In the county's books now: not ended, not merged into another record."""
        return self.exclude(standing=Standing.ENDED).filter(merged_into=None)

    def matching(self, text: str) -> Self:
        """Search by name, pinyin or initials."""
        needle = text.strip()
        return self.filter(
            Q(name__contains=needle)
            | Q(pinyin__startswith=needle.lower())
            | Q(initials__startswith=needle.lower())
        )
