"""What the pages about accountability show, and which cases the system proposes to people."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.core.access import Scope
from zhibu.core.work import WorkItem, WorkList
from zhibu.cycles.models import BranchMonth, Case
from zhibu.cycles.querysets import AtOrganization
from zhibu.cycles.rules.cases import TRIGGER_LABELS, Trigger
from zhibu.dues.summaries.arrears import lapsed
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.points.models import Account

HOLD = "cycles.hold_accountable"
LEAD = "cycles.submit"
SHOWN = 5
LATE_MONTHS = 2
RETURNS = 3


def rows(scope: Scope, *, view: str = "open") -> AtOrganization[Any]:
    """Cases in the scope, latest first: open, overdue ones, or closed. About organizations only for who holds them."""
    found = Case.objects.visible_to(scope, LEAD)
    if not scope.has(HOLD):
        found = found.exclude(member=None)
    found = found.filter(state="closed") if view == "closed" else found.exclude(state="closed")
    return found.select_related("organization", "member").order_by("-opened_on", "-pk")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the figures say, for a person to look at: never a verdict, and nothing is opened by itself."""

    trigger: Trigger
    organization: Organization
    member: Member | None
    why: str
    url: str


def proposals(scope: Scope, *, on: date, limit: int = 200) -> list[Proposal]:
    """Members who have not paid for six months or ended a year below the base; branches late or returned often.

    Those with an open case are left out. At most seven queries.
    """
    found: list[Proposal] = []
    open_cases = set(
        Case.objects.visible_to(scope, LEAD)
        .exclude(state="closed")
        .values_list("organization_id", "member_id", "trigger")
    )
    arrears = {each.member_id: each for each in lapsed(scope, on)}
    below = dict(
        Account.objects.visible_to(scope, LEAD)
        .filter(grade="below_base")
        .exclude(closed_on=None)
        .filter(year__gte=on.year - 1)
        .values_list("member_id", "year")
    )
    ids = [*arrears, *below][: 2 * limit]
    members = Member.objects.visible_to(scope, LEAD).enrolled().select_related("branch").in_bulk(ids)
    for pk, member in members.items():
        for trigger, why in (
            (Trigger.DUES, _("连续{n}个月没有交党费").format(n=arrears[pk].run) if pk in arrears else ""),
            (Trigger.POINTS, _("{year}年积分低于基础分").format(year=below[pk]) if pk in below else ""),
        ):
            if why and (member.branch_id, pk, trigger) not in open_cases:
                found.append(
                    Proposal(trigger, member.branch, member, why, _new(member.branch, trigger, member))
                )
    if scope.has(HOLD):
        found += _of_branches(scope, open_cases, on=on)
    return found[:limit]


def _of_branches(scope: Scope, open_cases: set[Any], *, on: date) -> list[Proposal]:
    """Branches whose months of the last twelve were late twice or returned three times."""
    late: Counter[int] = Counter()
    returned: Counter[int] = Counter()
    months = (
        BranchMonth.objects.visible_to(scope, HOLD)
        .filter(month__gte=(on.year - 1) * 100 + on.month)
        .values_list("branch_id", "is_late", "returns")
    )
    for branch, is_late, returns in months:
        late[branch] += is_late
        returned[branch] += returns
    ids = [pk for pk, n in late.items() if n >= LATE_MONTHS]
    lax = [pk for pk, n in returned.items() if n >= RETURNS]
    units = Organization.objects.in_bulk({*ids, *lax})
    found = []
    for pk, unit in units.items():
        for trigger, why in (
            (
                Trigger.LATE,
                _("最近十二个月有{n}个月的月记迟报").format(n=late[pk]) if late[pk] >= LATE_MONTHS else "",
            ),
            (
                Trigger.IRREGULAR,
                _("最近十二个月月记被退回{n}次").format(n=returned[pk]) if returned[pk] >= RETURNS else "",
            ),
        ):
            if why and (pk, None, trigger) not in open_cases:
                found.append(Proposal(trigger, unit, None, why, _new(unit, trigger, None)))
    return found


def _new(organization: Organization, trigger: Trigger, member: Member | None) -> str:
    url = reverse("cycles:case_new", args=[organization.pk])
    return f"{url}?trigger={trigger}" + (f"&member={member.pk}" if member else "")


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """Open cases whose deadline has passed or that wait for somebody's decision. Three queries."""
    if not scope.has(LEAD):
        return []
    waiting = [
        row
        for row in rows(scope).order_by("deadline", "pk")[:500]
        if (row.deadline is not None and row.deadline < on)
        or (row.state == "rechecked" and scope.covers(HOLD, row.organization.path))
    ]
    if not waiting:
        return []
    items: Sequence[WorkItem] = tuple(
        WorkItem(
            _("{who}：{why}").format(
                who=row.member.name if row.member else row.organization.short_name,
                why=_(TRIGGER_LABELS[Trigger(row.trigger)]),
            ),
            row.organization.short_name,
            reverse("cycles:case", args=[row.pk]),
            row.deadline,
        )
        for row in waiting[:SHOWN]
    )
    return [
        WorkList(
            "cases",
            _("追究：该复查和决定的"),
            "decide",
            "scale",
            tuple(items),
            len(waiting),
            reverse("cycles:cases"),
        )
    ]
