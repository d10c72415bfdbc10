"""Reads of movement."""

from functools import reduce
from operator import or_
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from zhibu.core.access import Scope
from zhibu.core.db import ScopedQuerySet

M = TypeVar("M", bound=models.Model)


class Transfers(ScopedQuerySet[M]):
    """Transfers of the organizational relationship. Seen from both ends."""

    def visible_to(self, scope: Scope, permission: str) -> Self:
        """Transfers of which the scope covers the sending or the receiving branch."""
        prefixes = scope.prefixes(permission)
        if any(prefix.count(".") < 2 for prefix in prefixes):
            return self
        if not prefixes:
            return self.none()
        ends = [
            Q(**{f"{end}__path__startswith": prefix})
            for prefix in prefixes
            for end in ("from_branch", "to_branch")
        ]
        return self.filter(reduce(or_, ends))

    def open(self) -> Self:
        """Under way: requested, agreed by the branch, or with a letter out."""
        return self.filter(state__in=("requested", "agreed", "issued"))


class Registrations(ScopedQuerySet[M]):
    """Floating registrations: of an own member at the branch the member belongs to now, of a guest at the host.

    So a registration follows the member through transfers and reorganizations without being rewritten.
    """

    def visible_to(self, scope: Scope, permission: str) -> Self:
        """Registrations at whose place the scope holds the permission."""
        prefixes = scope.prefixes(permission)
        if any(prefix.count(".") < 2 for prefix in prefixes):
            return self
        if not prefixes:
            return self.none()
        return self.filter(reduce(or_, map(at_place, prefixes)))

    def under(self, path: str) -> Self:
        """At the organization with this path or one below it."""
        return self.filter(at_place(path))

    def out(self) -> Self:
        """The county's own members who went out."""
        return self.filter(direction="out")

    def open(self) -> Self:
        """Without a day of return."""
        return self.filter(until=None)

    def current(self) -> Self:
        """Open, of members still in the books and of guests: those one keeps contact with."""
        return self.filter(until=None, member__merged_into=None).exclude(member__standing="ended")


def at_place(path: str, prefix: str = "") -> Q:
    """The condition that a registration lies at the path or below; ``prefix``: lookup of the registration."""
    return Q(**{f"{prefix}direction": "out", f"{prefix}member__branch__path__startswith": path}) | Q(
        **{f"{prefix}direction": "in", f"{prefix}branch__path__startswith": path}
    )


class OfFloating(ScopedQuerySet[M]):
    """Contacts with a floating member, at the place of the registration."""

    def visible_to(self, scope: Scope, permission: str) -> Self:
        """Contacts of registrations at whose place the scope holds the permission."""
        prefixes = scope.prefixes(permission)
        if any(prefix.count(".") < 2 for prefix in prefixes):
            return self
        if not prefixes:
            return self.none()
        return self.filter(reduce(or_, (at_place(prefix, "floating__") for prefix in prefixes)))


class OfSearch(ScopedQuerySet[M]):
    """Searches for a lost member."""

    path_lookup = "case__member__branch__path"
