"""All that waits for a person, from every app that offers work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from zhibu.certificates.summaries import dispositions, keeping, overprint, stock, withdrawals
from zhibu.conduct.summaries.work import work as conduct_work
from zhibu.core.access import Scope
from zhibu.core.text import gettext_noop
from zhibu.core.work import WorkItem, WorkList
from zhibu.cycles.summaries import cases, deeds, findings, months_lists, reviews
from zhibu.dues.summaries.work import work as dues_work
from zhibu.meetings.summaries.work import work as meetings_work
from zhibu.mobility.summaries import floating, lost, matters, transfers
from zhibu.points.summaries.work import work as points_work

SOURCES: Final = (
    months_lists.work,
    dues_work,
    meetings_work,
    points_work,
    findings.work,
    matters.work,
    transfers.work,
    dispositions.work,
    keeping.work,
    withdrawals.work,
    conduct_work,
    lost.work,
    floating.work,
    stock.work,
    overprint.work,
    reviews.work,
    cases.work,
    deeds.work,
)
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
class Desk:
    """A person's work: groups by kind, how many things in all, and those past their day, oldest first."""

    groups: Sequence[Group]
    total: int
    overdue: Sequence[WorkItem]

    def __bool__(self) -> bool:
        return self.total > 0


def desk(scope: Scope, *, on: date) -> Desk:
    """Everything that waits for the person. A fixed number of queries, whatever the size of the county."""
    found = [each for source in SOURCES for each in source(scope, on=on) if each.total]
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
