"""What a branch should hold in a month, a quarter, a year, and what is missing. Pure.

Frequencies are the county's settings; organisation.toml says how far each is the national rule.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from zhibu.meetings.rules.kinds import Kind


class Every(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


EVERY: Final[Mapping[Kind, Every]] = {
    Kind.MEMBERS_MEETING: Every.QUARTER,
    Kind.BRANCH_COMMITTEE_MEETING: Every.MONTH,
    Kind.GROUP_MEETING: Every.MONTH,
    Kind.PARTY_CLASS: Every.QUARTER,
    Kind.THEME_PARTY_DAY: Every.MONTH,
    Kind.MONTHLY_PARTY_BUILDING_MEETING: Every.MONTH,
    Kind.ORGANIZATIONAL_LIFE_MEETING: Every.YEAR,
    Kind.DEMOCRATIC_APPRAISAL: Every.YEAR,
    Kind.HEART_TO_HEART_TALK: Every.YEAR,
    Kind.ELECTION_MEETING: Every.YEAR,
}


@dataclass(frozen=True, slots=True)
class Period:
    """Months from ``first`` to ``last``, both as 202610 and both inside."""

    every: Every
    first: int
    last: int

    @property
    def months(self) -> range:
        """The months of the period; it never leaves its year."""
        return range(self.first, self.last + 1)

    @property
    def ends_on(self) -> date:
        """Its last day."""
        year, month = divmod(self.last, 100)
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def period_of(every: Every, month: int) -> Period:
    """The month, quarter or year a month lies in.

    >>> period_of(Every.QUARTER, 202611)
    Period(every=<Every.QUARTER: 'quarter'>, first=202610, last=202612)
    """
    year, number = divmod(month, 100)
    if every == Every.YEAR:
        return Period(every, year * 100 + 1, year * 100 + 12)
    if every == Every.QUARTER:
        start = (number - 1) // 3 * 3 + 1
        return Period(every, year * 100 + start, year * 100 + start + 2)
    return Period(every, month, month)


def month_before(month: int) -> int:
    """The month before.

    >>> month_before(202601)
    202512
    """
    return month - 1 if month % 100 > 1 else month - 89


@dataclass(frozen=True, slots=True)
class Branch:
    """What of a branch decides its duties. ``groups``: number of Party groups, each meets. ``opened_on``: first day."""

    has_committee: bool
    groups: int
    has_members: bool = True
    opened_on: date = date.min

    def share_of(self, times: int, period: Period) -> int:
        """Times a branch of this age should have held: for the whole months of the period it was there, rounded up.

        >>> young = Branch(has_committee=False, groups=0, opened_on=date(2026, 11, 10))
        >>> [young.share_of(1, period_of(every, 202611)) for every in Every]
        [0, 1, 1]
        >>> young.share_of(4, period_of(Every.YEAR, 202611))
        1
        """
        whole = sum(date(month // 100, month % 100, 1) >= self.opened_on for month in period.months)
        return -(-times * whole // len(period.months))


@dataclass(frozen=True, slots=True)
class Duty:
    """A kind the branch should hold so often in a period, and how often it did."""

    kind: Kind
    period: Period
    needed: int
    held: int

    @property
    def missing(self) -> int:
        """How many are still to be held."""
        return max(self.needed - self.held, 0)


def duties(
    branch: Branch,
    held: Mapping[tuple[Kind, int], int],
    *,
    needed: Mapping[Kind, int],
    month: int,
    every: Iterable[Every] = Every,
) -> list[Duty]:
    """All the branch should hold in the month and in the quarter and year around it.

    ``held``: meetings held by kind and month. ``needed``: times a period by kind; 0 asks for nothing. A branch
    without a committee has no committee meetings, one without groups no group meetings (organisation.toml
    ``applies_if``), one without members nothing; each of several groups meets. What was founded inside a period holds
    its share (``Branch.share_of``).
    """
    if not branch.has_members:
        return []
    wanted = frozenset(every)
    found = []
    for kind, length in EVERY.items():
        times = needed.get(kind, 0)
        if kind == Kind.BRANCH_COMMITTEE_MEETING and not branch.has_committee:
            times = 0
        elif kind == Kind.GROUP_MEETING:
            times *= branch.groups
        if times and length in wanted:
            period = period_of(length, month)
            asked = branch.share_of(times, period)
            if asked:
                done = sum(held.get((kind, each), 0) for each in period.months)
                found.append(Duty(kind, period, asked, done))
    return found


def is_due(duty: Duty, *, on: date, remind_from_day: int) -> bool:
    """Worth a reminder: something is missing and the period's last month has come to its later days, or is over."""
    return bool(duty.missing) and (
        on > duty.period.ends_on
        or (
            duty.period.last == on.year * 100 + on.month
            and on.day >= min(remind_from_day, duty.period.ends_on.day)
        )
    )
