"""Members and posts when units are reorganized; part of one deed, which checks rights and records."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from zhibu.core.access import Scope
from zhibu.core.rows import Changes
from zhibu.members.models import Member, MembershipEvent, PostHolding
from zhibu.members.rules.events import EventKind
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
    so do posts in the old branch of those whom a split takes away. Two queries.
    """
    found, movement = Changes(), Movement({}, {})
    rows = Member.objects.filter(
        Q(branch__in=relocation.closed) | Q(pk__in=list(relocation.members))
    ).order_by("pk")
    for row in rows.only("pk", "branch_id", "merged_into_id", "user_id", "join_date"):
        target = relocation.members.get(row.pk) or relocation.successors.get(row.branch_id)
        if target is None or target == row.branch_id:
            continue
        old = row.branch_id
        movement.members[row.pk] = (old, target)
        if row.user_id is not None:
            movement.users[row.user_id] = (old, target)
        found.change(row, branch_id=target)
        if row.merged_into_id is None:
            found.insert(_event(row, old, target, relocation, by=by, document=document, at=at))
    posts = PostHolding.objects.filter(
        Q(organization__in=relocation.closed) | Q(member__in=list(relocation.members)), until=None
    ).order_by("pk")
    for post in posts:
        is_left = movement.members.get(post.member_id, (0, 0))[0] == post.organization_id
        if post.organization_id in relocation.successors or is_left:
            found.change(post, until=max(relocation.effective_on, post.from_date))
    return found, movement


def _event(
    row: Member,
    old: int,
    target: int,
    relocation: Relocation,
    *,
    by: Scope,
    document: str,
    at: datetime,
) -> MembershipEvent:
    return MembershipEvent(
        member_id=row.pk,
        branch_id=old,
        kind=EventKind.MOVE_BRANCH,
        state="in_effect",
        decided_on=relocation.effective_on,
        decided_by=document,
        document=document,
        # Who joined between the day of the deed and its entry was never in the old branch before joining.
        effective_on=max(relocation.effective_on, row.join_date),
        proposed_by=by.name[:40],
        proposed_user_id=by.user_id,
        proposed_at=at,
        before={"branch": old},
        after={"branch": target},
    )
