"""Accounts that are linked to no record, and those that are to be parted from one."""

from datetime import date
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.accounts.models import RoleAssignment
from zhibu.accounts.querysets import RoleAssignments
from zhibu.accounts.summaries.people import role_label
from zhibu.core.access import Scope
from zhibu.core.work import WorkItem, WorkList
from zhibu.members.models import AccountUnlinking, Member
from zhibu.members.rules.holders import CARRIED
from zhibu.members.summaries.holders import ROLES

MAINTAIN: Final = "members.maintain"
SETTLE: Final = "members.settle_events"
_SHOWN: Final = 5


def roles_without_record(scope: Scope, *, on: date) -> RoleAssignments[RoleAssignment]:
    """Roles that a membership carries, in force or to come, of open accounts that no record is linked to: when such a
    membership ends, nobody is told. In the order of the organizations."""
    return (
        RoleAssignment.objects.visible_to(scope, ROLES)
        .not_over(on=on)
        .filter(user__is_active=True, role__in=CARRIED)
        .exclude(user__in=Member.objects.filter(user__isnull=False).values("user"))
        .select_related("user", "organization")
        .order_by("organization__code", "pk")
    )


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """Unlinked accounts for the security administrator; partings for whoever may be the second. Two queries each."""
    return [*_without_record(scope, on), *_partings(scope)]


def _without_record(scope: Scope, on: date) -> list[WorkList]:
    if not scope.has(ROLES):
        return []
    rows = roles_without_record(scope, on=on)
    url = reverse("members:roles_to_review")
    items = tuple(
        WorkItem(
            _("{name}：{place} {role}").format(
                name=row.user.name, place=row.organization.short_name, role=role_label(row.role)
            ),
            _("账号没有关联党员记录，本人转出、去世、终止党籍时不会提醒"),
            f"{url}#without-record",
        )
        for row in rows[:_SHOWN]
    )
    total = rows.count() if items else 0
    title = _("没有关联党员记录的账号")
    return [WorkList("roles_without_record", title, "watch", "user-question", items, total, url)]


def _partings(scope: Scope) -> list[WorkList]:
    if not scope.has(SETTLE):
        return []
    rows = (
        AccountUnlinking.objects.visible_to(scope, SETTLE)
        .open()
        .exclude(proposed_user=scope.user_id)
        .exclude(user=scope.user_id)
        .select_related("member__branch")
        .order_by("proposed_at", "pk")
    )
    items = tuple(
        WorkItem(
            _("{name}（{branch}）：解除账号关联").format(
                name=row.member.name, branch=row.member.branch.short_name
            ),
            _("{name}提出：{reason}").format(name=row.proposed_by, reason=row.reason),
            reverse("members:account", args=[row.member_id]),
        )
        for row in rows[:_SHOWN]
    )
    total = rows.count() if items else 0
    return [
        WorkList("account_unlinkings", _("等我决定的解除账号关联"), "decide", "user-question", items, total)
    ]
