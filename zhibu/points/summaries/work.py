"""What waits for a person here: approvals, rechecks, publicity, entries sent back, a gentle reminder after a quarter."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from zhibu.core.access import Scope
from zhibu.core.months import month_of, shift_month
from zhibu.core.work import WorkItem, WorkList
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.points.models import Entry, Objection, Publicity
from zhibu.points.policies import catalogue_in_force, shipped_items
from zhibu.points.rules.catalogue import Catalogue, change_text, points_text
from zhibu.points.summaries.lists import APPROVE, READ, RECORD, approvable, recheckable
from zhibu.points.summaries.totals import totals

_SHOWN = 5
OWN = "members.read_own"
_SENT_BACK_DAYS = 14
_COUNTY_STEPS = 2  # a prefix of one step is the county's


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """Everything that waits, at most fifteen queries. Quarter reminders go to branches and committees only."""
    if scope.is_system:
        return []
    lists = [_own_publicity(scope, on=on)] if scope.has(OWN) else []
    if not scope.has(READ):
        return [each for each in lists if each.total]
    catalogue = catalogue_in_force(on=on)
    if scope.has(APPROVE):
        lists += [_approvals(scope, on=on), _objections(scope)]
    if scope.has(RECORD):
        lists += [_sent_back(scope, on=on), _to_publish(scope, catalogue, on=on)]
        lists += _below_base(scope, catalogue, on=on)
    return [each for each in lists if each.total]


def _counted(rows: QuerySet[Entry] | QuerySet[Objection], first: Sequence[object]) -> int:
    return len(first) if len(first) <= _SHOWN else rows.order_by().count()


def _own_publicity(scope: Scope, *, on: date) -> WorkList:
    """The months of one's own points that may be objected to now, with the last day for it. One query."""
    own = Entry.objects.approved().filter(
        branch=OuterRef("branch"), month=OuterRef("month"), member__user=scope.user_id, reverses=None
    )
    rows = Publicity.objects.filter(Exists(own), published_on__lte=on, until__gt=on).order_by(
        "until", "month"
    )
    member = Member.objects.filter(user=scope.user_id).values_list("pk", flat=True)[:1]
    found = list(
        rows.annotate(own_member=Subquery(member)).values_list("month", "until", "own_member")[:_SHOWN]
    )
    items = tuple(
        WorkItem(
            _("看看您{n}月的积分对不对").format(n=month % 100),
            _("正在公示，不对的可以提出异议"),
            f"{reverse('points:member', args=[pk])}?year={month // 100}",
            until - timedelta(days=1),
        )
        for month, until, pk in found
    )
    return WorkList("points_own_publicity", _("我的积分正在公示"), "do", "star", items, len(items))


def _approvals(scope: Scope, *, on: date) -> WorkList:
    rows = approvable(scope, on=on)
    first = list(rows[: _SHOWN + 1])
    items = tuple(
        WorkItem(
            f"{row.member.name} {shipped_items()[row.item].name} {change_text(row.tenths)}",
            _("{unit}，{day}，{who}登记").format(
                unit=row.branch.short_name, day=row.fact_on, who=row.recorder
            ),
            reverse("points:entry", args=[row.pk]),
        )
        for row in first[:_SHOWN]
    )
    return WorkList(
        "points_approvals",
        _("等我审核的积分"),
        "decide",
        "star",
        items,
        _counted(rows, first),
        reverse("points:approvals"),
    )


def _objections(scope: Scope) -> WorkList:
    rows = recheckable(scope)
    first = list(rows[: _SHOWN + 1])
    items = tuple(
        WorkItem(
            _("{name}对“{item}”有异议").format(
                name=row.member.name, item=shipped_items()[row.entry.item].name
            ),
            _("{unit}，{day}提出").format(unit=row.entry.branch.short_name, day=row.filed_on),
            reverse("points:objection", args=[row.pk]),
        )
        for row in first[:_SHOWN]
    )
    return WorkList(
        "points_objections",
        _("等我复核的积分异议"),
        "decide",
        "scale",
        items,
        _counted(rows, first),
        f"{reverse('points:objections')}?view=filed",
    )


