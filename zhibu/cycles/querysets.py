"""Reads of reorganizations."""

from functools import reduce
from operator import or_
from typing import Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from zhibu.core.access import Scope
from zhibu.core.db import ScopedQuerySet

M = TypeVar("M", bound=models.Model)


class Reorganizations(ScopedQuerySet[M]):
    """Deeds over organizations: the county's, they hang on no other unit."""

    def visible_to(self, scope: Scope, permission: str) -> Self:
        """All for whoever holds the permission on the county, none for others."""
        is_county = any(prefix.count(".") < 2 for prefix in scope.prefixes(permission))
        return self if is_county else self.none()


class AtBranch(ScopedQuerySet[M]):
    """Rows at a branch."""

    path_lookup = "branch__path"


class Months(AtBranch[M]):
    """Months of branches."""

    def asking(self) -> Self:
        """In which there is something to hand in (dues, a payment, a meeting that was not canceled), or that were.

        Others (a branch without members, or whose members all left before) ask nothing and wait for nobody.
        """
        here = {"branch": OuterRef("branch"), "month": OuterRef("month")}
        due, payment, meeting = (
            apps.get_model(label).objects.filter(**here)
            for label in ("dues.Due", "dues.Payment", "meetings.Meeting")
        )
        happened = Q(Exists(due)) | Q(Exists(meeting.exclude(state="canceled"))) | Q(Exists(payment))
        return self.filter(Q(state__in=("submitted", "sealed")) | happened)


class AtOrganization(ScopedQuerySet[M]):
    """Rows at an organization."""

    path_lookup = "organization__path"


class OfBranchMonth(ScopedQuerySet[M]):
    """What hangs on a branch's month."""

    path_lookup = "branch_month__branch__path"


class Inspections(ScopedQuerySet[M]):
    """Inspections, seen from the organization inspected and from each branch that has someone in the sample."""

    def visible_to(self, scope: Scope, permission: str) -> Self:
        """At or below whose organization the scope holds the permission, or in whose sample it has a branch."""
        prefixes = scope.prefixes(permission)
        if any(prefix.count(".") < 2 for prefix in prefixes):
            return self
        if not prefixes:
            return self.none()
        sampled = apps.get_model("cycles", "Sample").objects.filter(inspection=OuterRef("pk"))
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


class OfCase(ScopedQuerySet[M]):
    """Steps of a case."""

    path_lookup = "case__organization__path"
