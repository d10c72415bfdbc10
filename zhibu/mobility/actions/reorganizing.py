"""Transfers and floating registrations when units are reorganized; part of one deed, which checks and records."""

from django.db.models import Q

from zhibu.core.access import Refused
from zhibu.core.rows import Changes
from zhibu.core.text import gettext_noop
from zhibu.mobility.models import Floating, Transfer
from zhibu.organizations.actions.moving import Relocation

OPEN = ("requested", "agreed", "issued")


def movement_changes(relocation: Relocation) -> tuple[Changes, list[Refused]]:
    """Open transfers and registrations of closed units point to the successor. Two queries.

    A transfer between two branches that become one has to be settled before; the sentence says so.
    """
    found, obstacles = Changes(), list[Refused]()
    closed, chosen = relocation.closed, list(relocation.members)
    transfers = Transfer.objects.filter(
        Q(from_branch__in=closed) | Q(to_branch__in=closed) | Q(member__in=chosen), state__in=OPEN
    )
    within = orphaned = 0
    for row in transfers.only("member_id", "from_branch_id", "to_branch_id").order_by("pk"):
        sender = relocation.members.get(row.member_id or 0) if row.from_branch_id is not None else None
        ends = (sender or _target(row.from_branch_id, relocation), _target(row.to_branch_id, relocation))
        if (row.from_branch_id is not None and ends[0] is None) or (
            row.to_branch_id is not None and ends[1] is None
        ):
            orphaned += 1
        elif ends[0] is not None and ends[0] == ends[1]:
            within += 1
        else:
            found.change(row, from_branch_id=ends[0], to_branch_id=ends[1])
    if within:
        obstacles.append(
            Refused(
                gettext_noop("有{count}件组织关系转接正在要合并的支部之间办理，请先办结或撤回。"),
                count=within,
            )
        )
    away = Floating.objects.filter(Q(branch__in=closed) | Q(member__in=chosen), until=None)
    for floating in away.only("branch_id", "member_id").order_by("pk"):
        target = relocation.members.get(floating.member_id or 0) or _target(floating.branch_id, relocation)
        if target is None:
            orphaned += 1
        else:
            found.change(floating, branch_id=target)
    if orphaned:
        obstacles.append(
            Refused(
                gettext_noop("要撤销的组织还有{count}件转接或流动登记没有办结，请先办结。"), count=orphaned
            )
        )
    return found, obstacles


def _target(branch: int | None, relocation: Relocation) -> int | None:
    return relocation.successors.get(branch, branch) if branch is not None else None
