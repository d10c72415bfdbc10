"""What the ledgers say about the member or the organization of a case: figures for people, never a verdict."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.accountability.rules import Trigger
from zhibu.certificates.models import Certificate
from zhibu.core.access import Scope
from zhibu.core.codes import label
from zhibu.dues.summaries.arrears import unpaid_months
from zhibu.dues.summaries.ledger import years_of
from zhibu.inspections.models import Finding
from zhibu.inspections.rules.items import TO_MEND
from zhibu.meetings.models import Attendance
from zhibu.meetings.rules.attendance import CAME
from zhibu.members.models import Member, PostHolding
from zhibu.members.rules.stages import BranchPost
from zhibu.months.models import BranchMonth
from zhibu.organizations.models import Organization
from zhibu.points.summaries.totals import months_by_member

READ = "months.read"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One subject with what its ledger says and where it stands; ``trigger``: the problem it speaks to."""

    label: str
    told: str
    url: str = ""
    trigger: Trigger | None = None


def evidence_of(
    scope: Scope, organization: Organization, member: Member | None, *, on: date
) -> list[Evidence]:
    """The evidence that the reader may read: at most fifteen queries."""
    return _of_member(scope, member, on=on) if member is not None else _of_unit(scope, organization, on=on)


def _of_member(scope: Scope, member: Member, *, on: date) -> list[Evidence]:
    place, pk = member.branch.path, member.pk
    found = []
    if scope.covers("dues.read", place):
        found.append(Evidence(_("党费"), _dues(pk, on), reverse("dues:account", args=[pk]), Trigger.DUES))
    if scope.covers("meetings.read", place):
        found.append(Evidence(_("到会"), _attendance(pk, on), "", Trigger.DUTIES))
    if scope.covers("points.read", place):
        url = reverse("points:member", args=[pk])
        found.append(Evidence(_("积分"), _points(pk, on), url, Trigger.POINTS))
    if scope.covers("certificates.read", place):
        row = Certificate.objects.filter(member=pk).first()
        told = label("certificate_state", row.state) if row is not None else _("没有编号")
        found.append(Evidence(_("党员证"), told, reverse("members:member", args=[pk])))
    return found


def _dues(pk: int, on: date) -> str:
    run = unpaid_months([pk], on).get(pk, 0)
    rows = years_of([pk], on.year, on.year).get(pk, [])
    known = [row for row in rows if row.assessed and row.month < on.year * 100 + on.month]
    paid = sum(row.left == 0 for row in known)
    told = _("{year}年到上月应交{all}个月，交清{paid}个月").format(year=on.year, all=len(known), paid=paid)
    return told + (_("；最长连续{n}个月没有交").format(n=run) if run else "")


def _attendance(pk: int, on: date) -> str:
    statuses = Counter(
        dict(
            Attendance.objects.filter(member=pk, meeting__month__gte=on.year * 100 + 1)
            .exclude(status="excused")
            .order_by()
            .values_list("status")
            .annotate(n=Count("pk"))
        )
    )
    came = sum(n for status, n in statuses.items() if status in CAME)
    return _("{year}年应到{all}次，到会{came}次，请假{leave}次，缺席{absent}次").format(
        year=on.year,
        all=sum(statuses.values()),
        came=came,
        leave=statuses["leave"],
        absent=statuses["absent"],
    )


def _points(pk: int, on: date) -> str:
    """This year's total so far; whether it is below the base is seen at the end of the year only."""
    totals = [
        row for row in months_by_member([pk], on.year).get(pk, []) if row.month <= on.year * 100 + on.month
    ]
    if not totals:
        return _("{year}年没有积分").format(year=on.year)
    return _("{month}月末{total}分，年底才与基础分比").format(
        month=totals[-1].month % 100, total=f"{totals[-1].total / 10:.1f}"
    )


def _of_unit(scope: Scope, organization: Organization, *, on: date) -> list[Evidence]:
    path = organization.path
    found: list[Evidence] = []
    if not scope.covers(READ, path):
        return found
    months = (
        BranchMonth.objects.asking()
        .filter(branch__path__startswith=path, month__gte=(on.year - 1) * 100 + on.month)
        .aggregate(
            all=Count("pk"),
            sealed=Count("pk", filter=Q(state="sealed")),
            late=Count("pk", filter=Q(is_late=True)),
            returned=Sum("returns"),
        )
    )
    told = _("近十二个月打开{all}份，封存{sealed}份，迟交{late}份，退回{returned}次").format(
        **{**months, "returned": months["returned"] or 0}
    )
    url = reverse("months:months") + f"?unit={organization.pk}"
    found.append(Evidence(_("月记"), told, url, Trigger.LATE))
    findings = Finding.objects.filter(branch__path__startswith=path).aggregate(
        all=Count("pk"),
        open=Count("pk", filter=Q(state__in=TO_MEND)),
        overdue=Count("pk", filter=Q(state__in=TO_MEND, due_on__lt=on)),
    )
    told = _("共{all}个，没有整改{open}个，其中逾期{overdue}个").format(**findings)
    url = reverse("inspections:organization_findings", args=[organization.pk]) + "?view=all"
    found.append(Evidence(_("督查问题"), told, url, Trigger.LAX))
    return found


def secretary_of(organization: Organization) -> str:
    """Who answers for a branch, with the post, as a case names the person; "" where nobody is entered. One query."""
    holding = (
        PostHolding.objects.filter(organization=organization, post=BranchPost.SECRETARY, until=None)
        .select_related("member")
        .first()
    )
    return _("{name}，支部书记").format(name=holding.member.name) if holding is not None else ""
