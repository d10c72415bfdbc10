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


class AtBranch(ScopedQuerySet[M]):
    """Rows at a branch."""

    path_lookup = "branch__path"


class OfMember(ScopedQuerySet[M]):
    """Rows of a member, at the member's branch."""

    path_lookup = "member__branch__path"


class OfFloating(ScopedQuerySet[M]):
    """Contacts with a floating member."""

    path_lookup = "floating__branch__path"


class OfSearch(ScopedQuerySet[M]):
    """Searches for a lost member."""

    path_lookup = "case__member__branch__path"
