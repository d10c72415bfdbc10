"""Roles when units are reorganized: the same role at the successor, dated. Part of one deed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from zhibu.accounts.models import RoleAssignment
from zhibu.accounts.vocabulary import vocabulary
from zhibu.core.access import Scope
from zhibu.core.rows import Changes
from zhibu.organizations.actions.moving import Relocation

OWN_RECORD = "member"


@dataclass(slots=True)
class RoleMoves:
    """Roles that follow, and roles that end because nothing takes over or the new unit has no such role."""

    follow: list[tuple[RoleAssignment, int]] = field(default_factory=list)
    end: list[RoleAssignment] = field(default_factory=list)


def role_changes(
    relocation: Relocation, users: Mapping[int, tuple[int, int]], *, by: Scope, at: datetime
) -> tuple[Changes, RoleMoves]:
    """Roles on closed units end today and begin today at the successor. One query.

    ``users``: sign-ins of members who change the branch, (from, to): their role on the own record follows.
    A role held at the successor already is not given twice. Rights are never dated back.
    """
    found, moves = Changes(), RoleMoves()
    roles = vocabulary().roles
    targets = {pk for pk in relocation.successors.values() if pk is not None}
    targets |= {target for _, target in users.values()}
    rows = list(
        RoleAssignment.objects.not_over(on=relocation.on)
        .filter(Q(organization__in=[*relocation.closed, *targets]) | Q(user__in=list(users), role=OWN_RECORD))
        .select_related("user", "organization")
        .order_by("pk")
    )
    held = {
        (row.user_id, row.role, row.organization_id)
        for row in rows
        if row.until is None and row.organization_id not in relocation.successors
    }
    for row in rows:
        target = _target(row, relocation, users)
        if target == row.organization_id:
            continue
        found.change(row, until=max(relocation.on, row.from_date), revoked_by_id=by.user_id)
        known = roles.get(row.role)
        if target is None or known is None or relocation.kinds[target] not in known.places:
            moves.end.append(row)
            continue
        moves.follow.append((row, target))
        key = (row.user_id, row.role, target)
        if key in held:
            continue
        if row.until is None:
            held.add(key)
        found.insert(
            RoleAssignment(
                user_id=row.user_id,
                role=row.role,
                organization_id=target,
                from_date=max(relocation.on, row.from_date),
                until=row.until,
                granted_by_id=by.user_id,
                granted_at=at,
            )
        )
    return found, moves


def _target(row: RoleAssignment, relocation: Relocation, users: Mapping[int, tuple[int, int]]) -> int | None:
    """The unit the role is held on afterwards; None when nothing takes over."""
    moved = users.get(row.user_id)
    if row.role == OWN_RECORD and moved is not None and row.organization_id == moved[0]:
        return moved[1]
    return relocation.successors.get(row.organization_id, row.organization_id)
