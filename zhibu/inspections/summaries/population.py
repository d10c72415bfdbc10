"""Whom an inspection may draw, and what is counted about each branch. A fixed number of queries for any county."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import Count

from zhibu.dues.models import Payment
from zhibu.inspections.rules.draw import Population, Sign, longest_run
from zhibu.members.models import Member
from zhibu.members.rules.stages import Standing
from zhibu.months.models import BranchMonth
from zhibu.organizations.models import Organization
from zhibu.points.models import Entry


def population_of(organization: Organization, window: Sequence[int]) -> list[Population]:
    """The existing branches at and below the organization with their active members and counts. Six queries.

    Suspended members are not drawn: their certificate is kept, and there is nothing the person could show.
    """
    branches = list(
        Organization.objects.under(organization.path)
        .existing()
        .branches()
        .order_by("path")
        .values_list("pk", flat=True)
    )
    members: dict[int, list[int]] = defaultdict(list)
    found = Member.objects.enrolled().filter(standing=Standing.ACTIVE).belonging_to(organization)
    for pk, branch in found.order_by("pk").values_list("pk", "branch_id"):
        members[branch].append(pk)
    corrected = corrections_of(organization, window)
    counts = counts_of(organization, window)
    return [
        Population(
            branch,
            tuple(members[branch]),
            {**counts.get(branch, {}), Sign.CORRECTIONS: sum(corrected.get(branch, {}).values())},
            corrected.get(branch, {}),
        )
        for branch in branches
    ]


def corrections_of(organization: Organization, window: Sequence[int]) -> Mapping[int, Mapping[int, int]]:
    """Branch -> member -> reversals of dues and points that belong to the window's months. Two queries."""
    found: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for model in (Payment, Entry):
        rows = (
            model.objects.filter(
                month__in=window, reverses__isnull=False, branch__path__startswith=organization.path
            )
            .order_by()
            .values_list("branch", "member")
            .annotate(n=Count("pk"))
        )
        for branch, member, number in rows:
            found[branch][member] += number
    return {branch: dict(members) for branch, members in found.items()}


def counts_of(organization: Organization, window: Sequence[int]) -> Mapping[int, Mapping[str, int]]:
    """Branch -> late months, returns, the longest run of months alike. Two queries.

    Two months are alike when the cash counted, the heads counted and the number of entries of points made
    by hand are the same; months without counted figures are left out.
    """
    at_hand: dict[tuple[int, int], int] = {
        (branch, month): number
        for branch, month, number in Entry.objects.filter(
            month__in=window,
            source="manual",
            reverses=None,
            branch__path__startswith=organization.path,
        )
        .order_by()
        .values_list("branch", "month")
        .annotate(n=Count("pk"))
    }
    late: dict[int, int] = defaultdict(int)
    returns: dict[int, int] = defaultdict(int)
    figures: dict[int, list[tuple[int, object]]] = defaultdict(list)
    rows = BranchMonth.objects.filter(month__in=window, branch__path__startswith=organization.path)
    for row in rows.only("branch_id", "month", "is_late", "returns", "cash", "heads"):
        late[row.branch_id] += row.is_late
        returns[row.branch_id] += row.returns
        if row.cash is not None and row.heads is not None:
            by_hand = at_hand.get((row.branch_id, row.month), 0)
            figures[row.branch_id].append((row.month, (row.cash, row.heads, by_hand)))
    return {
        branch: {
            Sign.LATE: late[branch],
            Sign.RETURNED: returns[branch],
            Sign.IDENTICAL: longest_run(figures[branch]),
        }
        for branch in late
    }
