"""What waits for a person in dues."""

from datetime import date, timedelta
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.core.access import Scope
from zhibu.core.money import yuan
from zhibu.core.months import (
    last_day,
    month_code,
    month_of,
    month_range,
    month_text,
    period_text,
    shift_month,
)
from zhibu.core.work import WorkItem, WorkList
from zhibu.dues.models import Due, Relief, Remittance
from zhibu.dues.policies import terms_on
from zhibu.dues.rules.owing import stage_of
from zhibu.dues.rules.quarters import quarter_end, quarter_start
from zhibu.dues.summaries.arrears import Arrears, arrears
from zhibu.dues.summaries.assessments import unassessed
from zhibu.dues.summaries.ledger import LEFT, with_gap
from zhibu.dues.summaries.reliefs import to_approve
from zhibu.dues.summaries.remittances import to_confirm
from zhibu.members.models import Member
from zhibu.organizations.models import Organization

_SHOWN: Final = 5
_BRANCHES: Final = 60
"""Above so many branches arrears are the duty of others: their page shows them, the work list does not."""


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """Reliefs to approve, remittances to confirm or cleared up, members to assess, quarters to collect, arrears by stage.

    At most sixteen queries, whatever the number of rows.
    """
    lists: list[WorkList] = []
    if scope.has("dues.assess"):
        lists += [_reliefs(scope, on), _unassessed(scope, on)]
    if scope.has("dues.record"):
        lists += [_to_confirm(scope), _differing(scope), _by_quarter(scope, on), *_arrears(scope, on)]
    return [each for each in lists if each.total]


def _reliefs(scope: Scope, on: date) -> WorkList:
    rows = to_approve(scope)
    first = list(rows[: _SHOWN + 1])
    total = len(first) if len(first) <= _SHOWN else rows.order_by().count()
    items = tuple(_relief_item(row) for row in first[:_SHOWN])
    url = f"{reverse('dues:reliefs')}?view=waiting"
    return WorkList("dues_reliefs", _("少交免交党费等批准或者签知悉"), "decide", "coin", items, total, url)


def _relief_item(row: Relief) -> WorkItem:
    kind = _("免交") if row.kind == "exempt" else _("每月交{sum}元").format(sum=yuan(row.amount))
    told = _("{name}：{kind}，支部已决定") if row.state == "decided" else _("{name}：{kind}")
    return WorkItem(
        told.format(name=row.member.name, kind=kind),
        _("{unit}，{month}起").format(unit=row.member.branch.short_name, month=month_text(row.from_month)),
        reverse("dues:relief", kwargs={"relief_id": row.pk}),
        row.resolved_on + timedelta(days=30),
    )


def _unassessed(scope: Scope, on: date) -> WorkList:
    rows = unassessed(scope, month=month_of(on)).defer("resident_id", "phone").select_related("branch")
    first = list(rows.order_by("branch__code", "pinyin", "pk")[: _SHOWN + 1])
    total = len(first) if len(first) <= _SHOWN else rows.order_by().count()
    items = tuple(
        WorkItem(
            member.name,
            member.branch.short_name,
            reverse("dues:organization_assessments", kwargs={"organization_id": member.branch_id})
            + f"?from_month={month_code(month_of(on) // 100 * 100 + 1)}",
        )
        for member in first[:_SHOWN]
    )
    return WorkList(
        "dues_unassessed",
        _("按收入交党费、还没有核定的党员"),
        "do",
        "coin",
        items,
        total,
        f"{reverse('dues:assessments')}?from_month={month_code(month_of(on) // 100 * 100 + 1)}",
    )


def _to_confirm(scope: Scope) -> WorkList:
    rows = to_confirm(scope)
    first = list(rows[: _SHOWN + 1])
    total = len(first) if len(first) <= _SHOWN else rows.order_by().count()
    items = tuple(
        WorkItem(
            _("{unit}上缴{sum}元").format(unit=row.from_organization.short_name, sum=yuan(row.amount)),
            _("{period}，{day}交出").format(
                period=period_text(row.from_month, row.until_month), day=row.sent_on
            ),
            reverse("dues:remittance_confirmation", kwargs={"remittance_id": row.pk}),
            row.sent_on + timedelta(days=15),
        )
        for row in first[:_SHOWN]
    )
    url = f"{reverse('dues:remittances')}?view=arriving"
    return WorkList("dues_remittances", _("上缴的党费等确认收到"), "decide", "coin", items, total, url)


