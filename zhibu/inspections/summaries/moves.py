"""Inspections and findings when units are reorganized; part of one deed, which checks and records."""

from django.db.models import Q

from zhibu.core.access import Refused
from zhibu.core.rows import Changes
from zhibu.core.text import gettext_noop
from zhibu.inspections.models import Finding, Inspection
from zhibu.organizations.actions.moving import Relocation


def finding_changes(relocation: Relocation) -> tuple[Changes, list[Refused]]:
    """Findings not closed go to the successor, those about a member with the member. Two queries.

    An inspection under way in a unit that closes is ended first: its sample belongs to the unit as drawn.
    """
    found, obstacles, orphaned = Changes(), list[Refused](), 0
    rows = Finding.objects.filter(
        Q(branch__in=relocation.closed) | Q(member__in=list(relocation.members))
    ).exclude(state="closed")
    for row in rows.order_by("pk"):
        place = row.branch_id
        target = relocation.members.get(row.member_id or 0) or relocation.successors.get(place, place)
        if target is None:
            orphaned += 1
        else:
            found.change(row, branch_id=target)
    if orphaned:
        obstacles.append(
            Refused(gettext_noop("要撤销的组织还有{count}个督查问题没有销号，请先办完。"), count=orphaned)
        )
    under_way = (
        Inspection.objects.filter(
            Q(organization__in=relocation.closed) | Q(samples__branch__in=relocation.closed), state="drawn"
        )
        .distinct()
        .count()
    )
    if under_way:
        obstacles.append(
            Refused(gettext_noop("要合并或撤销的组织有{count}次督查还没有结束，请先结束。"), count=under_way)
        )
    return found, obstacles
