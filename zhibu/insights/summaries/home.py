"""The home page by role: a county by unit, a township by branch, a branch what comes first, a member the own year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhibu.core.access import Scope
from zhibu.insights.summaries import months
from zhibu.insights.summaries.months import BranchHome, BranchLine, MonthOfAll
from zhibu.insights.summaries.own import Own, own
from zhibu.insights.summaries.places import PLACES_SHOWN, Place, places
from zhibu.insights.summaries.upkeep import Upkeep, upkeep_for
from zhibu.months.policies import MONTHS
from zhibu.months.summaries.lists import READ
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force


@dataclass(frozen=True, slots=True)
class Home:
    """The home page of one person. ``month`` and ``lines`` for who has more than a few branches, ``branches`` for others.

    ``month_shown``: the month of the table or the cards; ``own``: the person's own record; ``upkeep``: for who runs the
    installation.
    """

    places: Sequence[Place]
    more_places: bool
    month_shown: int
    branches: Sequence[BranchHome]
    lines: Sequence[BranchLine]
    month: MonthOfAll | None
    own: Own | None
    upkeep: Upkeep | None

    @property
    def place(self) -> Place | None:
        """The one organization the person works for; None for none or several."""
        return self.places[0] if len(self.places) == 1 else None


def home(scope: Scope, *, on: date) -> Home:
    """Everything the page shows at once. A number of queries that does not grow with the county.

    A member's own record costs up to nineteen, everyone else's page at most eleven.
    """
    listed = places(scope)
    branches: Sequence[BranchHome] = ()
    lines: Sequence[BranchLine] = ()
    month, shown = None, 0
    if scope.has(READ):
        submit_day = values_in_force(MONTHS, on=on).submit_day
        shown = months.month_shown(on, submit_day)
        units = list(
            Organization.objects.visible_to(scope, READ)
            .existing()
            .branches()
            .in_order()[: months.TABLE_LONGEST + 1]
        )
        if len(units) > months.TABLE_LONGEST:
            month = months.month_state(scope, on=on, submit_day=submit_day)
        elif len(units) > months.BRANCHES_AS_CARDS or not _are_branches(listed):
            lines = months.branch_lines(scope, units, on=on, submit_day=submit_day)
        else:
            branches = months.branch_homes(scope, units, on=on, submit_day=submit_day)
    return Home(
        listed[:PLACES_SHOWN],
        len(listed) > PLACES_SHOWN,
        shown,
        branches,
        lines,
        month,
        own(scope, on=on),
        upkeep_for(scope, on=on),
    )


def _are_branches(listed: Sequence[Place]) -> bool:
    return bool(listed) and all(place.is_branch for place in listed)
