"""The organizations a person works for, with the counts of everything below them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from zhibu.certificates.models import Certificate
from zhibu.certificates.rules.copies import State
from zhibu.core.access import Scope
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS

PLACES_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class Place:
    """An organization the person works for.

    ``members`` and the certificate counts are None when the person may not see them.
    """

    organization: Organization
    is_branch: bool
    members: int | None = None
    in_force: int | None = None
    not_issued: int | None = None
    unnumbered: int | None = None


def places(scope: Scope) -> list[Place]:
    """The tops of the person's scope, at most one more than are shown. At most three queries."""
    if not scope.has("organizations.read"):
        return []
    paths = _tops(scope.prefixes("organizations.read"))
    tops = list(Organization.objects.existing().filter(path__in=paths).in_order()[: PLACES_SHOWN + 1])
    if not tops:
        return []
    members = certificates = None
    if scope.has("members.read"):
        members = _per_place(
            Member.objects.visible_to(scope, "members.read").enrolled(), "branch__path", tops
        )
    if scope.has("certificates.read"):
        certificates = _by_state(scope, tops)
    return [
        Place(
            organization=top,
            is_branch=top.kind in BRANCH_KINDS,
            members=members[i] if members is not None else None,
            in_force=certificates[State.ACTIVE][i] if certificates is not None else None,
            not_issued=certificates[State.NOT_ISSUED][i] if certificates is not None else None,
            unnumbered=(
                members[i] - sum(counts[i] for counts in certificates.values())
                if members is not None and certificates is not None
                else None
            ),
        )
        for i, top in enumerate(tops)
    ]


def _tops(prefixes: Sequence[str]) -> list[str]:
    """Prefixes that lie under no other one of them.

    >>> _tops(("1.2.", "1.2.5.", "1.3."))
    ['1.2.', '1.3.']
    """
    return [p for p in prefixes if not any(p != other and p.startswith(other) for other in prefixes)]


def _counts(lookup: str, tops: Sequence[Organization]) -> dict[str, Any]:
    return {
        f"n{i}": Count("pk", filter=Q(**{f"{lookup}__startswith": top.path})) for i, top in enumerate(tops)
    }


def _per_place(queryset: QuerySet[Any], lookup: str, tops: Sequence[Organization]) -> list[int]:
    counted = queryset.order_by().aggregate(**_counts(lookup, tops))
    return [counted[f"n{i}"] for i in range(len(tops))]


def _by_state(scope: Scope, tops: Sequence[Organization]) -> dict[str, list[int]]:
    """Certificates of enrolled members by state, for each place. One query."""
    counts = _counts("member__branch__path", tops)
    rows = (
        Certificate.objects.visible_to(scope, "certificates.read")
        .filter(Exists(Member.objects.enrolled().filter(pk=OuterRef("member"))))
        .order_by()
        .values("state")
        .annotate(**counts)
        .values_list("state", *counts)
    )
    counted: dict[str, list[int]] = defaultdict(lambda: [0] * len(tops))
    for state, *each in rows:
        counted[state] = each
    return counted
