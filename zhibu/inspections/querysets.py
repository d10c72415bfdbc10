"""Reads of inspections."""

from functools import reduce
from operator import or_
from typing import Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from zhibu.core.access import Scope
from zhibu.core.db import ScopedQuerySet

M = TypeVar("M", bound=models.Model)


class Inspections(ScopedQuerySet[M]):
    """Inspections, seen from the organization inspected and from each branch that has someone in the sample."""

    def visible_to(self, scope: Scope, permission: str) -> Self:
        """At or below whose organization the scope holds the permission, or in whose sample it has a branch."""
        prefixes = scope.prefixes(permission)
        if any(prefix.count(".") < 2 for prefix in prefixes):
            return self
        if not prefixes:
            return self.none()
        sampled = apps.get_model("inspections", "Sample").objects.filter(inspection=OuterRef("pk"))
        parts = [
            Q(organization__path__startswith=prefix)
            | Q(Exists(sampled.filter(branch__path__startswith=prefix)))
            for prefix in prefixes
        ]
        return self.filter(reduce(or_, parts))


class OfInspection(ScopedQuerySet[M]):
    """What hangs on an inspection, at the branch inspected."""

    path_lookup = "branch__path"


class OfSample(ScopedQuerySet[M]):
    """Items of a sample."""

    path_lookup = "sample__branch__path"
