"""The annual table of increase and decrease of members by reason (党员增减情况表)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from zhibu.core.access import Scope
from zhibu.core.text import gettext_noop
from zhibu.members.rules.events import SPECS, EventKind
from zhibu.members.rules.history import MOVES, Change, Then, as_it_was
from zhibu.members.rules.stages import Standing
from zhibu.members.summaries.history import History
from zhibu.organizations.history import Tree
from zhibu.organizations.models import Organization

READ = "members.read"
INCREASES: Final = {
    "admitted": gettext_noop("新发展党员"),
    "from_outside": gettext_noop("县外转入"),
    "from_inside": gettext_noop("县内转入"),
    "regrouped_in": gettext_noop("调整划入"),
    "readmitted": gettext_noop("重新入党"),
    "reversed": gettext_noop("撤销除名"),
}
DECREASES: Final = {
    "deceased": gettext_noop("亡故"),
    "to_outside": gettext_noop("转出县外"),
    "to_inside": gettext_noop("县内转出"),
    "regrouped_out": gettext_noop("调整划出"),
    "removed": gettext_noop("除名劝退"),
    "expelled": gettext_noop("开除党籍"),
    "cancelled": gettext_noop("取消预备党员资格"),
}
_ENDS: Final = {
    "deceased": "deceased",
    "transferred_out": "to_outside",
    "expelled": "expelled",
    "probation_cancelled": "cancelled",
}
_RETURNS: Final = {EventKind.READMIT: "readmitted", EventKind.TRANSFER_BACK: "from_outside"}
_REGROUPED: Final = ("regrouped_out", "regrouped_in")
_TRANSFERRED: Final = ("to_inside", "from_inside")
_DAY: Final = timedelta(days=1)


@dataclass(slots=True)
class Line:
    """One unit: members at the start, what came, what went, members at the end; of these, suspended ones."""

    organization: Organization
    start: int = 0
    came: Counter[str] = field(default_factory=Counter)
    went: Counter[str] = field(default_factory=Counter)
    end: int = 0
    suspended: int = 0

    @property
    def increase(self) -> int:
        """All who came."""
        return self.came.total()

    @property
    def decrease(self) -> int:
        """All who went."""
        return self.went.total()


@dataclass(frozen=True, slots=True)
class Table:
    """The table of an organization for a period [from, until): a line a unit below it, and the sum."""

    organization: Organization
    lines: list[Line]
    total: Line


@dataclass(frozen=True, slots=True)
class _Move:
    """Members came to or went from a branch. ``on``: the day whose tree says to which unit that counts."""

    on: date
    branch: int
    reason: str
    is_increase: bool
    count: int = 1


def table(scope: Scope, organization: Organization, *, since: date, until: date) -> Table:
    """The table for an organization, by the units directly below it (a branch: itself). Four queries at any size.

    Everything is judged by its own day: members by their branch then, branches by the tree then. A unit's end is
    who was in the books on the last day; its start follows from it and from what happened, so what is not recorded
    as an event is not in the table. Who may read the organization may read its earlier years.
    """
    total, lines = Line(organization), dict[int, Line]()
    if not scope.covers(READ, organization.path):
        return Table(organization, [], total)
    tree, before, last = Tree(), since - _DAY, until - _DAY
    moved_on = tree.days_of_moves(since, until)
    here = tree.ever_below(organization.pk, [before, *moved_on, last])
    history = History(before, branch_ids=None if organization.parent_id is None else here)

    def line_of(branch: int, day: date) -> Line | None:
        unit = tree.below(organization.pk, branch, day)
        return None if unit is None else lines.setdefault(unit, Line(organization))

    for then in history.on(last).values():
        line = line_of(then.branch_id, last)
        if line is not None:
            line.end += 1
            line.suspended += then.standing == Standing.SUSPENDED
    for move in (
        *_of_members(history, since, until),
        *_of_branches(history, organization, tree, moved_on, here),
    ):
        line = line_of(move.branch, move.on)
        if line is not None:
            (line.came if move.is_increase else line.went)[move.reason] += move.count
    for line in lines.values():
        line.start = line.end - line.increase + line.decrease
        for name in ("start", "end", "suspended"):
            setattr(total, name, getattr(total, name) + getattr(line, name))
        total.came.update(line.came)
        total.went.update(line.went)
    shown = []
    for unit in Organization.objects.filter(pk__in=list(lines)).in_order():
        line = lines[unit.pk]
        line.organization = unit
        if line.start or line.end or line.increase or line.decrease:
            shown.append(line)
    return Table(organization, shown, total)


def _of_members(history: History, since: date, until: date) -> Iterator[_Move]:
    """Everything in [since, until) that added a member to a branch or took one away."""
    for pk, now in history.now.items():
        changes = history.changes.get(pk, ())
        first = as_it_was(now, changes, since - _DAY)
        entered_on = first.arrived_on or first.join_date
        if since <= entered_on < until and first.standing != Standing.ENDED:
            reason = "from_outside" if first.arrived_on else "admitted"
            yield _Move(entered_on, as_it_was(now, changes, entered_on).branch_id, reason, is_increase=True)
        yield from _of_one(now, changes, first, until)


def _of_one(now: Then, changes: Sequence[Change], first: Then, until: date) -> Iterator[_Move]:
    """What happened to one member since ``first``, in its order."""
    branch, is_ended = first.branch_id, first.standing == Standing.ENDED
    moves = iter([change.branch_id for change in changes if change.kind in MOVES][1:])
    for change in changes:
        day, kind = change.effective_on, EventKind(change.kind)
        if day >= until:
            return
        old = branch
        if kind in MOVES:
            branch = next(moves, now.branch_id)
        if kind == EventKind.MOVE_BRANCH and old != branch and first.entered_by(day - _DAY) and not is_ended:
            went, came = _REGROUPED if change.is_regrouping else _TRANSFERRED
            yield _Move(day, old, went, is_increase=False)
            yield _Move(day, branch, came, is_increase=True)
        elif "standing" in change.before and SPECS[kind].standing == Standing.ENDED:
            is_ended = True
            yield _Move(day, branch, _ENDS.get(SPECS[kind].ends, "removed"), is_increase=False)
        elif change.before.get("standing") == Standing.ENDED:
            is_ended = False
            yield _Move(day, branch, _RETURNS.get(kind, "reversed"), is_increase=True)


def _of_branches(
    history: History, organization: Organization, tree: Tree, moved_on: Iterable[date], here: Iterable[int]
) -> Iterator[_Move]:
    """Branches that came to hang elsewhere with everyone in them: at the beginning of the day."""
    for day in moved_on:
        people = Counter(then.branch_id for then in history.on(day - _DAY).values())
        for branch in here:
            then, now = (tree.below(organization.pk, branch, each) for each in (day - _DAY, day))
            if then != now and people[branch]:
                yield _Move(day - _DAY, branch, "regrouped_out", is_increase=False, count=people[branch])
                yield _Move(day, branch, "regrouped_in", is_increase=True, count=people[branch])
