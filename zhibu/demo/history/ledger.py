"""Twelve months of meetings, dues and points, taken over from the branches' books and sealed month by month."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID, uuid5

from django.utils import timezone

from zhibu.core.months import first_day, last_day, shift_month
from zhibu.demo.history.habits import attendance, cells
from zhibu.demo.history.oddities import late_books
from zhibu.demo.history.presence import there_in
from zhibu.demo.history.setting import Setting
from zhibu.demo.history.studying import taught
from zhibu.dues.models import Due
from zhibu.imports.sheets import Ticker
from zhibu.meetings.actions import HeldAppraisal, HeldMeeting, enter_appraisals, enter_held_meetings
from zhibu.meetings.models import Attendance, Meeting
from zhibu.meetings.rules.kinds import Kind
from zhibu.months.actions.many import Desk, PastMonth, enter_past_months, open_past_months
from zhibu.months.actions.opening import open_months
from zhibu.organizations.models import Organization
from zhibu.points.actions import PastEntry, enter_past_entries, open_year

_ENTRIES = UUID("5d7e2a90-93cb-57a1-8f5e-0b8d4a5f1c77")
_THEMES = (
    "学习党章，重温入党誓词",
    "走访困难群众，清扫村道",
    "学习惠农政策，商议产业发展",
    "森林草原防火宣传巡查",
    "移风易俗，倡导文明节俭办事",
    "学习总书记重要讲话精神",
)
_BONUSES = (
    ("B02", "参加村道清扫，签到表第{n}行"),
    ("B02", "防汛值守志愿服务，签到表第{n}行"),
    ("B04", "调解地界纠纷，调解档案{n}号"),
    ("B06", "建议被支部采纳，会议记录第{n}页"),
)
_DEDUCTION = ("D06", "大操大办酒席，村规民约执行记录第{n}页")
_RETURNS = (
    "代交人没有写姓名，请补齐后再报",
    "签到表少一个人签名，请核对",
    "现金和存根差0.20元，请清点后再报",
)
_GRADES = (("excellent", 0.22), ("qualified", 0.74), ("basic", 0.035), ("unqualified", 0.005))


def build(setting: Setting, *, tick: Ticker) -> None:
    """The sealed months one after the other, then the last one, which is still open or waits."""
    for done, month in enumerate(setting.months, 1):
        tick(done, len(setting.months), "月记、党费、组织生活和积分")
        if month == setting.months[-1]:
            _open_last(setting, month)
        else:
            _take_over(setting, month)
    for year in sorted({month // 100 for month in setting.months}):
        open_year(by=setting.by, year=year, branch_ids=None, on=setting.on)


def review_year(setting: Setting) -> int:
    """The year of the last annual review: the one before the last month's."""
    return setting.months[-1] // 100 - 1


def appraisal_month(setting: Setting) -> int:
    """When the branches appraised their members: the December, where it is not among the months, the January after."""
    december = review_year(setting) * 100 + 12
    return december if december in setting.months else shift_month(december, 1)


def _take_over(setting: Setting, month: int) -> None:
    cast = setting.cast
    there = there_in(month, setting.people)
    open_past_months(by=setting.by, month=month, organization=cast.county_unit, there=there, on=setting.on)
    own: dict[int, list[int]] = defaultdict(list)
    for each in there:
        own[each.branch_id].append(each.member_id)
    _meet(setting, month, own)
    _award(setting, month, own)
    owes = _owing(month)
    listed = [
        _past(setting, month, cast.branches[pk], members, owes)
        for pk, members in own.items()
        if pk in cast.branches
    ]
    enter_past_months(by=setting.by, month=month, months=listed, on=setting.on)


def _owing(month: int) -> dict[int, bool]:
    rows = Due.objects.filter(month=month).values_list("member_id", "kind", "amount")
    return {pk: kind in {"due", "reduced"} and amount > 0 for pk, kind, amount in rows}


def _dice(setting: Setting, what: str, branch: Organization, month: int) -> Random:
    return setting.cast.dice(f"{what} {branch.code} {month}")


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=timezone.get_current_timezone())


def theme_day(setting: Setting, branch: Organization, month: int) -> date:
    """The branch's own day, between the 5th and the 10th."""
    return first_day(month).replace(day=setting.cast.dice(f"day {branch.code}").randint(5, 10))


