"""Members and posts when units are reorganized; part of one deed, which checks rights and records."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from zhibu.core.access import Scope
from zhibu.core.rows import Changes, Differing
from zhibu.members.models import EnrollmentProposal, Member, MembershipEvent, PostHolding
from zhibu.members.rules.events import EventKind
from zhibu.members.summaries.history import last_moves
from zhibu.organizations.actions.moving import Relocation


@dataclass(slots=True)
class Movement:
    """Where each member goes: (from, to) by member; and by sign-in, for those who have one."""

    members: dict[int, tuple[int, int]]
    users: dict[int, tuple[int, int]]


def member_changes(
    relocation: Relocation, *, by: Scope, document: str, at: datetime
) -> tuple[Changes, Movement]:
    """Every record of a closed branch goes to the successor, ended memberships, too: their papers have a keeper.

    Each record gets a ``move_branch`` event on the day of the deed. Posts at a closed unit end that day, and
    so do posts in the old branch of those whom a split takes away. Who waits to be entered is meant for the successor. Four queries.
    """
    found, movement = Changes(), Movement({}, {})
    events: list[Differing] = []
    moved_on = last_moves(relocation.effective_on)
    rows = Member.objects.filter(
        Q(branch__in=relocation.closed) | Q(pk__in=list(relocation.members))
    ).order_by("pk")
    for pk, old, merged_into, user, join_date in rows.values_list(
        "pk", "branch_id", "merged_into_id", "user_id", "join_date"
    ):
        target = relocation.members.get(pk) or relocation.successors.get(old)
        if target is None or target == old:
            continue
        movement.members[pk] = (old, target)
        if user is not None:
            movement.users[user] = (old, target)
        found.change_values(Member, pk, branch_id=(old, target))
        if merged_into is None:
            events.append(
                {
                    "member_id": pk,
                    "branch_id": old,
                    # Who joined or came between the day of the deed and its entry was never in the old branch before.
                    "effective_on": max(relocation.effective_on, join_date, moved_on.get(pk, join_date)),
                    "before": {"branch": old},
                    "after": {"branch": target},
                }
            )
    waiting = EnrollmentProposal.objects.open().filter(branch__in=relocation.closed)
    for proposal in waiting.only("branch_id").order_by("pk"):
        found.change(proposal, branch_id=relocation.successors[proposal.branch_id] or proposal.branch_id)
    found.insert_alike(_event(relocation, by=by, document=document, at=at), events)
    posts = PostHolding.objects.filter(
        Q(organization__in=relocation.closed) | Q(member__in=list(relocation.members)), until=None
    ).order_by("pk")
    for post in posts:
        is_left = movement.members.get(post.member_id, (0, 0))[0] == post.organization_id
        if post.organization_id in relocation.successors or is_left:
            found.change(post, until=max(relocation.effective_on, post.from_date))
    return found, movement


def _event(relocation: Relocation, *, by: Scope, document: str, at: datetime) -> MembershipEvent:
    """What the events of all members have in common."""
    return MembershipEvent(
        kind=EventKind.MOVE_BRANCH,
        state="in_effect",
        decided_on=relocation.effective_on,
        decided_by=document,
        document=document,
        proposed_by=by.name,
        proposed_user_id=by.user_id,
        proposed_at=at,
    )
