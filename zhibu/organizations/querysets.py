"""Reads of the tree."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from zhibu.core.db import ScopedQuerySet
from zhibu.organizations.rules import BRANCH_KINDS

if TYPE_CHECKING:
    from zhibu.organizations.models import Organization  # noqa: F401


class Organizations(ScopedQuerySet["Organization"]):
    """Nodes of the tree."""

    def existing(self) -> Self:
        """Not dissolved."""
        return self.filter(closed_on=None)

    def branches(self) -> Self:
        """Units members belong to."""
        return self.filter(kind__in=BRANCH_KINDS)

    def under(self, path: str) -> Self:
        """The node with this path and everything below it."""
        return self.filter(path__startswith=path)

    def matching(self, text: str) -> Self:
        """Search by characters, pinyin, initials, segment code or division code."""
        needle = text.strip()
        return self.filter(
            Q(name__icontains=needle)
            | Q(short_name__icontains=needle)
            | Q(pinyin__startswith=needle.lower())
            | Q(initials__startswith=needle.lower())
            | Q(code=needle)
            | Q(segment=needle)
        )
