"""People who hold a role though their own membership no longer carries it: for the security administrator."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.accounts.models import RoleAssignment
from zhibu.accounts.summaries.people import role_label
from zhibu.core.access import Scope
from zhibu.core.work import WorkItem, WorkList
from zhibu.members.models import Measure, Member, PostHolding
from zhibu.members.rules.holders import SET_ASIDE, Holder, why_to_review

ROLES = "accounts.manage_roles"
_OWN_RECORD = "member"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class ToReview:
    """A role to look at, and why."""

    assignment: RoleAssignment
    role: str
    why: str


def roles_to_review(scope: Scope, *, on: date) -> list[ToReview]:
    """Roles, in force or to come, of open accounts whose member record no longer fits. Four queries for any number.

    The role on the own record stays: a person who left still reads it, and may appeal.
    """
    rows = list(
        RoleAssignment.objects.visible_to(scope, ROLES)
        .not_over(on=on)
        .filter(user__is_active=True, user__in=Member.objects.filter(user__isnull=False).values("user"))
        .exclude(role=_OWN_RECORD)
        .select_related("user", "organization")
        .order_by("organization__code", "pk")
    )
    members = {
        each.user_id: each
        for each in Member.objects.filter(user__in=[row.user_id for row in rows]).select_related("branch")
    }
    ids = [each.pk for each in members.values()]
    set_aside = set(
        Measure.objects.in_force(on)
        .filter(member__in=ids, kind__in=SET_ASIDE)
        .values_list("member", flat=True)
    )
    posts: dict[tuple[int, int], list[bool]] = defaultdict(list)
    for member_id, organization, until in PostHolding.objects.filter(member__in=ids).values_list(
        "member", "organization", "until"
    ):
        posts[member_id, organization].append(until is None or until > on)
    found = []
    for row in rows:
        member = members[row.user_id]
        held = posts[member.pk, row.organization_id]
        why = why_to_review(
            Holder(
                standing=member.standing,
                is_merged=member.merged_into_id is not None,
                is_set_aside=member.pk in set_aside,
                branch=member.branch.path,
                place=row.organization.path,
                had_post=bool(held),
                has_post=any(held),
            )
        )
        if why:
            found.append(ToReview(row, role_label(row.role), why))
    return found


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """What waits for the security administrator; each line leads to the account, where the role is taken away."""
    if not scope.has(ROLES):
        return []
    found = roles_to_review(scope, on=on)
    items = tuple(
        WorkItem(
            _("{name}：{place} {role}").format(
                name=each.assignment.user.name, place=each.assignment.organization.short_name, role=each.role
            ),
            _("{why}，请核对后收回或保留角色").format(why=_(each.why)),
            reverse("accounts:user", args=[each.assignment.user_id]),
        )
        for each in found[:_SHOWN]
    )
    url = reverse("members:roles_to_review")
    return [
        WorkList(
            "roles_to_review",
            _("本人情况变了、角色还在的人"),
            "decide",
            "user-question",
            items,
            len(found),
            url,
        )
    ]
