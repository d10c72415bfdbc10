"""Reads of the tree, of clusters and of support units."""

from datetime import date
from typing import Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Length, Replace
from django.db.models.lookups import IContains

from zhibu.core.access import Scope
from zhibu.core.db import ScopedQuerySet
from zhibu.core.text import halfwidth, without_dots
from zhibu.organizations.rules import BRANCH_KINDS

M = TypeVar("M", bound=models.Model)


def _undotted(field: str) -> Replace:
    return Replace(F(field), Value("·"), Value(""))


class Organizations(ScopedQuerySet[M]):
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
        """Search by characters, any reading or its initials, segment or division code; every word must match.

        The full name holds the township, so "越城 外南" tells one 外南村 from another. Dots say nothing.
        """
        found = self
        for typed in text.split():
            needle = without_dots(halfwidth(typed) if halfwidth(typed).isascii() else typed)
            read = needle.lower().replace("ü", "v")
            if needle:
                found = found.filter(
                    Q(IContains(_undotted("name"), needle))
                    | Q(IContains(_undotted("short_name"), needle))
                    | Q(pinyin__startswith=read)
                    | Q(initials__startswith=read)
                    | Q(readings__contains=f" {read}")
                    | Q(code=halfwidth(typed))
                    | Q(segment=needle)
                )
        return found

    def above(self, path: str) -> Self:
        """The nodes between the county and the node with this path, from the county down, without the node itself."""
        return self.filter(pk__in=[int(step) for step in path.split(".")[:-2]]).top_first()

    def in_order(self) -> Self:
        """As every list has them: by their codes. Other models order by the same column (``branch__code``)."""
        return self.order_by("code")

    def top_first(self) -> Self:
        """Units nearest to the county first, those of one level by their codes: the first is where a person begins.

        The path says only which units lie below which: its ids stand in the order the units were entered.
        """
        depth = Length("path") - Length(Replace("path", Value("."), Value("")))
        return self.order_by(depth, "code")

    def with_unit_counts(self) -> Self:
        """``units``: number of existing child units, ready for a tree row."""
        children = (
            apps.get_model("organizations", "Organization")
            .objects.filter(parent=OuterRef("pk"), closed_on=None)
            .order_by()
            .values("parent")
            .annotate(n=Count("pk"))
            .values("n")
        )
        return self.annotate(units=Coalesce(Subquery(children), 0))


class ClusterPlaces(ScopedQuerySet[M]):
    """Organizations in clusters."""

    path_lookup = "organization__path"


class Supports(ScopedQuerySet[M]):
    """Help of support units for organizations."""

    path_lookup = "organization__path"

    def in_force(self, *, on: date) -> Self:
        """Given on that day."""
        return self.filter(Q(until=None) | Q(until__gt=on), from_date__lte=on)


class SupportUnits(ScopedQuerySet[M]):
    """Outside units. They hang on no node: one sees those that help a unit in one's scope.

    Units that help nobody yet are seen by whoever maintains organizations.
    """

    def visible_to(self, scope: Scope, permission: str) -> Self:
        supports = apps.get_model("organizations", "Support").objects
        helping = supports.visible_to(scope, permission).filter(unit=OuterRef("pk"))
        condition = Q(Exists(helping))
        if scope.has("organizations.maintain"):
            condition |= ~Q(Exists(supports.filter(unit=OuterRef("pk"))))
        return self.filter(condition)

    def with_counts(self, scope: Scope, permission: str, *, on: date) -> Self:
        """``helped``: number of units in the scope that it helps on that day."""
        supports = apps.get_model("organizations", "Support").objects
        helping = (
            supports.visible_to(scope, permission)
            .in_force(on=on)
            .filter(unit=OuterRef("pk"))
            .order_by()
            .values("unit")
            .annotate(n=Count("pk"))
            .values("n")
        )
        return self.annotate(helped=Coalesce(Subquery(helping), 0))


class AtBranch(ScopedQuerySet[M]):
    """Rows at the branch where they happened."""

    path_lookup = "branch__path"


class AtOrganization(ScopedQuerySet[M]):
    """Rows at an organization."""

    path_lookup = "organization__path"
