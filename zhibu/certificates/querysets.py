"""Reads of certificates and booklets."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import FilteredRelation, Q

from zhibu.certificates.rules import BookletState
from zhibu.core.db import ScopedQuerySet

M = TypeVar("M", bound=models.Model)


class Certificates(ScopedQuerySet[M]):
    """Certificates, at the branch of their holder."""

    path_lookup = "member__branch__path"

    def with_live_booklet(self) -> Self:
        """Adds ``live``: the copy that is not voided, if there is one. One join, no further query."""
        return self.annotate(
            live=FilteredRelation("booklets", condition=~Q(booklets__state=BookletState.VOIDED))
        )

    def without_live_booklet(self) -> Self:
        """Whose every copy is voided, or who have none."""
        return self.exclude(booklets__state__in=(BookletState.PRINTED, BookletState.ISSUED))

    def under(self, path: str) -> Self:
        """Of holders in the organization with this path and below."""
        return self.filter(member__branch__path__startswith=path)

    def matching(self, text: str) -> Self:
        """By number (whole or its beginning, hyphens or not), name, pinyin or initials."""
        needle = text.strip()
        digits = needle.replace("-", "").upper()
        if digits[:1].isdigit():
            return self.filter(number__startswith=digits)
        return self.filter(
            Q(member__name__contains=needle)
            | Q(member__pinyin__startswith=needle.lower())
            | Q(member__initials__startswith=needle.lower())
        )


class Booklets(ScopedQuerySet[M]):
    """Physical copies, at the branch of their holder."""

    path_lookup = "certificate__member__branch__path"

    def live(self) -> Self:
        """Not voided."""
        return self.exclude(state=BookletState.VOIDED)


class PrintBatches(ScopedQuerySet[M]):
    """Orders to print, at the organization they were made for."""

    path_lookup = "organization__path"
