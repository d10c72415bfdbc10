"""Reads of members."""

from datetime import date
from functools import reduce
from operator import or_
from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Replace
from django.db.models.lookups import Contains

from zhibu.core.access import Scope
from zhibu.core.db import ScopedQuerySet, key_ring
from zhibu.core.text import halfwidth, without_dots
from zhibu.members.rules.events import RESTRICTED
from zhibu.members.rules.stages import Standing
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS

M = TypeVar("M", bound=models.Model)


def number_index(resident_id: str) -> str:
    """Blind index of a normalized resident ID; "" for none."""
    return key_ring().blind_index(resident_id, context="resident_id") if resident_id else ""


def named(text: str, prefix: str = "") -> Q:
    """Members of this name or a part of it, however its dots and spaces are typed, or from the start of a reading.

    ``prefix`` leads from the row to the member ("member__"). Nothing typed matches all.
    """
    needle = without_dots(halfwidth(text) if halfwidth(text).isascii() else text).lower().replace("ü", "v")
    if not needle:
        return Q()
    if not needle.isascii():
        return Q(Contains(Replace(F(f"{prefix}name"), Value("·"), Value("")), needle))
    return (
        Q(**{f"{prefix}pinyin__startswith": needle})
        | Q(**{f"{prefix}initials__startswith": needle})
        | Q(**{f"{prefix}readings__contains": f" {needle}"})
    )


class Members(ScopedQuerySet[M]):
    """Persons with a membership, at the branch they belong to now."""

    path_lookup = "branch__path"

    def enrolled(self) -> Self:
        """In the county's books now: not ended, not merged into another record."""
        return self.exclude(standing=Standing.ENDED).filter(merged_into=None)

    def under(self, path: str) -> Self:
        """Belonging to the organization with this path or to one below it."""
        return self.filter(branch__path__startswith=path)

    def belonging_to(self, organization: Organization) -> Self:
        """Belonging to the organization or to one below it, said so that a list finds its index."""
        if organization.parent_id is None:
            return self
        if organization.kind in BRANCH_KINDS:
            return self.filter(branch=organization)
        return self.filter(branch__in=type(organization).objects.under(organization.path).values("pk"))

    def matching(self, text: str) -> Self:
        """Search by characters of the name, or from the start of its pinyin or initials."""
        return self.filter(named(text))


class MergeProposals(ScopedQuerySet[M]):
    """Proposals to merge two records. Seen by whoever covers one of the two sides."""

    def visible_to(self, scope: Scope, permission: str) -> Self:
        """Proposals of which the scope covers at least one record."""
        prefixes = scope.prefixes(permission)
        if "" in prefixes:
            return self
        if not prefixes:
            return self.none()
        sides = [
            Q(**{f"{side}__branch__path__startswith": prefix})
            for prefix in prefixes
            for side in ("kept", "dropped")
        ]
        return self.filter(reduce(or_, sides))

    def open(self) -> Self:
        """Still waiting for a consent or for the merge itself."""
        return self.filter(state="open")


class EnrollmentProposals(ScopedQuerySet[M]):
    """People to be entered into the books, at the branch they are meant for."""

    path_lookup = "branch__path"

    def open(self) -> Self:
        """Not decided yet."""
        return self.filter(state="proposed")


class AccountUnlinkings(ScopedQuerySet[M]):
    """Accounts to be parted from records, at the branch of the member."""

    path_lookup = "member__branch__path"

    def open(self) -> Self:
        """Not decided yet."""
        return self.filter(state="proposed")


class MembershipEvents(ScopedQuerySet[M]):
    """Events of memberships, seen from the branch the member belongs to now."""

    path_lookup = "member__branch__path"

    def open(self) -> Self:
        """Proposed, not settled yet."""
        return self.filter(state="proposed")

    def in_effect(self) -> Self:
        """Took effect and were not reversed."""
        return self.filter(state="in_effect")

    def readable_by(self, scope: Scope) -> Self:
        """What the scope may read: restricted kinds (penalties, reviews) need ``conduct.read`` at the place."""
        ordinary = self.visible_to(scope, "members.read")
        return ordinary.exclude(kind__in=RESTRICTED) | self.visible_to(scope, "conduct.read").filter(
            kind__in=RESTRICTED
        )


class Measures(ScopedQuerySet[M]):
    """Measures over members."""

    path_lookup = "member__branch__path"

    def in_force(self, on: date) -> Self:
        """Which hold on that day: half-open, ending by themselves or by decision."""
        return (
            self.filter(from_date__lte=on)
            .filter(Q(ended_on=None) | Q(ended_on__gt=on))
            .exclude(ends_itself=True, due_on__lte=on)
        )


class OfMember(ScopedQuerySet[M]):
    """Rows of a member, at the branch the member belongs to now."""

    path_lookup = "member__branch__path"
