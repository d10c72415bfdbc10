"""What members owe for months, as opening writes it: the one place that says so."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple, Self

from zhibu.core.months import first_day, last_day, month_range
from zhibu.dues.policies import schedule_of
from zhibu.dues.rules.owing import Arrival, DueKind, due_of
from zhibu.dues.summaries.facts import FEW, arrivals_of, assessed_amounts, paid_by_quarter, reliefs_in
from zhibu.members.models import Member
from zhibu.members.rules.history import Change, standing_between
from zhibu.members.summaries.history import standing_changes

_PAYABLE: Final = {str(DueKind.DUE), str(DueKind.REDUCED)}


class Payer(NamedTuple):
    """What dues need to know of a member."""

    pk: int
    join_date: date
    standing: str
    category: str

    @classmethod
    def of(cls, member: Member) -> Self:
        """The member as the books say now."""
        return cls(member.pk, member.join_date, member.standing, member.dues_category)


@dataclass(frozen=True, slots=True)
class Expecting:
    """Reads the courses of these memberships once (two queries), then three queries a month."""

    payers: Sequence[Payer]
    changes: dict[int, list[Change]] = field(init=False)
    arrivals: dict[int, Arrival] = field(init=False)

    def __post_init__(self) -> None:
        ids = [payer.pk for payer in self.payers]
        object.__setattr__(self, "changes", standing_changes(ids))
        object.__setattr__(self, "arrivals", arrivals_of(ids))

    def month(self, month: int) -> dict[int, tuple[str, int]]:
        """Kind and fen by member."""
        schedule, reliefs = schedule_of(month), reliefs_in(month)
        some = [payer.pk for payer in self.payers] if len(self.payers) <= FEW else None
        assessed = assessed_amounts(month, member_ids=some)
        first, last = first_day(month), last_day(month)
        found = {}
        for pk, join_date, standing, category in self.payers:
            category, amount = assessed.get(pk, (category, None))
            kind, owed = due_of(
                month,
                join_date=join_date,
                standing=standing_between(standing, self.changes.get(pk, ()), first=first, last=last),
                arrival=self.arrivals.get(pk),
                category=category,
                assessed=amount,
                relief=reliefs.get(pk),
                schedule=schedule,
            )
            found[pk] = (str(kind), owed)
        return found


@dataclass(frozen=True, slots=True)
class Quarterly:
    """Whose dues of a month may come by the end of the quarter. One query."""

    consents: set[tuple[int, int]]

    @classmethod
    def of(cls, month: int) -> Self:
        """The consents of the branches for the month."""
        return cls(paid_by_quarter(month))

    def holds(self, member_id: int, branch_id: int, kind: str) -> bool:
        """True for a due of this kind at the branch that consented."""
        return kind in _PAYABLE and (member_id, branch_id) in self.consents


def expected_of(member: Member, *, since: int, until: int) -> dict[int, tuple[str, int]]:
    """Kind and amount of the member's months of [since, until), as opening them would write."""
    expecting = Expecting([Payer.of(member)])
    return {month: expecting.month(month)[member.pk] for month in month_range(since, until)}
