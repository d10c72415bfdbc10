"""Signs of falsification: offered to who inspects, never a verdict.

Each sign says how it was computed and which innocent causes are common; a person looks, and opens a case or not.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, F, Max, Min, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core.access import Scope
from zhibu.core.text import gettext_noop
from zhibu.dues.models import Payment
from zhibu.inspections.models import Sample
from zhibu.meetings.models import Attachment, Attendance, VillageFile
from zhibu.months.models import Operation
from zhibu.months.policies import MONTHS
from zhibu.months.rules.months import due_day
from zhibu.organizations.models import Organization
from zhibu.points.models import Entry
from zhibu.rulebook.policies import values_in_force

INSPECT = "inspections.inspect"
BURST_MINUTES: Final = 10
BURST_LEAST: Final = 20
BURST_DAYS: Final = 2
SAME_MONTHS: Final = 4
LATE_DAYS: Final = 60
LATE_LEAST: Final = 5
AFTER_DAYS: Final = 14
AFTER_LEAST: Final = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of sign."""

    key: str
    label: str
    how: str
    innocent: str


KINDS: Final = {
    kind.key: kind
    for kind in (
        Kind(
            "burst",
            gettext_noop("一口气填完"),
            gettext_noop(
                "一个支部一个月的全部操作有20次以上，从第一次到最后一次不到10分钟，并且是在截止日当天或前两天填完的，或者填完两天内就提交的。是哪一种，写在后面。"
            ),
            gettext_noop("平时记在纸上、月底一次录入；网络不好，攒在手机里一起发出；代填以后本人核对过。"),
        ),
        Kind(
            "identical",
            gettext_noop("几个月一模一样"),
            gettext_noop("连续4个月以上，交费人数、金额、到会人数都相同，没有一个人请假或缺席。"),
            gettext_noop("支部人少、党费数额固定；没有流动党员，会议安排在赶集天，确实都到齐了。"),
        ),
        Kind(
            "backdated",
            gettext_noop("事后很久才补记"),
            gettext_noop("事实日期比登记日期早60天以上的积分或党费有5条以上。"),
            gettext_noop("换了书记，补录前任的记录；上级要求补齐历史资料；证明材料来得晚。"),
        ),
        Kind(
            "same_file",
            gettext_noop("同一张照片用了两次"),
            gettext_noop("不同会议、四议两公开不同步骤的附件内容完全相同（按文件指纹比较，不看画面）。"),
            gettext_noop("同一天连着开两个会，拍了一张合影；误传了上次的文件。"),
        ),
        Kind(
            "after_draw",
            gettext_noop("抽到以后突然有变化"),
            gettext_noop("季督抽到的党员，在抽取以后14天内补记以前月份的党费或积分共5条以上。"),
            gettext_noop("检查提醒了支部，按规定补齐；本人外出刚回来，把欠的交上。"),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign at one branch: which kind, what was counted."""

    kind: Kind
    organization: Organization
    told: str


def signs(scope: Scope, *, on: date) -> list[Sign]:
    """All signs of the last twelve months in the scope, branches in the order of the tree. At most eleven queries."""
    since = on - timedelta(days=366)
    first_month = since.year * 100 + since.month
    found: list[tuple[str, int, str]] = []
    for finder in _FINDERS:
        found += finder(scope, first_month, on)
    units = (
        Organization.objects.visible_to(scope, INSPECT).filter(pk__in={branch for _k, branch, _t in found})
    ).in_bulk()
    shown = [Sign(KINDS[key], units[branch], told) for key, branch, told in found if branch in units]
    return sorted(shown, key=lambda sign: (sign.organization.path, sign.kind.key))


def _burst(scope: Scope, first_month: int, on: date) -> Iterable[tuple[str, int, str]]:
    rows = (
        Operation.objects.visible_to(scope, INSPECT)
        .filter(branch_month__month__gte=first_month, outcome="done")
        .values("branch_month__branch_id", "branch_month__month", "branch_month__submitted_at")
        .annotate(n=Count("id"), first=Min("at"), last=Max("at"))
        .filter(n__gte=BURST_LEAST, last__lt=F("first") + timedelta(minutes=BURST_MINUTES))
    )
    submit_day = values_in_force(MONTHS, on=on).submit_day
    for row in rows:
        month, last = row["branch_month__month"], row["last"]
        whens = _before_what(last, due_day(month, submit_day), row["branch_month__submitted_at"])
        if not whens:
            continue
        minutes = max(round((last - row["first"]).total_seconds() / 60), 1)
        yield (
            "burst",
            row["branch_month__branch_id"],
            _("{month}：{n}次操作用了{minutes}分钟，{when}").format(
                month=_month(month), n=row["n"], minutes=minutes, when="，".join(whens)
            ),
        )


def _before_what(last: datetime, due: date, submitted: datetime | None) -> list[str]:
    """Which deadlines the last operation came shortly before: the due day, the branch's own submission."""
    found = []
    left = (due - timezone.localdate(last)).days
    if 0 <= left <= BURST_DAYS:
        found.append(
            _("在截止日{day}前{n}天填完").format(day=due, n=left)
            if left
            else _("在截止日{day}当天填完").format(day=due)
        )
    if submitted is not None and timedelta(0) <= submitted - last <= timedelta(days=BURST_DAYS):
        hours = round((submitted - last).total_seconds() / 3600)
        found.append(_("填完{n}小时后提交").format(n=hours) if hours else _("填完不到半小时就提交"))
    return found


def _identical(scope: Scope, first_month: int, on: date) -> Iterable[tuple[str, int, str]]:
    paid = {
        (branch, month): (people, amount)
        for branch, month, people, amount in Payment.objects.visible_to(scope, INSPECT)
        .filter(month__gte=first_month)
        .values_list("branch_id", "month")
        .annotate(people=Count("member", distinct=True), total=Sum("amount"))
        .values_list("branch_id", "month", "people", "total")
    }
    came: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    rows = (
        Attendance.objects.visible_to(scope, INSPECT)
        .filter(meeting__month__gte=first_month)
        .values_list("meeting__branch_id", "meeting__month", "status")
        .annotate(n=Count("id"))
    )
    for branch, month, status, n in rows:
        came[(branch, month)][status] += n
    by_branch: dict[int, list[int]] = defaultdict(list)
    for branch, month in paid:
        by_branch[branch].append(month)
    for branch, months in by_branch.items():
        run: list[int] = []
        longest: list[int] = []
        for month in sorted(months):
            picture = (paid[(branch, month)], came[(branch, month)])
            full = set(came[(branch, month)]) <= {"present"} and came[(branch, month)]
            same = bool(run) and picture == (paid[(branch, run[-1])], came[(branch, run[-1])])
            run = [*run, month] if same and full else [month]
            longest = max(longest, run, key=len)
        if len(longest) >= SAME_MONTHS:
            yield (
                "identical",
                branch,
                _("{first}到{last}共{n}个月相同").format(
                    first=_month(longest[0]), last=_month(longest[-1]), n=len(longest)
                ),
            )


def _backdated(scope: Scope, first_month: int, on: date) -> Iterable[tuple[str, int, str]]:
    counted: Counter[int] = Counter()
    entries: QuerySet[Any, Any] = (
        Entry.objects.visible_to(scope, INSPECT)
        .filter(month__gte=first_month, source="manual", reverses=None)
        .values_list("branch_id", "fact_on", "at")
    )
    payments: QuerySet[Any, Any] = (
        Payment.objects.visible_to(scope, INSPECT)
        .filter(month__gte=first_month, reverses=None)
        .filter(at__gt=F("paid_on") + timedelta(days=LATE_DAYS))
        .values_list("branch_id", "paid_on", "at")
    )
    for branch, fact_on, at in [*entries, *payments]:
        if (timezone.localtime(at).date() - fact_on).days > LATE_DAYS:
            counted[branch] += 1
    for branch, n in counted.items():
        if n >= LATE_LEAST:
            yield "backdated", branch, _("{n}条记录晚于事实60天以上").format(n=n)


def _same_file(scope: Scope, first_month: int, on: date) -> Iterable[tuple[str, int, str]]:
    rows = (
        Attachment.objects.visible_to(scope, INSPECT)
        .filter(meeting__month__gte=first_month)
        .values_list("digest", "meeting_id", "meeting__branch_id")
    )
    of_steps = (
        VillageFile.objects.visible_to(scope, INSPECT)
        .filter(step__on__gte=date(first_month // 100, first_month % 100, 1))
        .values_list("digest", "step_id", "step__matter__branch_id")
    )
    used: dict[str, set[tuple[str, int, int]]] = defaultdict(set)
    for of, listed in (("meeting", rows), ("step", of_steps)):
        for digest, place, branch in listed:
            used[digest].add((of, place, branch))
    counted: Counter[int] = Counter()
    for places in used.values():
        if len(places) > 1:
            for branch in {branch for _of, _place, branch in places}:
                counted[branch] += 1
    for branch, n in counted.items():
        yield "same_file", branch, _("{n}个附件在不同会议或步骤里相同").format(n=n)


def _after_draw(scope: Scope, first_month: int, on: date) -> Iterable[tuple[str, int, str]]:
    samples = list(
        Sample.objects.visible_to(scope, INSPECT)
        .filter(inspection__drawn_at__date__gte=on - timedelta(days=366))
        .values_list("member_id", "branch_id", "inspection__drawn_at")
    )
    if not samples:
        return
    drawn = {member: (branch, at) for member, branch, at in samples}
    counted: Counter[int] = Counter()
    ids = list(drawn)
    for rows in (
        Payment.objects.filter(member__in=ids, month__gte=first_month).values_list(
            "member_id", "month", "at"
        ),
        Entry.objects.filter(member__in=ids, month__gte=first_month, source="manual").values_list(
            "member_id", "month", "at"
        ),
    ):
        for member, month, at in rows:
            branch, drawn_at = drawn[member]
            day = timezone.localtime(drawn_at).date()
            if drawn_at < at < drawn_at + timedelta(days=AFTER_DAYS) and month < day.year * 100 + day.month:
                counted[branch] += 1
    for branch, n in counted.items():
        if n >= AFTER_LEAST:
            yield "after_draw", branch, _("抽取后补记{n}条以前月份的记录").format(n=n)


_FINDERS: Final[tuple[Callable[[Scope, int, date], Iterable[tuple[str, int, str]]], ...]] = (
    _burst,
    _identical,
    _backdated,
    _same_file,
    _after_draw,
)


def _month(month: int) -> str:
    return _("{year}年{month}月").format(year=month // 100, month=month % 100)
