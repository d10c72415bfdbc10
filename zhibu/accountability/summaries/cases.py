"""What the pages about accountability show, and which cases the system proposes to people."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.accountability.models import Case, CaseStep
from zhibu.accountability.rules import OBJECTABLE, TRIGGER_LABELS, Outcome, StepKind, Trigger
from zhibu.core.access import Scope
from zhibu.core.text import gettext_noop
from zhibu.core.work import WorkItem, WorkList
from zhibu.dues.summaries.arrears import lapsed
from zhibu.members.models import Member
from zhibu.months.models import BranchMonth
from zhibu.organizations.models import Organization
from zhibu.organizations.querysets import AtOrganization
from zhibu.organizations.rules import BRANCH_KINDS
from zhibu.points.models import Account

HOLD = "accountability.handle"
LEAD = "months.submit"
SHOWN = 5
LATE_MONTHS = 2
RETURNS = 3


VIEWS = {
    "open": gettext_noop("在办"),
    "decide": gettext_noop("等决定"),
    "objected": gettext_noop("对决定有异议"),
    "reported": gettext_noop("报上级的"),
    "closed": gettext_noop("已结束"),
}


def rows(scope: Scope, *, view: str = "open") -> AtOrganization[Any]:
    """Cases in the scope, latest first: open, to decide, objected to, reported upward, or closed.

    About organizations only for who holds them accountable: of a committee itself only above it.
    """
    found = Case.objects.visible_to(scope, LEAD)
    if not scope.has(HOLD):
        found = found.exclude(member=None)
    else:
        own = Organization.objects.filter(path__in=scope.prefixes(HOLD)).exclude(kind__in=BRANCH_KINDS)
        found = found.exclude(member=None, organization__in=own)
    if view == "closed":
        found = found.filter(state="closed")
    elif view == "reported":
        found = found.filter(state="closed", outcome=Outcome.REPORTED)
    elif view == "objected":
        found = found.filter(state="closed", outcome__in=OBJECTABLE, pk__in=_objected())
    elif view == "decide":
        found = found.filter(state="rechecked")
    else:
        found = found.exclude(state="closed")
    return found.select_related("organization", "member").order_by("-opened_on", "-pk")


def _objected() -> QuerySet[Any, Any]:
    """Cases whose last objection has no answer yet."""
    spoken = CaseStep.objects.filter(case=OuterRef("case"), kind__in=(StepKind.OBJECTION, StepKind.ANSWER))
    return (
        CaseStep.objects.filter(kind=StepKind.OBJECTION)
        .filter(pk=Subquery(spoken.order_by("-pk").values("pk")[:1]))
        .values("case")
    )


def _unanswered_reports(scope: Scope) -> list[Case]:
    """What was reported upward and not answered, by others than the person."""
    answered = CaseStep.objects.filter(kind=StepKind.RECEIVED).values("case")
    return [
        row
        for row in rows(scope, view="reported")
        .exclude(pk__in=answered)
        .exclude(decided_user=scope.user_id)[:100]
        if any(row.organization.path.startswith(p) and p.count(".") < 2 for p in scope.prefixes(HOLD))
    ]


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
    url = reverse("accountability:case_new", args=[organization.pk])
    return f"{url}?trigger={trigger}" + (f"&member={member.pk}" if member else "")


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """Cases past their deadline, to decide, objected to, reported upward. At most nine queries."""
    if not scope.has(LEAD):
        return []
    waiting = [
        row
        for row in rows(scope).order_by("deadline", "pk")[:500]
        if (row.state == "deadline" and row.deadline is not None and row.deadline < on)
        or (
            row.state == "rechecked"
            and scope.covers(HOLD, row.organization.path)
            and row.opened_user_id != scope.user_id
        )
    ]
    found = [_work("cases", _("追究：该复查和决定的"), "open", waiting)]
    if scope.has(HOLD):
        objected = rows(scope, view="objected").exclude(decided_user=scope.user_id)
        found.append(
            _work("cases_objected", _("追究：对决定有异议，等复核"), "objected", list(objected[:100]))
        )
        found.append(_work("cases_reported", _("追究：下级报来的"), "reported", _unanswered_reports(scope)))
    return [each for each in found if each is not None]


def _work(key: str, title: str, view: str, waiting: Sequence[Case]) -> WorkList | None:
    if not waiting:
        return None
    items: Sequence[WorkItem] = tuple(
        WorkItem(
            _("{who}：{why}").format(
                who=row.member.name if row.member else row.organization.short_name,
                why=_(TRIGGER_LABELS[Trigger(row.trigger)]),
            ),
            row.organization.short_name,
            reverse("accountability:case", args=[row.pk]),
            row.deadline if view == "open" else None,
        )
        for row in waiting[:SHOWN]
    )
    url = f"{reverse('accountability:cases')}?view={view}"
    return WorkList(key, title, "decide", "scale", tuple(items), len(waiting), url)
