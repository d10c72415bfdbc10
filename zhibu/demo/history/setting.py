"""What the history rests on: what each pays, who need not, who is behind, which branch looks odd."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from zhibu.core.access import Scope
from zhibu.core.months import first_day, shift_month
from zhibu.demo.cases.cast import Cast
from zhibu.demo.history.habits import Habit, habits
from zhibu.demo.history.presence import Person, people, window
from zhibu.dues.actions import AssessmentEntry, ReliefEntry, assess_members, propose_relief, settle_relief
from zhibu.members.models import Measure, Member
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import Category

_INCOMES = {
    "salaried": (3200, 9800, 5200),
    "annual_salary": (5000, 15000, 8000),
    "irregular_income": (1800, 6500, 3000),
    "retired": (2200, 7600, 4600),
}
_RELIEFS = (
    ("exempt", 0, "本人患重病，家庭没有其他收入，支部大会讨论同意免交"),
    ("reduced", 10, "家中遭火灾，房屋重建，支部讨论同意少交"),
    ("exempt", 0, "享受最低生活保障，长期住院，支部讨论同意免交"),
)
_INSPECTED = 4  # beside the town
_ODD_SIZES = (22, 12, 6)  # the larger, the more shows; a small county takes what it has


@dataclass
class Setting:
    """Everything the stages share."""

    cast: Cast
    by: Scope
    on: date
    months: list[int]
    people: list[Person]
    habits: Mapping[int, Habit]
    odd: Organization
    belated: Organization
    hurried: Organization
    unpaid: dict[int, int] = field(default_factory=dict)
    behind: dict[str, list[Member]] = field(default_factory=dict)

    @cached_property
    def joined(self) -> dict[int, date]:
        """When each joined, by member."""
        return {person.pk: person.joined for person in self.people}

    @property
    def months_before(self) -> list[int]:
        """Months of the year under review, the one before the last month's, that lie before the twelve."""
        january = (self.months[-1] // 100 - 1) * 100 + 1
        return [month for n in range(12) if (month := shift_month(january, n)) < self.months[0]]

    @property
    def sealed(self) -> list[int]:
        """Months that are over: all but the last one."""
        return self.months[:-1]


def prepare(cast: Cast) -> Setting:
    """Assess incomes, decide reliefs, choose who falls behind."""
    months = window(cast.on)
    everyone = people(list(cast.branches))
    odd = _odd_branch(cast, everyone)
    hurried = _largest(cast, everyone, among=inspected(cast)[1:], but=[odd])
    belated = _largest(cast, everyone, among=_not_inspected(cast), but=[odd, hurried])
    setting = Setting(
        cast,
        Scope.system("演示县"),
        cast.on,
        months,
        everyone,
        habits(everyone, year=months[-1] // 100),
        odd,
        belated,
        hurried,
    )
    _assess(setting)
    _relieve(setting)
    _fall_behind(setting)
    return setting


def _assess(setting: Setting) -> None:
    """Incomes where dues follow from them; a few farmers chose to pay more."""
    dice = setting.cast.dice("incomes")
    entries = []
    for person in setting.people:
        income, chance = _INCOMES.get(person.category), dice.random()
        if not person.is_enrolled:
            continue
        if income is not None:
            low, high, mode = income
            base = round(dice.triangular(low, high, mode)) * 100
            entries.append(AssessmentEntry(person.pk, person.category, base=base))
        elif person.category == "farmer" and chance < 0.12:
            entries.append(AssessmentEntry(person.pk, "farmer", chosen=50 if chance < 0.08 else 100))
    assess_members(
        by=setting.by,
        entries=entries,
        from_month=[*setting.months_before, setting.months[0]][0],
        on=setting.on,
    )


def _relieve(setting: Setting) -> None:
    """Asked for by the branch, approved by its committee; on a retired one the branch decided. One still waits."""
    cast, start = setting.cast, setting.months[0]
    chosen = [*cast.take(1, at=cast.home), *cast.take(3, at=cast.town), *cast.take(9)]
    of_retired = next((each for each in cast.branches.values() if each.category == Category.RETIRED), None)
    chosen += cast.take(1, at=of_retired) if of_retired else []
    for n, member in enumerate(chosen):
        kind, amount, grounds = _RELIEFS[n % len(_RELIEFS)]
        since = shift_month(start, n % 6)
        asked = first_day(since).replace(day=3)
        entry = ReliefEntry(kind, amount, since, shift_month(since, 12), grounds, asked, asked.replace(day=6))
        row = propose_relief(by=cast.clerk(member.branch), member=member, entry=entry, on=setting.on)
        settle_relief(by=cast.organizer(member.branch), relief=row, approve=True, on=asked.replace(day=9))
    for member in cast.take(1, at=cast.town):
        kind, amount, grounds = _RELIEFS[1]
        since = setting.months[-1]
        asked = min(first_day(since).replace(day=5), setting.on)
        entry = ReliefEntry(kind, amount, since, shift_month(since, 6), grounds, asked, asked)
        propose_relief(by=cast.clerk(member.branch), member=member, entry=entry, on=setting.on)


def _fall_behind(setting: Setting) -> None:
    """Months not paid up to the last sealed one: 1, 2, 4 and more than 6."""
    cast = setting.cast
    plan = [
        ("home", cast.take(1, at=cast.home), (2,)),
        ("town", cast.take(5, at=cast.town), (10, 11, 4, 2, 1)),
        ("county", cast.take(12), (1, 2, 4, 7, 1, 2, 5, 1, 2, 1, 3, 9)),
    ]
    for place, members, runs in plan:
        setting.behind[place] = members
        for member, run in zip(members, runs, strict=False):
            setting.unpaid[member.pk] = shift_month(setting.months[-1], -run)


def inspected(cast: Cast) -> list[Organization]:
    """Committees that inspected last quarter: the town and some others."""
    towns = Organization.objects.filter(
        parent=cast.county_unit, category=Category.TOWNSHIP, closed_on=None
    ).exclude(pk=cast.town.pk)
    return [cast.town, *towns.order_by("segment")[:_INSPECTED]]


def draw_day(on: date) -> date:
    """Some days before the end of the last quarter, a working day."""
    first = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
    day = first - timedelta(12)
    return day - timedelta(max(day.weekday() - 4, 0))


def _not_inspected(cast: Cast) -> list[Organization]:
    """The others; in a small county all but the town."""
    known = [each.pk for each in inspected(cast)]
    rest = Organization.objects.filter(parent=cast.county_unit, closed_on=None).order_by("segment")
    return list(rest.exclude(pk__in=known)) or list(rest.exclude(pk=cast.town.pk))


def _largest(
    cast: Cast, everyone: list[Person], *, among: list[Organization], but: list[Organization]
) -> Organization:
    """The branch with most members right below one of these, the first of equals."""
    sizes = Counter(person.branch for person in everyone if person.is_enrolled)
    above, left_out = {each.pk for each in among}, {each.pk for each in but}
    own = [row for row in cast.branches.values() if row.parent_id in above and row.pk not in left_out]
    return max(own, key=lambda row: sizes[row.pk], default=cast.sibling)


def _odd_branch(cast: Cast, everyone: list[Person]) -> Organization:
    """Where all months are alike: nobody away, nobody new, nobody under a measure."""
    measured = set(Measure.objects.filter(ended_on=None).values_list("member_id", flat=True))
    own: dict[int, list[Person]] = {pk: [] for pk in cast.branches}
    for person in everyone:
        own[person.branch].append(person)
    start = window(cast.on)[0]
    moved = {before for person in everyone for _month, before in person.moves}
    quiet = [
        pk
        for pk, listed in own.items()
        if cast.branches[pk].parent_id != cast.home.parent_id
        and pk not in moved
        and not any(
            each.is_floating
            or each.pk in measured
            or each.from_month > start
            or not each.is_enrolled
            or each.suspended_from is not None
            for each in listed
        )
    ]
    for least in _ODD_SIZES:
        found = next((pk for pk in quiet if len(own[pk]) >= least), None)
        if found is not None:
            return cast.branches[found]
    return cast.sibling
