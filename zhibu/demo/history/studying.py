"""Twelve months of study hours, as the branches' registers have them, and what lies before them in one line each."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID, uuid5

from django.utils import timezone

from zhibu.core.dates import full_years
from zhibu.core.months import first_day
from zhibu.demo.history.presence import Person, there_in
from zhibu.demo.history.setting import Setting
from zhibu.education.actions import PastStudy, enter_past_study, reverse_study
from zhibu.education.models import StudyRecord
from zhibu.education.rules.entries import Entry, Mode
from zhibu.meetings.rules.kinds import Kind
from zhibu.members.models import PostHolding
from zhibu.members.rules.stages import COMMITTEE_POSTS
from zhibu.organizations.models import Organization

_STUDIES = UUID("2c9b6f1e-5a47-5d10-9f3b-71a0c8e4d926")
_EVENINGS = (
    "惠农政策和乡村振兴",
    "村民自治和议事规则",
    "国家通用语言",
    "民法典常识",
    "民族团结",
    "纠纷调解办法",
)
_LESSONS = ("全会精神专题", "典型案例警示", "种植养殖技术", "禁毒防艾知识")
_TRAINING = "党员春季轮训"
_LEADERS = "村党组织书记和委员集中培训"
_SHADOWING = "到乡镇跟班学习"
_BEFORE = "{year}年1至{month}月集中学习，旧台账结转"
_OLD = 70


def taught(kind: Kind, theme: str) -> int:
    """Tenths of an hour that a meeting brings: learning takes two hours, a talk before a deed one."""
    if kind == Kind.THEME_PARTY_DAY:
        return 20 if theme.startswith("学习") else 10
    return 10 if kind == Kind.MEMBERS_MEETING else 0


def build(setting: Setting) -> None:
    """Taken over through the bulk path; one mistake of the home branch was mended there."""
    known = {person.pk: person for person in setting.people}
    leaders = set(
        PostHolding.objects.filter(until=None, post__in=COMMITTEE_POSTS).values_list("member_id", flat=True)
    )
    studies = list(_carried_over(setting))
    for month in setting.months:
        for branch, members in _own(setting, month).items():
            studies += _in_month(setting, branch, month, members, known, leaders)
    enter_past_study(by=setting.by, studies=studies, on=setting.on)
    _mend(setting)


def _own(setting: Setting, month: int) -> Mapping[Organization, list[int]]:
    branches, found = setting.cast.branches, defaultdict[Organization, list[int]](list)
    for each in there_in(month, setting.people):
        if each.branch_id in branches and not each.is_suspended:
            found[branches[each.branch_id]].append(each.member_id)
    return found


def _in_month(
    setting: Setting,
    branch: Organization,
    month: int,
    members: Sequence[int],
    known: Mapping[int, Person],
    leaders: set[int],
) -> Iterator[PastStudy]:
    """An evening a quarter, lessons twice a year, the spring's training, the leaders' week, some shadowing."""
    dice = setting.cast.dice(f"study {branch.code} {month}")
    turn = setting.cast.dice(f"study {branch.code}").randint(0, 11)
    here = [pk for pk in members if not known[pk].is_floating and known[pk].joined < first_day(month)]
    first, number = first_day(month), month % 100
    able = [pk for pk in here if full_years(known[pk].born, first) < _OLD]
    plan = []
    if (number + turn) % 3 == 0:
        evening = Entry(
            Mode.NIGHT_SCHOOL,
            dice.choice(_EVENINGS),
            first.replace(day=dice.randint(11, 24)),
            20,
            "夜校签到表",
        )
        plan.append((evening, _came(dice, here, 0.86)))
    if (number + turn) % 6 == 2:
        lesson = Entry(
            Mode.DISTANCE_EDUCATION,
            dice.choice(_LESSONS),
            first.replace(day=dice.randint(12, 26)),
            15,
            "远程教育收看登记册",
        )
        plan.append((lesson, _came(dice, here, 0.8)))
    if number == 3 + turn % 3:
        training = Entry(
            Mode.CENTRALIZED_CLASS,
            _TRAINING,
            first.replace(day=dice.randint(9, 20)),
            120,
            "县委党校签到表",
            2,
        )
        plan.append((training, _came(dice, able, 0.92)))
    if number == 7:
        week = Entry(Mode.CENTRALIZED_CLASS, _LEADERS, first.replace(day=6), 300, "县委组织部签到表", 5)
        plan.append((week, [pk for pk in able if pk in leaders]))
    if number == 9 and dice.random() < 0.2:
        shadowing = Entry(Mode.PRACTICE, _SHADOWING, first.replace(day=7), 120, "乡镇带班人证明", 3)
        plan.append((shadowing, able[:1]))
    for entry, came in plan:
        if came and entry.day + timedelta(entry.days) <= setting.on:
            yield _past(setting, branch, entry, came, f"{month} {entry.subject}")


def _came(dice: Random, members: Sequence[int], share: float) -> list[int]:
    return [pk for pk in members if dice.random() < share]


def _carried_over(setting: Setting) -> Iterator[PastStudy]:
    """The months of the review's year that lie before the history: one line for each sum of hours in a branch."""
    start = setting.months[0]
    year, before = start // 100, start % 100 - 1
    if not before or year == setting.months[-1] // 100:
        return
    last = year * 100 + before
    subject = _BEFORE.format(year=year, month=before)
    for branch, members in _own(setting, last).items():
        dice = setting.cast.dice(f"study before {branch.code}")
        sums = defaultdict[int, list[int]](list)
        for pk in members:
            if setting.joined[pk] < date(year, 1, 1):
                sums[dice.choices((18, 26, 32, 36), (1, 2, 6, 5))[0]].append(pk)
        for hours, own in sorted(sums.items()):
            entry = Entry(
                Mode.CENTRALIZED_CLASS, f"{subject}{hours}学时", first_day(last), hours * 10, "学时旧台账", 25
            )
            yield _past(setting, branch, entry, own, f"before {hours}")


def _past(
    setting: Setting, branch: Organization, entry: Entry, members: Sequence[int], what: str
) -> PastStudy:
    clerk = setting.cast.clerk(branch)
    at = datetime.combine(entry.day + timedelta(entry.days), time(10), tzinfo=timezone.get_current_timezone())
    return PastStudy(
        branch, entry, members, uuid5(_STUDIES, f"{branch.code} {what}"), clerk.name, at, clerk.user_id
    )


def _mend(setting: Setting) -> None:
    """Somebody was entered who had been away."""
    home = setting.cast.home
    row = StudyRecord.objects.filter(branch=home, mode=Mode.NIGHT_SCHOOL).order_by("-on", "member").first()
    if row is not None:
        reverse_study(
            by=setting.cast.clerk(home),
            record_=row,
            reason="当晚请假，签到表没有签字",
            operation=uuid5(_STUDIES, "mended"),
            on=setting.on,
        )
