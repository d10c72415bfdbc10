"""The year of a branch by kind: what was held, what is planned, what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zhibu.meetings.models import Meeting
from zhibu.meetings.policies import MEETINGS
from zhibu.meetings.rules.duties import EVERY, Every, Period, duties, period_of
from zhibu.meetings.rules.kinds import Kind
from zhibu.meetings.summaries.overview import facts_of_branch
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force

_MONTHS = {Every.MONTH: range(1, 13), Every.QUARTER: range(1, 13, 3), Every.YEAR: range(1, 2)}


@dataclass(frozen=True, slots=True)
class PlanCell:
    """A kind in a period. ``state``: held, planned, missing (the period is over), now (it is running), ahead, free.

    ``free``: nothing is asked for. ``day``: what a new entry starts with. ``planned_on``: the next planned day.
    """

    period: Period
    needed: int
    held: int
    planned: int
    planned_on: date | None
    state: str
    day: date


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A kind over the year."""

    kind: Kind
    every: Every
    cells: list[PlanCell]


def year_plan(branch: Organization, year: int, *, on: date) -> list[PlanRow]:
    """Kinds the branch should hold, and those it holds without being asked. Four queries."""
    needed = values_in_force(MEETINGS, on=on).needed()
    facts = facts_of_branch(branch, on=min(date(year, 12, 31), on))
    held: dict[tuple[Kind, int], int] = {}
    planned: dict[tuple[Kind, int], list[date]] = {}
    for meeting in (
        Meeting.objects.filter(branch=branch, month__gte=year * 100 + 1, month__lte=year * 100 + 12)
        .exclude(state="canceled")
        .only("kind", "month", "on", "state")
        .order_by("on", "pk")
    ):
        key = (Kind(meeting.kind), meeting.month)
        if meeting.state == "held":
            held[key] = held.get(key, 0) + 1
        else:
            planned.setdefault(key, []).append(meeting.on)
    rows = []
    for kind, every in EVERY.items():
        cells = []
        for month in _MONTHS[every]:
            found = [
                duty
                for duty in duties(facts, held, needed=needed, month=year * 100 + month, every=[every])
                if duty.kind == kind
            ]
            period = period_of(every, year * 100 + month)
            cells.append(_cell(kind, period, found[0].needed if found else 0, held, planned, on))
        if any(cell.needed or cell.held or cell.planned for cell in cells):
            rows.append(PlanRow(kind, every, cells))
    return rows


def _cell(
    kind: Kind,
    period: Period,
    needed: int,
    held: Mapping[tuple[Kind, int], int],
    planned: Mapping[tuple[Kind, int], list[date]],
    on: date,
) -> PlanCell:
    done = sum(held.get((kind, month), 0) for month in period.months)
    days = [day for month in period.months for day in planned.get((kind, month), ())]
    first = date(period.first // 100, period.first % 100, 1)
    if done and done >= needed:
        state = "held"
    elif days and done + len(days) >= needed:
        state = "planned"
    elif not needed:
        state = "free"
    elif period.ends_on < on:
        state = "missing"
    else:
        state = "now" if first <= on else "ahead"
    day = min(max(on, first), period.ends_on)
    return PlanCell(period, needed, done, len(days), days[0] if days else None, state, day)