def _meet(setting: Setting, month: int, own: Mapping[int, Sequence[int]], *, all_came: bool = False) -> None:
    """A theme day each, a members' meeting once a quarter, at the end of the year life meeting, talks and appraisal.

    One branch has elected its committee anew.
    """
    cast, held = setting.cast, []
    for n, (pk, members) in enumerate(own.items()):
        branch = cast.branches.get(pk)
        if branch is None:
            continue
        day = theme_day(setting, branch, month)
        held.append(_held(setting, branch, Kind.THEME_PARTY_DAY, day, members, all_came=all_came))
        if month % 100 % 3 == n % 3 and pk != setting.odd.pk:
            later = first_day(month).replace(day=12 + n % 8)
            held.append(_held(setting, branch, Kind.MEMBERS_MEETING, later, members, all_came=all_came))
        if month == appraisal_month(setting):
            held += [
                _held(setting, branch, Kind.ORGANIZATIONAL_LIFE_MEETING, day + timedelta(10), members),
                _held(setting, branch, Kind.HEART_TO_HEART_TALK, day + timedelta(12), members),
                _held(setting, branch, Kind.DEMOCRATIC_APPRAISAL, day + timedelta(15), members),
            ]
        if month == setting.months[len(setting.months) // 2] and pk == cast.home.pk:
            later = first_day(month).replace(day=25)
            held.append(_held(setting, branch, Kind.ELECTION_MEETING, later, members, all_came=True))
    held = [each for each in held if each.day <= setting.on]
    enter_held_meetings(by=setting.by, meetings=held, on=setting.on)
    if month == appraisal_month(setting):
        _appraise(setting, month)


def _held(
    setting: Setting,
    branch: Organization,
    kind: Kind,
    day: date,
    members: Sequence[int],
    *,
    all_came: bool = False,
) -> HeldMeeting:
    cast = setting.cast
    dice = cast.dice(f"{kind} {branch.code} {day}")
    officers = cast.officers(branch)
    theme = _THEMES[(day.month + dice.randint(0, 2)) % len(_THEMES)]
    present = [pk for pk in members if setting.joined[pk] <= day]
    usual = branch.pk == setting.odd.pk or all_came
    return HeldMeeting(
        branch=branch,
        kind=kind,
        day=day,
        time=time(9 if day.weekday() > 4 else 15),
        place="村党群服务中心" if "村" in branch.short_name else "会议室",
        title=f"主题党日：{theme}" if kind == Kind.THEME_PARTY_DAY else "",
        agenda=theme if kind == Kind.THEME_PARTY_DAY else "",
        chair=officers[0],
        recorder=officers[-1],
        exceptions={} if usual else attendance(dice, present, setting.habits),
        at=_at(day, 20),
        there=present,
        study_tenths=taught(kind, theme),
    )


def _appraise(setting: Setting, month: int) -> None:
    dice = setting.cast.dice("appraisal")
    rows = Meeting.objects.filter(month=month, kind=Kind.DEMOCRATIC_APPRAISAL, state="held")
    lines = Attendance.objects.filter(meeting__in=rows).exclude(status="excused").exclude(has_vote=False)
    grades: dict[int, dict[int, tuple[str, str]]] = defaultdict(dict)
    stages = lines.order_by("meeting__branch__code", "member__join_date", "member__name", "member_id")
    known = [grade for grade, _share in _GRADES]
    shares = [share for _grade, share in _GRADES]
    for meeting, member, stage in stages.values_list("meeting_id", "member_id", "member__stage"):
        if stage == "full":
            grades[meeting][member] = (dice.choices(known, shares)[0], "")
    enter_appraisals(
        by=setting.by,
        appraisals=[HeldAppraisal(pk, own) for pk, own in grades.items()],
        year=review_year(setting),
        on=setting.on,
    )


def _award(setting: Setting, month: int, own: Mapping[int, Sequence[int]]) -> None:
    """A few entries by hand: recorded by the branch, approved by the committee above."""
    cast, entries = setting.cast, []
    for pk, members in own.items():
        branch = cast.branches.get(pk)
        if branch is None or branch.pk == setting.odd.pk:
            continue
        dice = _dice(setting, "award", branch, month)
        recorder, approver = cast.clerk(branch).name, cast.organizer(branch).name
        for member in dice.sample(list(members), min(len(members), dice.choices((0, 1, 2), (4, 4, 1))[0])):
            item, evidence = dice.choice(_BONUSES) if dice.random() < 0.97 else _DEDUCTION
            day = theme_day(setting, branch, month) + timedelta(dice.randint(0, 9))
            entries.append(
                PastEntry(
                    branch=branch,
                    member_id=member,
                    item=item,
                    fact_on=day,
                    evidence=evidence.format(n=dice.randint(1, 60)),
                    recorder=recorder,
                    recorded_at=_at(day + timedelta(2), 17),
                    approver=approver,
                    approved_at=_at(day + timedelta(4), 10),
                    operation=uuid5(_ENTRIES, f"{month}:{member}:{item}"),
                )
            )
    active = {person.pk for person in setting.people if person.suspended_from is None}
    enter_past_entries(by=setting.by, entries=[each for each in entries if each.member_id in active])


def _past(
    setting: Setting, month: int, branch: Organization, members: Sequence[int], owes: Mapping[int, bool]
) -> PastMonth:
    cast = setting.cast
    dice = _dice(setting, "month", branch, month)
    clerk, organizer = cast.clerk(branch), cast.organizer(branch)
    collected = theme_day(setting, branch, month)
    after = first_day(shift_month(month, 1))
    is_lax = cast.dice(f"lax {branch.code[:9]}").random() < 0.1
    is_late = dice.random() < (0.22 if is_lax else 0.045) and branch.pk != setting.odd.pk
    day = after.replace(day=dice.randint(11, 16) if is_late else dice.randint(1, 9))
    returned: list[tuple[Desk, str]] = []
    first: datetime | None = None
    if dice.random() < 0.025 and not is_late:
        returned = [
            (
                Desk(organizer.name, _at(min(day + timedelta(1), setting.on), 9), organizer.user_id),
                dice.choice(_RETURNS),
            )
        ]
        first = _at(day, 11)
        day += timedelta(2)
    day = min(day, setting.on)
    seal = min(day + timedelta(dice.randint(1, 4)), setting.on)
    submitted = Desk(clerk.name, _at(day, 16, dice.randint(0, 59)), clerk.user_id)
    entered = Desk(clerk.name, _at(collected, 19), clerk.user_id)
    differing = cells(dice, members, setting.habits, unpaid=setting.unpaid, owes=owes, month=month)
    if branch.pk == setting.odd.pk:
        differing = {}
        if month == setting.sealed[-1]:  # everything in one go, shortly before the month is handed in
            differing = {pk: {"how": "self", "channel": "transfer"} for pk in members if owes.get(pk)}
            entered = Desk(clerk.name, submitted.at - timedelta(minutes=6), clerk.user_id)
    sealed = Desk(organizer.name, _at(seal, 18), organizer.user_id)
    late = late_books(setting, branch, month)
    if late is not None:
        returned, first = [], None
        submitted, entered = replace(submitted, at=late.submitted), replace(entered, at=late.entered)
        sealed = replace(sealed, at=late.sealed)
    return PastMonth(
        branch=branch,
        collected_on=collected,
        submitted=submitted,
        sealed=sealed,
        cells=differing,
        entered=entered,
        returned=returned,
        paid_at=first,
    )


def _open_last(setting: Setting, month: int) -> None:
    """Open everywhere; some have submitted, in the town enough to confirm."""
    cast = setting.cast
    open_months(by=setting.by, month=month, organization=cast.county_unit, on=setting.on)
    own: dict[int, list[int]] = defaultdict(list)
    for member, place in (
        Due.objects.filter(month=month)
        .order_by("branch__code", "member_id")
        .values_list("member_id", "branch_id")
    ):
        own[place].append(member)
    mine = (cast.home.pk, cast.sibling.pk)
    _meet(setting, month, {pk: members for pk, members in own.items() if pk not in mine})
    _meet(setting, month, {pk: own[pk] for pk in mine if pk in own}, all_came=True)
    owes, listed, in_town = _owing(month), [], 0
    for pk, members in own.items():
        if pk in mine or pk not in cast.branches:
            continue
        branch = cast.branches[pk]
        is_in_town = branch.parent_id == cast.town.pk
        if is_in_town and in_town >= 4:
            continue
        if not is_in_town and cast.dice(f"last {branch.code}").random() > 0.4:
            continue
        in_town += is_in_town
        listed.append(_waiting(setting, month, branch, members, owes))
    enter_past_months(by=setting.by, month=month, months=listed, on=setting.on)


def _waiting(
    setting: Setting, month: int, branch: Organization, members: Sequence[int], owes: Mapping[int, bool]
) -> PastMonth:
    dice = _dice(setting, "month", branch, month)
    clerk, collected = setting.cast.clerk(branch), theme_day(setting, branch, month)
    earliest = min(max(last_day(month) - timedelta(8), collected), setting.on - timedelta(1))
    return PastMonth(
        branch=branch,
        collected_on=collected,
        submitted=Desk(clerk.name, _at(max(earliest, collected), 17, dice.randint(0, 59)), clerk.user_id),
        cells=cells(dice, members, setting.habits, unpaid=setting.unpaid, owes=owes, month=month),
        entered=Desk(clerk.name, _at(collected, 19), clerk.user_id),
    )
