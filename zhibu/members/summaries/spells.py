"""Since when a membership is what it is: the changes of its standing, by their days of effect."""

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from zhibu.members.models import MembershipEvent
from zhibu.members.rules.events import SPECS, EventKind
from zhibu.members.rules.spells import StandingChange

_KINDS: Final = [
    str(kind) for kind, spec in SPECS.items() if spec.standing is not None or kind == EventKind.REVERSE
]
_FEW: Final = 500


def standing_changes(member_ids: Collection[int]) -> dict[int, list[StandingChange]]:
    """The changes of these members' standing in order; members without any are left out. One query.

    What was reversed on appeal held until it was.
    """
    rows = MembershipEvent.objects.filter(state__in=("in_effect", "reversed"), kind__in=_KINDS)
    if len(member_ids) <= _FEW:
        rows = rows.filter(member__in=member_ids)
    found: dict[int, list[StandingChange]] = defaultdict(list)
    for member_id, day, before, after in rows.order_by("effective_on", "pk").values_list(
        "member_id", "effective_on", "before", "after"
    ):
        change = before.get("standing"), after.get("standing")
        if day is not None and None not in change and change[0] != change[1]:
            found[member_id].append(StandingChange(day, *change))
    return dict(found)
