"""Reads of certificates and booklets."""

from functools import reduce
from operator import or_
from typing import Self, TypeVar

from django.db import models
from django.db.models import FilteredRelation, Q

from zhibu.certificates.rules.copies import BookletState, State
from zhibu.core.access import Scope
from zhibu.core.db import ScopedQuerySet
from zhibu.members.querysets import named

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
        return self.filter(named(needle, "member__"))


class Booklets(ScopedQuerySet[M]):
    """Physical copies, at the branch of their holder."""

    path_lookup = "certificate__member__branch__path"

    def live(self) -> Self:
        """Not voided."""
        return self.exclude(state=BookletState.VOIDED)

    def to_hand_over(self, path: str) -> Self:
        """Printed copies at and below this path whose holders may receive them."""
        return self.filter(
            state=BookletState.PRINTED,
            certificate__state__in=(State.NOT_ISSUED, State.ACTIVE),
            certificate__member__standing="active",
            certificate__member__branch__path__startswith=path,
        )


class PrintBatches(ScopedQuerySet[M]):
    """Orders to print, at the organization they were made for."""

    path_lookup = "organization__path"


class CertificateRows(ScopedQuerySet[M]):
    """What hangs on a certificate, at the branch of its holder."""

    path_lookup = "certificate__member__branch__path"


class BookletRows(ScopedQuerySet[M]):
    """What hangs on a copy, at the branch of its holder."""

    path_lookup = "booklet__certificate__member__branch__path"


class WithdrawalTalks(ScopedQuerySet[M]):
    """Talks, at the branch of the holder."""

    path_lookup = "withdrawal__certificate__member__branch__path"


class StockRows(ScopedQuerySet[M]):
    """Rows of an organization's stock of blank booklets."""

    path_lookup = "organization__path"


class StockTransfers(ScopedQuerySet[M]):
    """Blank booklets on their way. Seen by whoever covers one of the two ends."""

    def visible_to(self, scope: Scope, permission: str) -> Self:
        """Transfers of which the scope covers the sender or the receiver."""
        prefixes = scope.prefixes(permission)
        if any(prefix.count(".") < 2 for prefix in prefixes):
            return self
        if not prefixes:
            return self.none()
        ends = [
            Q(**{f"{end}__path__startswith": prefix})
            for prefix in prefixes
            for end in ("from_organization", "to_organization")
        ]
        return self.filter(reduce(or_, ends))


class Printers(ScopedQuerySet[M]):
    """Printers, at their organization."""

    path_lookup = "organization__path"
