"""What waits in organizational life: lists to fill in, meetings still to hold, decisions that fall due."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.core.access import Scope
from zhibu.core.months import month_of
from zhibu.core.work import WorkItem, WorkList
from zhibu.meetings.models import Decision, MeetingsLock
from zhibu.meetings.policies import MEETINGS
from zhibu.meetings.rules.duties import Duty, Every, duties, is_due, month_before, period_of
from zhibu.meetings.rules.kinds import SPECS
from zhibu.meetings.summaries.overview import branch_facts, held_by_kind
from zhibu.meetings.summaries.pages import due_decisions, open_before
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force

RECORD = "meetings.record"
OWN = "members.read_own"
SHOWN = 5
NOTICE = timedelta(days=7)


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """Gentle reminders for whoever records at the place, a member's own tasks for everyone else. At most ten queries.

    What is missing is told below the county only: the county has its overview by unit and quarter.
    """
    if not scope.has(RECORD):
        own = _own(scope, on) if scope.has(OWN) else None
        return [own] if own else []
    return [each for each in (_to_hold(scope, on), _missing(scope, on), _decisions(scope, on)) if each]


def _to_hold(scope: Scope, on: date) -> WorkList | None:
    rows = open_before(scope, RECORD, on=on)
    listed, total = _first(rows)
    if not total:
        return None
    items = tuple(
        WorkItem(
            row.title,
            _("{branch}，{day}，还没有登记到会情况").format(branch=row.branch.short_name, day=row.on),
            reverse("meetings:hold", args=[row.pk]),
            row.on,
        )
        for row in listed
    )
    url = f"{reverse('meetings:meetings')}?month={on.year}&state=planned"
    return WorkList("meetings_to_hold", _("会议登记到会"), "do", "users-group", items, total, url)


def _decisions(scope: Scope, on: date) -> WorkList | None:
    listed, total = _first(due_decisions(scope, RECORD, before=on + NOTICE))
    if not total:
        return None
    items = tuple(
        WorkItem(
            row.text,
            _("{branch}，{owner}负责").format(branch=row.meeting.branch.short_name, owner=row.owner_name),
            reverse("meetings:decision", args=[row.pk]),
            row.due_on,
        )
        for row in listed
    )
    return WorkList(
        "meetings_decisions", _("决议事项到期"), "watch", "flag", items, total, reverse("meetings:decisions")
    )


def _own(scope: Scope, on: date) -> WorkList | None:
    """Decisions the person has to carry out; they are told and closed by the branch."""
    listed, total = _first(
        Decision.objects.filter(owner__user=scope.user_id, done_on=None, due_on__lt=on + NOTICE)
        .exclude(meeting__state="canceled")
        .select_related("meeting")
        .defer("meeting__minutes", "meeting__agenda")
        .order_by("due_on", "pk")
    )
    if not total:
        return None
    url = reverse("members:mine")
    items = tuple(
        WorkItem(
            row.text,
            _("{meeting}定的。办好了告诉支部书记登记。").format(meeting=row.meeting.title),
            url,
            row.due_on,
        )
        for row in listed
    )
    return WorkList("meetings_own", _("会议定了由我办的事"), "do", "flag", items, total, url)


def _first(rows: Any) -> tuple[list[Any], int]:
    """The first few and how many there are; the count only where there are more."""
    listed = list(rows[: SHOWN + 1])
    return listed[:SHOWN], rows.count() if len(listed) > SHOWN else len(listed)


def _missing(scope: Scope, on: date) -> WorkList | None:
    prefixes = scope.prefixes(RECORD)
    if any(prefix.count(".") < 2 for prefix in prefixes):
        return None
    locks = MeetingsLock.objects.filter(branch=OuterRef("pk"), month=month_before(month_of(on)))
    rows = Organization.objects.visible_to(scope, RECORD).existing().branches()
    branches = list(rows.annotate(is_sealed=Exists(locks)).in_order())
    lacking = {pk: due for pk, due in _due(branches, on).items() if due}
    if not lacking:
        return None
    named = [(branch, lacking[branch.pk]) for branch in branches if branch.pk in lacking]
    if len(branches) == 1:
        items = [_duty_item(branches[0], duty) for duty in lacking[branches[0].pk]]
        url = f"{reverse('meetings:meetings')}?organization={branches[0].pk}"
        return WorkList(
            "meetings_missing",
            _("还没有登记的会议和活动"),
            "do",
            "calendar-event",
            tuple(items[:SHOWN]),
            len(items),
            url,
        )
    items = [_branch_item(branch, due) for branch, due in named]
    return WorkList(
        "meetings_missing",
        _("支部还没有登记的会议和活动"),
        "watch",
        "calendar-event",
        tuple(items[:SHOWN]),
        len(items),
        reverse("meetings:overview"),
    )


def _due(branches: list[Any], on: date) -> dict[int, list[Duty]]:
    """Duties worth a reminder by branch: of this month and of the one before while it is not sealed (``is_sealed``), for
    what the branch was then. Five queries."""
    rules = values_in_force(MEETINGS, on=on)
    now = month_of(on)
    before = month_before(now)
    ids = [branch.pk for branch in branches]
    days = {before: period_of(Every.MONTH, before).ends_on, now: on}
    known = branch_facts({branch.pk: branch.opened_on for branch in branches}, days=list(days.values()))
    facts = {month: known[day] for month, day in days.items()}
    first = min(period_of(Every.QUARTER, month).first for month in (now, before))
    held = held_by_kind(ids, first, now)
    found: dict[int, list[Duty]] = {}
    for branch in branches:
        pk = branch.pk
        listed: dict[tuple[str, int], Duty] = {}
        for month in (before, now):
            if month == before and branch.is_sealed:
                continue
            for duty in duties(facts[month][pk], held.get(pk, {}), needed=rules.needed(), month=month):
                # A year that began before the months read here is not judged by them.
                if duty.period.last // 100 == now // 100 or duty.period.every != Every.YEAR:
                    listed[duty.kind, duty.period.first] = duty
        found[pk] = [
            duty for duty in listed.values() if is_due(duty, on=on, remind_from_day=rules.remind_from_day)
        ]
    return found


def _duty_item(branch: Organization, duty: Duty) -> WorkItem:
    detail = _("{period}还没有登记").format(period=period_text(duty))
    if duty.needed > 1:
        detail = _("{period}应有{needed}次，登记了{held}次").format(
            period=period_text(duty), needed=duty.needed, held=duty.held
        )
    url = f"{reverse('meetings:plan', args=[branch.pk])}?kind={duty.kind}"
    return WorkItem(_(SPECS[duty.kind].label), detail, url, duty.period.ends_on)


def _branch_item(branch: Organization, due: list[Duty]) -> WorkItem:
    names = _("、").join(
        _("{period}{kind}").format(period=period_text(duty), kind=_(SPECS[duty.kind].label)) for duty in due
    )
    url = f"{reverse('meetings:meetings')}?organization={branch.pk}"
    return WorkItem(branch.short_name, names, url, min(duty.period.ends_on for duty in due))


def period_text(duty: Duty) -> str:
    """The period in words: a month, a quarter, a year."""
    year, month = divmod(duty.period.first, 100)
    if duty.period.every == Every.YEAR:
        return _("{year}年").format(year=year)
    if duty.period.every == Every.QUARTER:
        return _("{quarter}季度").format(quarter=_QUARTERS[month // 3])
    return _("{month}月").format(month=month)


_QUARTERS = ("一", "二", "三", "四")
