"""All that waits for a person, from every app that offers work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from zhibu.accountability.summaries import cases
from zhibu.accounts.summaries.proposals import work as accounts_work
from zhibu.certificates.summaries import dispositions, keeping, overprint, withdrawals
from zhibu.certificates.summaries.stock.waiting import work
from zhibu.conduct.summaries.work import work as conduct_work
from zhibu.core.access import Scope
from zhibu.core.text import gettext_noop
from zhibu.core.work import WorkItem, WorkList
from zhibu.dues.summaries.work import work as dues_work
from zhibu.insights.summaries import upkeep, waiting
from zhibu.inspections.summaries import findings
from zhibu.meetings.summaries.work import work as meetings_work
from zhibu.members.summaries.holders import work as holders_work
from zhibu.members.summaries.linking import work as linking_work
from zhibu.mobility.summaries import enrollments, floating, lost, matters, transfers
from zhibu.months.summaries import lists
from zhibu.points.summaries.work import work as points_work
from zhibu.reorganizations.summaries import deeds
from zhibu.reviews.summaries import reviews

SOURCES: Final = (
    lists.work,
    dues_work,
    meetings_work,
    points_work,
    findings.work,
    matters.work,
    enrollments.work,
    transfers.work,
    dispositions.work,
    keeping.work,
    withdrawals.work,
    conduct_work,
    lost.work,
    floating.work,
    work,
    overprint.work,
    reviews.work,
    cases.work,
    deeds.work,
    accounts_work,
    holders_work,
    linking_work,
    upkeep.work,
)
URGENT_SHOWN: Final = 5
ON_THE_CARD: Final = frozenset({"months_to_fill", "months_returned"})
"""What a branch's home page shows as its first card already."""
MEETINGS: Final = frozenset({"meetings_to_hold", "meetings_missing"})
_FIRST: Final = {"return": 0, "decide": 1, "do": 2, "watch": 3}
KINDS: Final = {
    "decide": gettext_noop("等我决定"),
    "do": gettext_noop("该我办"),
    "return": gettext_noop("退回和要还的"),
    "watch": gettext_noop("到期和逾期"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Work of one kind."""

    label: str
    lists: Sequence[WorkList]


@dataclass(frozen=True, slots=True)
class Urgent:
    """A group of work in one line: the item that falls due first, how many of those shown are past their day."""

    list: WorkList
    first: WorkItem
    overdue: int

    @property
    def url(self) -> str:
        """Where to go: the one item, the whole list, or the group on the page of all work."""
        return self.first.url if self.list.total == 1 else self.list.url or f"#{self.list.key}"


@dataclass(frozen=True, slots=True)
class Desk:
    """A person's work: groups by kind, how many things in all, and those past their day, oldest first."""

    groups: Sequence[Group]
    total: int
    overdue: Sequence[WorkItem]

    def __bool__(self) -> bool:
        return self.total > 0

    def urgent(self, *, on: date, meetings_first: bool = False) -> list[Urgent]:
        """The groups to look at first: past their day before others, then by kind, then by day.

        ``meetings_first``: for a branch, whose next duty after the record of the month are its meetings.
        """
        found = [
            Urgent(each, min(each.items, key=_day), sum(item.is_overdue(on=on) for item in each.items))
            for group in self.groups
            for each in group.lists
            if each.key not in ON_THE_CARD
        ]
        found.sort(
            key=lambda each: (
                not (meetings_first and each.list.key in MEETINGS),
                not each.overdue,
                _FIRST[each.list.kind],
                _day(each.first),
            )
        )
        return found[:URGENT_SHOWN]

    @property
    def rest(self) -> int:
        """How many things beside those on a branch's first card."""
        return sum(each.total for group in self.groups for each in group.lists if each.key not in ON_THE_CARD)


def _day(item: WorkItem) -> date:
    return item.due or date.max


def desk(scope: Scope, *, on: date) -> Desk:
    """Everything that waits for the person. A fixed number of queries, whatever the size of the county."""
    found = [each for source in SOURCES for each in source(scope, on=on) if each.total]
    found += waiting.work(scope)
    overdue = [
        item for each in found for item in each.items if item.due is not None and item.is_overdue(on=on)
    ]
    overdue.sort(key=lambda item: item.due or on)
    groups = [
        Group(label, [each for each in found if each.kind == kind])
        for kind, label in KINDS.items()
        if any(each.kind == kind for each in found)
    ]
    return Desk(groups, sum(each.total for each in found), overdue)
