"""Where members were on a day: posts and branch, from the posts held and the changes of branch."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from zhibu.conduct.rules import Held, Moved, branch_on, posts_on
from zhibu.core import codes
from zhibu.members.models import MembershipEvent, PostHolding
from zhibu.members.rules.events import SPECS, EventKind
from zhibu.mobility.models import Transfer

_FEW = 500
_ENDS = [str(kind) for kind, spec in SPECS.items() if spec.ends]


@dataclass(slots=True)
class History:
    """Posts, changes of branch, and the end of one member's membership."""

    held: list[Held] = field(default_factory=list)
    moves: list[Moved] = field(default_factory=list)
    ended_on: date | None = None
    died: bool = False

    def posts(self, day: date) -> str:
        """The posts of that day in one line."""
        return posts_on(self.held, day)

    def branch(self, day: date, *, present: int) -> int:
        """Id of the branch of that day."""
        return branch_on(self.moves, day, present=present)


def histories(member_ids: Iterable[int]) -> dict[int, History]:
    """The history of each of these members. Four queries per 500 members.

    A change of branch is told by its membership event; a transfer inside the county tells it as well.
    """
    ids = sorted(set(member_ids))
    found: dict[int, History] = defaultdict(History)
    for start in range(0, len(ids), _FEW):
        some = ids[start : start + _FEW]
        _read_posts(found, some)
        moves = (
            MembershipEvent.objects.in_effect()
            .filter(member_id__in=some, kind=EventKind.MOVE_BRANCH)
            .values_list("member_id", "effective_on", "branch_id")
        )
        transfers = Transfer.objects.filter(
            member_id__in=some, direction="inside", state="received", event=None
        ).values_list("member_id", "received_on", "from_branch_id")
        for member_id, day, branch_id in [*moves, *transfers]:
            if day is not None and branch_id is not None:
                found[member_id].moves.append(Moved(day, branch_id))
        ends = MembershipEvent.objects.in_effect().filter(
            member_id__in=some, kind__in=_ENDS, member__standing="ended"
        )
        for member_id, kind, day in ends.order_by("effective_on").values_list(
            "member_id", "kind", "effective_on"
        ):
            found[member_id].ended_on = day
            found[member_id].died = kind == EventKind.DIE
    return found


def _read_posts(found: dict[int, History], member_ids: list[int]) -> None:
    rows = (
        PostHolding.objects.filter(member_id__in=member_ids)
        .order_by("from_date", "pk")
        .values_list("member_id", "organization__short_name", "post", "from_date", "until")
    )
    for member_id, place, post, from_date, until in rows:
        found[member_id].held.append(Held(place, codes.label("branch_post", post), from_date, until))
