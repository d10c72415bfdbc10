"""The annual table of increase and decrease of members by reason (党员增减情况表)."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from zhibu.core.access import Scope
from zhibu.core.text import gettext_noop
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules import Standing
from zhibu.members.rules.events import SPECS, EventKind
from zhibu.mobility.models import Transfer
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS

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
    """Somebody came to or went from a branch on a day; ``reason`` "" is the other end of nothing."""

    on: date
    branch: int
    reason: str
    is_increase: bool


def table(scope: Scope, organization: Organization, *, since: date, until: date) -> Table:
    """The table for an organization, by the units directly below it (a branch: itself). Eight queries at any size.

    A line's end is the members enrolled today, taken back through everything that happened since; its
    start the same once more: what is not recorded as an event is not in the table.
    """
    units = [organization]
    if organization.kind not in BRANCH_KINDS:
        units = list(Organization.objects.filter(parent=organization).in_order()) or units
    paths = {unit.path: Line(unit) for unit in units}
    unit_of: dict[int, Line] = {}
    branch_paths = Organization.objects.under(organization.path).values_list("pk", "path")
    depth = organization.path.count(".") + (0 if units == [organization] else 1)
    for pk, path in branch_paths:
        unit_path = ".".join(path.split(".")[:depth]) + "."
        if unit_path in paths:
            unit_of[pk] = paths[unit_path]
    enrolled = (
        Member.objects.visible_to(scope, "members.read")
        .enrolled()
        .under(organization.path)
        .values_list("branch_id", "standing")
    )
    now: Counter[int] = Counter()
    for branch, standing in enrolled:
        now[branch] += 1
        if standing == Standing.SUSPENDED and branch in unit_of:
            unit_of[branch].suspended += 1
    after: dict[int, int] = defaultdict(int)
    within: list[_Move] = []
    for move in _moves(since):
        if move.on >= until:
            after[move.branch] += 1 if move.is_increase else -1
        else:
            within.append(move)
    total = Line(organization)
    for branch, line in unit_of.items():
        line.end += now[branch] - after[branch]
    for move in within:
        line_of = unit_of.get(move.branch)
        if line_of is None:
            continue
        (line_of.came if move.is_increase else line_of.went)[move.reason] += 1
    for line in paths.values():
        line.start = line.end - line.increase + line.decrease
        for name in ("start", "end", "suspended"):
            setattr(total, name, getattr(total, name) + getattr(line, name))
        total.came.update(line.came)
        total.went.update(line.went)
    shown = [line for line in paths.values() if line.start or line.end or line.increase or line.decrease]
    return Table(organization, shown, total)


def _moves(since: date) -> Iterable[_Move]:
    """Everything since a day that added a member to a branch or took one away. Five queries."""
    events = list(
        MembershipEvent.objects.filter(state__in=("in_effect", "reversed"), effective_on__gte=since)
        .select_related(None)
        .only("kind", "member_id", "branch_id", "effective_on", "state", "before", "after", "reverses_id")
        .order_by("effective_on", "pk")
    )
    transfers = list(
        Transfer.objects.filter(state="received", received_on__gte=since).values_list(
            "member_id", "direction", "from_branch_id", "to_branch_id", "received_on", "event_id"
        )
    )
    reversed_events = {
        row.pk: row
        for row in MembershipEvent.objects.filter(
            pk__in=[e.reverses_id for e in events if e.reverses_id]
        ).only("kind", "branch_id")
    }
    first_branch: dict[int, int] = {}
    by_transfer = set()
    for member, direction, from_branch, to_branch, on, event_id in sorted(
        transfers, key=lambda row: row[4] or since
    ):
        if on is None:
            continue
        by_transfer.add(event_id)
        if direction == "inside" and from_branch != to_branch:
            if member is not None:
                first_branch.setdefault(member, from_branch)
            yield _Move(on, from_branch, "to_inside", is_increase=False)
            yield _Move(on, to_branch, "from_inside", is_increase=True)
        elif direction == "in":
            if member is not None:
                first_branch.setdefault(member, to_branch)
            yield _Move(on, to_branch, "from_outside", is_increase=True)
    for event in events:
        day = event.effective_on
        if day is None:
            continue
        kind = EventKind(event.kind)
        if kind == EventKind.MOVE_BRANCH and event.pk not in by_transfer and event.state == "in_effect":
            old, new = event.before.get("branch"), event.after.get("branch")
            if old and new and old != new:
                first_branch.setdefault(event.member_id, old)
                yield _Move(day, old, "regrouped_out", is_increase=False)
                yield _Move(day, new, "regrouped_in", is_increase=True)
        elif SPECS[kind].standing == Standing.ENDED:
            yield _Move(day, event.branch_id, _ENDS.get(SPECS[kind].ends, "removed"), is_increase=False)
        elif kind == EventKind.READMIT:
            yield _Move(day, event.branch_id, "readmitted", is_increase=True)
        elif kind == EventKind.REVERSE and event.reverses_id in reversed_events:
            fallen = reversed_events[event.reverses_id]
            if SPECS[EventKind(fallen.kind)].standing == Standing.ENDED:
                yield _Move(day, fallen.branch_id, "reversed", is_increase=True)
    came_in = {row[0] for row in transfers if row[1] == "in"}
    readmitted = {e.member_id for e in events if e.kind == EventKind.READMIT}
    joined = Member.objects.filter(merged_into=None, join_date__gte=since).values_list(
        "pk", "branch_id", "join_date"
    )
    for pk, branch, join_date in joined:
        if pk not in came_in and pk not in readmitted:
            yield _Move(join_date, first_branch.get(pk, branch), "admitted", is_increase=True)