def _differing(scope: Scope) -> WorkList:
    rows = (
        Remittance.objects.visible_to(scope, "dues.record")
        .filter(state="differs")
        .select_related("from_organization", "to_organization")
        .order_by("settled_on", "pk")
    )
    first = list(rows[: _SHOWN + 1])
    total = len(first) if len(first) <= _SHOWN else rows.order_by().count()
    items = tuple(
        WorkItem(
            _("{unit}上缴{sum}元，收到{arrived}元").format(
                unit=row.from_organization.short_name, sum=yuan(row.amount), arrived=yuan(row.arrived or 0)
            ),
            row.note,
            reverse("dues:organization_remittances", kwargs={"organization_id": row.from_organization_id}),
        )
        for row in first[:_SHOWN]
    )
    url = f"{reverse('dues:remittances')}?view=differs"
    return WorkList("dues_differences", _("上缴金额不符"), "watch", "coin", items, total, url)


def _by_quarter(scope: Scope, on: date) -> WorkList:
    """Who pays by the quarter and has not paid this one, in its last month. One query then, none before."""
    month, found = month_of(on), []
    if month == quarter_end(month):
        dues = Due.objects.visible_to(scope, "dues.record").filter(
            by_quarter=True, month__in=month_range(quarter_start(month), shift_month(month, 1))
        )
        rows = with_gap(dues).order_by("branch__code", "member__pinyin", "member_id")
        sums = rows.values_list("member_id", "member__name", "branch__short_name").annotate(left=LEFT)
        found = [row for row in sums if row[3]]
    items = tuple(
        WorkItem(
            name,
            _("{unit}，本季{sum}元").format(unit=unit, sum=yuan(left)),
            reverse("dues:member_payment", kwargs={"member_id": pk}),
            last_day(month),
        )
        for pk, name, unit, left in found[:_SHOWN]
    )
    url = reverse("dues:quarterly")
    return WorkList("dues_by_quarter", _("按季交党费的，本季还没有交"), "do", "coin", items, len(found), url)


def _arrears(scope: Scope, on: date) -> list[WorkList]:
    branches = Organization.objects.visible_to(scope, "dues.record").existing().branches()
    if len(branches.order_by().values_list("pk", flat=True)[: _BRANCHES + 1]) > _BRANCHES:
        return []
    lapse = terms_on(on).lapse_months
    found = [each for each in arrears(scope, on=on) if each.run]
    stages = (1, 2, 4, lapse)
    by_stage: dict[int, list[Arrears]] = {stage: [] for stage in stages}
    for each in found:
        by_stage[stage_of(each.run, stages)].append(each)
    ids = [each.member_id for rows in by_stage.values() for each in rows[:_SHOWN]]
    members = {
        member.pk: member
        for member in Member.objects.filter(pk__in=ids).defer("resident_id", "phone").select_related("branch")
    }
    labels = {
        1: _("党费1个月没交，提醒一下"),
        2: _("党费2至3个月没交，当面问问"),
        4: _("党费4至5个月没交，支委谈心了解"),
        lapse: _("党费{n}个月以上没交，由人研究").format(n=lapse),
    }
    return [
        WorkList(
            f"dues_arrears_{stage}",
            labels[stage],
            "decide" if stage == lapse else "watch",
            "coin",
            tuple(_arrears_item(each, members[each.member_id]) for each in by_stage[stage][:_SHOWN]),
            len(by_stage[stage]),
            f"{reverse('dues:arrears')}?stage={stage}",
        )
        for stage in reversed(stages)
    ]


def _arrears_item(each: Arrears, member: Member) -> WorkItem:
    return WorkItem(
        member.name,
        _("{unit}，{since}起{n}个月，共{sum}元").format(
            unit=member.branch.short_name, since=month_text(each.since), n=each.run, sum=yuan(each.owed)
        ),
        reverse("dues:account", kwargs={"member_id": each.member_id}),
    )
