"""Which branches' paper books may still be taken over as they are, without a second person for each row."""

from collections.abc import Iterable
from datetime import date

from zhibu.core.access import Scope
from zhibu.members.models import Member
from zhibu.members.policies import TAKE_OVER
from zhibu.members.rules.hands import is_take_over_open
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force

SETTLE = "members.settle_events"


def branches_to_take_over(branches: Iterable[Organization], *, by: Scope, on: date) -> set[int]:
    """Ids of those branches whose books the person may take over on that day. Two queries, more above 500 branches.

    Only the county takes over, until its start day, and only where the books are empty: nobody, not even a
    former member, stands in them. Whoever is found later is proposed like anybody else.
    """
    county = [branch for branch in branches if by.covers(SETTLE, branch.path.split(".", 1)[0] + ".")]
    if not county or not is_take_over_open(values_in_force(TAKE_OVER, on=on).start_day, on=on):
        return set()
    ids = sorted(branch.pk for branch in county)
    known: set[int] = set()
    for start in range(0, len(ids), 500):
        rows = Member.objects.filter(branch_id__in=ids[start : start + 500])
        known |= set(rows.values_list("branch_id", flat=True).distinct())
    return set(ids) - known