def _sent_back(scope: Scope, *, on: date) -> WorkList:
    since = make_aware(datetime.combine(on - timedelta(days=_SENT_BACK_DAYS), time()))
    rows = (
        Entry.objects.visible_to(scope, RECORD)
        .filter(state="refused", recorder_user=scope.user_id, approved_at__gte=since)
        .exclude(approver_user=scope.user_id)
        .select_related("member", "branch")
        .order_by("-approved_at")
    )
    first = list(rows[: _SHOWN + 1])
    items = tuple(
        WorkItem(
            _("{name}的“{item}”被退回").format(name=row.member.name, item=shipped_items()[row.item].name),
            f"{row.approver}：{row.note}",
            reverse("points:entry", args=[row.pk]),
        )
        for row in first[:_SHOWN]
    )
    return WorkList(
        "points_sent_back", _("退回的积分"), "return", "arrow-back-up", items, _counted(rows, first)
    )


def _to_publish(scope: Scope, catalogue: Catalogue, *, on: date) -> WorkList:
    """The branches the person works for themselves whose last month has entries and is not published."""
    month = shift_month(month_of(on), -1)
    due = on.replace(day=catalogue.settle_day) + timedelta(days=catalogue.objection_days)
    branches: list[Organization] = []
    if on.day > catalogue.settle_day:
        entered = Entry.objects.approved().filter(branch=OuterRef("pk"), month=month)
        published = Publicity.objects.filter(branch=OuterRef("pk"), month=month)
        branches = list(
            Organization.objects.filter(path__in=scope.prefixes(RECORD))
            .existing()
            .branches()
            .filter(Exists(entered), ~Exists(published))
            .in_order()[:_SHOWN]
        )
    items = tuple(
        WorkItem(
            _("{unit}公示{n}月积分").format(unit=branch.short_name, n=month % 100),
            _("公示{n}天，党员可以提出异议").format(n=catalogue.objection_days),
            reverse("points:publicity", args=[branch.pk, month]),
            due,
        )
        for branch in branches
    )
    return WorkList("points_publicity", _("该公示的积分"), "do", "clipboard-list", items, len(items))


def _below_base(scope: Scope, catalogue: Catalogue, *, on: date) -> list[WorkList]:
    """In the month after a quarter: members whose total lies below the line. A reminder, nothing follows from it."""
    prefixes = [prefix for prefix in scope.prefixes(RECORD) if prefix.count(".") >= _COUNTY_STEPS]
    if not catalogue.quarter_warning or not prefixes or on.month % 3 != 1:
        return []
    year = month_of(on - timedelta(days=on.day)) // 100
    # Only who was deducted something can lie below the line everyone starts at.
    lost = (
        Entry.objects.approved()
        .of_year(year)
        .visible_to(scope, RECORD)
        .filter(tenths__lt=0, reverses=None)
        .values("member")
    )
    members = {
        row.pk: row
        for row in Member.objects.visible_to(scope, RECORD)
        .enrolled()
        .filter(pk__in=lost)
        .select_related("branch")
        .order_by("branch__code", "pinyin", "pk")
    }
    found = totals(list(members), year)
    below = [pk for pk in members if not found[pk].paused and found[pk].total < catalogue.line]
    items = tuple(
        WorkItem(
            _("和{name}谈谈心").format(name=members[pk].name),
            _("{unit}，积分{points}，低于基础积分；只是提醒，年底才看").format(
                unit=members[pk].branch.short_name, points=points_text(found[pk].total)
            ),
            f"{reverse('points:member', args=[pk])}?year={year}",
        )
        for pk in below[:_SHOWN]
    )
    return [WorkList("points_below", _("季末积分低于基础积分的党员"), "watch", "bell", items, len(below))]
