"""Who belonged to which branch in each month, as the books know: joined, moved, came, left, ended, suspended."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhibu.core.months import month_of, shift_month
from zhibu.dues.actions import There
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules.events import SPECS, EventKind
from zhibu.members.rules.stages import Standing
from zhibu.mobility.models import Transfer

LENGTH = 12
_SUBMIT_DAY = 10


def window(on: date) -> list[int]:
    """The twelve months of the history, oldest first; the last one is still being written.

    Until the 10th that is the month before: its record is due then.
    """
    last = month_of(on) if on.day > _SUBMIT_DAY else shift_month(month_of(on), -1)
    return [shift_month(last, n) for n in range(1 - LENGTH, 1)]


@dataclass(frozen=True, slots=True)
class Person:
    """A member over the months. ``moves``: (month, branch before), the latest first. Months are half-open."""

    pk: int
    branch: int
    joined: date
    born: date
    category: str
    sex: str
    ethnic_group: str
    is_floating: bool
    is_enrolled: bool
    from_month: int
    until: int | None
    suspended_from: int | None
    moves: tuple[tuple[int, int], ...]

    def branch_in(self, month: int) -> int | None:
        """Where the person belonged; None before the start and from the month of the end on."""
        if month < self.from_month or (self.until is not None and month >= self.until):
            return None
        place = self.branch
        for moved, before in self.moves:
            if month < moved:
                place = before
        return place


def people(branch_ids: Sequence[int]) -> list[Person]:
    """Everyone of these branches who is or was a member, in an order that is the same in every build."""
    known = set(branch_ids)
    ended, suspended = _last(Standing.ENDED), _last(Standing.SUSPENDED)
    moves: dict[int, list[tuple[int, int]]] = defaultdict(list)
    came: dict[int, int] = {}
    rows = Transfer.objects.filter(state="received").exclude(received_on=None).order_by("-received_on", "-pk")
    for member, direction, day, before in rows.values_list(
        "member_id", "direction", "received_on", "from_branch_id"
    ):
        if day is None or not member:
            continue
        if direction == "in":
            came[member] = month_of(day)
        elif direction == "inside" and before in known:
            moves[member].append((month_of(day), before))
    found = []
    listed = Member.objects.filter(merged_into=None, branch__in=branch_ids)
    for pk, branch, joined, born, category, sex, group, floating, standing in listed.order_by(
        "branch__code", "join_date", "birth_date", "name", "pk"
    ).values_list(
        "pk", "branch_id", "join_date", "birth_date", "dues_category", "sex", "ethnic_group", "is_floating",
        "standing",
    ):  # fmt: skip
        if standing == Standing.ENDED and (pk not in ended or category != "farmer"):
            continue  # nobody assesses an income after the end
        is_suspended = standing == Standing.SUSPENDED
        found.append(
            Person(
                pk,
                branch,
                joined,
                born,
                category,
                sex,
                group,
                floating,
                standing != Standing.ENDED,
                max(month_of(joined), came.get(pk, 0)),
                ended[pk] if standing == Standing.ENDED else None,
                suspended.get(pk, 0) if is_suspended else None,
                tuple(moves.get(pk, ())),
            )
        )
    return found


def _last(standing: Standing) -> dict[int, int]:
    """The month in which such a standing last began, by member."""
    kinds = [str(kind) for kind in EventKind if SPECS[kind].standing == standing]
    rows = MembershipEvent.objects.filter(kind__in=kinds, state="in_effect").exclude(effective_on=None)
    return {
        member: month_of(day)
        for member, day in rows.order_by("effective_on", "pk").values_list("member_id", "effective_on")
        if day is not None
    }


def there_in(month: int, everyone: Sequence[Person]) -> list[There]:
    """Who was there, for opening the month."""
    found = []
    for person in everyone:
        branch = person.branch_in(month)
        if branch is not None:
            is_suspended = person.suspended_from is not None and month >= person.suspended_from
            found.append(There(person.pk, branch, is_suspended))
    return found
