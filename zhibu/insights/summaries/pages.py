"""What the home page and the quick search show. Reads only, within the person's scope."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from zhibu.certificates.models import Booklet, Certificate
from zhibu.certificates.rules import BookletState, State
from zhibu.certificates.summaries import resolve
from zhibu.core.access import Scope
from zhibu.imports.models import ImportRun
from zhibu.jobs.models import Job
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS

PLACES_SHOWN = 6
JOBS_SHOWN = 5
IMPORTS_SHOWN = 5
ORGANIZATIONS_FOUND = 10
MEMBERS_FOUND = 20


@dataclass(frozen=True, slots=True)
class Place:
    """An organization the person works for, with the counts of everything below it.

    ``members`` and the certificate counts are None when the person may not see them.
    """

    organization: Organization
    is_branch: bool
    branches: int
    members: int | None = None
    in_force: int | None = None
    not_issued: int | None = None
    unnumbered: int | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """The home page of one person."""

    jobs: Sequence[Job]
    imports: Sequence[ImportRun]
    unnumbered: int
    to_hand_over: int
    places: Sequence[Place]
    more_places: bool

    @property
    def waits(self) -> bool:
        """True when something waits for the person."""
        return bool(self.jobs or self.imports or self.unnumbered or self.to_hand_over)


def home(scope: Scope) -> Home:
    """Everything on the home page. At most eight queries, whatever the size of the county."""
    places = _places(scope)
    return Home(
        jobs=list(
            Job.objects.owned_by(scope)
            .filter(state__in=("queued", "running", "failed"))
            .order_by("-created_at")[:JOBS_SHOWN]
        ),
        imports=(
            list(
                ImportRun.objects.owned_by(scope)
                .filter(state="checked")
                .order_by("-created_at")[:IMPORTS_SHOWN]
            )
            if scope.has("imports.use")
            else []
        ),
        unnumbered=_unnumbered(scope, "certificates.number").count()
        if scope.has("certificates.number")
        else 0,
        to_hand_over=(
            Booklet.objects.visible_to(scope, "certificates.issue").filter(state=BookletState.PRINTED).count()
            if scope.has("certificates.issue")
            else 0
        ),
        places=places[:PLACES_SHOWN],
        more_places=len(places) > PLACES_SHOWN,
    )


def _places(scope: Scope) -> list[Place]:
    """The tops of the person's scope, at most one more than are shown. At most four queries."""
    if not scope.has("organizations.read"):
        return []
    paths = _tops(scope.prefixes("organizations.read"))
    tops = list(Organization.objects.existing().filter(path__in=paths).order_by("path")[: PLACES_SHOWN + 1])
    if not tops:
        return []
    branches = _per_place(Organization.objects.existing().branches(), "path", tops)
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
            branches=branches[i],
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


def _unnumbered(scope: Scope, permission: str) -> QuerySet[Member]:
    has_number = Exists(Certificate.objects.filter(member=OuterRef("pk")))
    return Member.objects.visible_to(scope, permission).enrolled().filter(~has_number)


@dataclass(frozen=True, slots=True)
class Found:
    """What a quick search found; one more than shown sets the ``more_`` flags."""

    organizations: Sequence[Organization]
    members: Sequence[Member]
    certificate: Certificate | None
    more_organizations: bool
    more_members: bool

    @property
    def nothing(self) -> bool:
        """True when there is nothing to show."""
        return not (self.organizations or self.members or self.certificate)


def search(scope: Scope, text: str) -> Found:
    """Organizations and members in the scope by name, pinyin or initials; a certificate by its exact number.

    At most five queries. Empty text finds nothing.
    """
    needle = text.strip()
    if not needle:
        return Found([], [], None, more_organizations=False, more_members=False)
    organizations: list[Organization] = []
    if scope.has("organizations.read"):
        organizations = list(
            Organization.objects.visible_to(scope, "organizations.read")
            .existing()
            .matching(needle)
            .select_related("parent")
            .order_by("path")[: ORGANIZATIONS_FOUND + 1]
        )
    members: list[Member] = []
    if scope.has("members.read"):
        members = list(
            Member.objects.visible_to(scope, "members.read")
            .enrolled()
            .matching(needle)
            .select_related("branch", "branch__parent")
            .defer("resident_id", "phone")
            .order_by("pinyin", "pk")[: MEMBERS_FOUND + 1]
        )
    certificate = (
        resolve(scope, needle)
        if scope.has("certificates.read") and any(c.isdigit() for c in needle)
        else None
    )
    return Found(
        organizations[:ORGANIZATIONS_FOUND],
        members[:MEMBERS_FOUND],
        certificate,
        more_organizations=len(organizations) > ORGANIZATIONS_FOUND,
        more_members=len(members) > MEMBERS_FOUND,
    )
