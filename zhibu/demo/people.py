"""10,174 synthetic members over the branches, with distributions a county office would believe."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from zhibu.core.checkdigits import mod_11_2
from zhibu.core.dates import add_months, full_years
from zhibu.core.resident_id import SYNTHETIC_REGION
from zhibu.demo.names import han_name, yi_name
from zhibu.demo.units import Unit
from zhibu.imports.sheets import Value
from zhibu.organizations.rules import Category

MEMBERS = 10_174
# Townships where the generator draws mostly Han families; elsewhere mostly Yi. Invented for the demonstration.
_HAN_TOWNSHIPS = frozenset(
    [
        "越城镇",
        "中所镇",
        "新民镇",
        "丁山乡",
        "大花乡",
        "河东乡",
        "西山乡",
        "板桥乡",
        "大屯乡",
        "梅花乡",
        "南箐镇",
        "白果乡",
    ]
)
_SIZES = {
    Category.VILLAGE: (12, 24, 46),
    Category.COMMUNITY: (30, 42, 60),
    Category.ORGAN: (12, 22, 34),
    Category.SCHOOL: (10, 24, 48),
    Category.HEALTH: (12, 24, 44),
    Category.ENTERPRISE: (6, 12, 26),
    Category.RETIRED: (30, 44, 50),
}
# Most common days on which branch meetings admitted people, with 1 July first.
_JOIN_DAYS = ((7, 1), (6, 28), (6, 30), (12, 20), (11, 15), (5, 10), (9, 28), (12, 26))
_RURAL = frozenset({Category.VILLAGE, Category.COMMUNITY})
BEGUN_AGO = 156  # days: the county began with this roster in summer
# A probation that was full since is still probation in the roster: its confirmation is a matter of its own.
_PROBATION_SEEN = 365 + BEGUN_AGO
# Days since the admission of the youngest in the two branches to sign in for, so that each stage is seen there.
_SHOWN = {"513434104201": (418, 377, 150), "513434104202": (440, 371)}


@dataclass(slots=True)
class _Person:
    """One synthetic member on the way to becoming a row."""

    unit: Unit
    sex: str
    birth: date
    join: date
    ethnic_group: str
    education: str
    dues_category: str

    def is_probationary(self, on: date) -> bool:
        return (on - self.join).days < _PROBATION_SEEN


def make_rows(branches: Sequence[Unit], *, seed: int, on: date) -> Iterator[dict[str, Value]]:
    """Roster rows in the order of branches. The same seed and day give the same people."""
    random = Random(seed)
    sequences: dict[tuple[date, str], int] = {}
    phone = 0
    mismatches = 0
    for unit, size in zip(branches, _sizes(branches, random), strict=True):
        people = [_person(random, unit, on) for _ in range(size)]
        _show_probation(people, _SHOWN.get(unit.code, ()), on=on)
        people.sort(key=lambda person: person.join)
        posts = _posts(random, people, on)
        for place, person in enumerate(people):
            key = (person.birth, person.sex)
            sequences[key] = sequences.get(key, 0) + 1
            row = _row(random, person, sequences[key], on=on)
            if random.random() < (0.75 if person.birth.year < 1955 else 0.97):
                phone += 1
                row["phone"] = f"199{phone:08d}"
            if place in posts:
                row["posts"] = posts[place]
            if unit.category in _RURAL and size > 24:
                row["group"] = f"第{'一二三四'[place * (2 + size // 40) // size]}党小组"
            if mismatches < 6 and person.birth.year < 1960 and random.random() < 0.01:
                mismatches += 1
                row["birth_date"] = person.birth + timedelta(days=random.randint(20, 200))
                row["identity_reason"] = "档案最早记载的出生时间与身份证不一致，按组织审核认定的时间登记"
            yield row


def _show_probation(people: Sequence[_Person], days: Sequence[int], *, on: date) -> None:
    """The youngest adults joined so many days ago."""
    adults = [person for person in people if full_years(person.birth, on) >= 21]
    adults.sort(key=lambda person: person.birth, reverse=True)
    for person, ago in zip(adults, days, strict=False):
        person.join = on - timedelta(days=ago)


def _sizes(branches: Sequence[Unit], random: Random) -> list[int]:
    """A size per branch, together exactly ``MEMBERS``; village branches take up the difference."""
    sizes = [
        round(random.triangular(low, high, mode))
        for low, mode, high in (_SIZES[unit.category] for unit in branches)
    ]
    villages = [n for n, unit in enumerate(branches) if unit.category is Category.VILLAGE]
    while (difference := MEMBERS - sum(sizes)) != 0:
        n = random.choice(villages)
        step = 1 if difference > 0 else -1
        if 5 <= sizes[n] + step <= 50:
            sizes[n] += step
    return sizes


def _person(random: Random, unit: Unit, on: date) -> _Person:
    rural = unit.category in _RURAL
    if unit.category is Category.RETIRED:
        age = random.triangular(58, 93, 68)
    elif rural:
        age = random.triangular(19.5, 90, 47)
    else:
        age = random.triangular(23, 60, 38)
    birth = date.fromordinal(on.toordinal() - round(age * 365.25))
    sex = "2" if random.random() < (0.2 if rural else 0.34) else "1"
    return _Person(
        unit,
        sex,
        birth,
        _join(random, birth, on),
        _ethnic_group(random, unit),
        _education(random, unit, birth, on),
        _dues(random, unit, birth, on),
    )


def _join(random: Random, birth: date, on: date) -> date:
    """18 or older, on one of the usual days; about one in sixty within the last seventeen months."""
    age = on.toordinal() - birth.toordinal()
    if 19 * 366 < age < 50 * 365 and random.random() < 0.02:
        return on - timedelta(days=random.randint(20, 510))  # a steady intake, so that probation is seen
    first = birth.year + 18
    last = min(birth.year + 50, on.year)
    while True:
        year = round(random.triangular(first, last, min(first + 8, last)))
        month, day = random.choice(_JOIN_DAYS)
        join = date(year, month, day)
        recent = join > add_months(on, -12)
        if join <= on and full_years(birth, join) >= 18 and (not recent or random.random() < 0.6):
            return join
        if on.toordinal() - birth.toordinal() < 20 * 366:
            return on - timedelta(days=random.randint(30, 300))


def _ethnic_group(random: Random, unit: Unit) -> str:
    chance = random.random()
    if unit.township == "保安藏族乡":
        return "04" if chance < 0.7 else "01" if chance < 0.9 else "07"
    if not unit.township:
        return "07" if chance < 0.48 else "01" if chance < 0.97 else "04"
    if unit.township in _HAN_TOWNSHIPS:
        return "01" if chance < 0.78 else "07" if chance < 0.98 else "04"
    return "07" if chance < 0.94 else "01"


def _education(random: Random, unit: Unit, birth: date, on: date) -> str:
    """GB/T 4658 codes; in villages about half of the people stayed below junior high."""
    age = full_years(birth, on)
    if unit.category in _RURAL:
        if age >= 60:
            return random.choices(("90", "83", "81", "71", "61"), (18, 14, 48, 16, 4))[0]
        if age >= 40:
            return random.choices(("83", "81", "73", "71", "61", "41", "31"), (8, 32, 6, 36, 11, 4, 3))[0]
        return random.choices(("81", "71", "61", "44", "41", "31", "21"), (8, 34, 20, 10, 10, 12, 6))[0]
    if age >= 55:
        return random.choices(("71", "61", "41", "31", "21"), (8, 16, 26, 34, 16))[0]
    return random.choices(("61", "41", "31", "21", "14"), (4, 8, 34, 50, 4))[0]


def _dues(random: Random, unit: Unit, birth: date, on: date) -> str:
    age = full_years(birth, on)
    if unit.category is Category.RETIRED:
        return "retired"
    if unit.category in _RURAL:
        if age < 23 and random.random() < 0.4:
            return "student"
        return random.choices(
            ("farmer", "minimum_living", "relief_dependent", "irregular_income", "retired"),
            (86, 4, 1, 6, 3 if age > 60 else 0),
        )[0]
    if unit.category is Category.ENTERPRISE:
        return random.choices(("salaried", "annual_salary", "irregular_income"), (78, 6, 16))[0]
    return "salaried"


def _posts(random: Random, people: Sequence[_Person], on: date) -> dict[int, str]:
    """Committee posts by place in the list (BRANCH18): below 7 full members a secretary and a deputy, else a committee of 3 to 5."""
    full = [n for n, person in enumerate(people) if not person.is_probationary(on)]
    fit = [n for n in full if 25 <= full_years(people[n].birth, on) <= 64] or full
    random.shuffle(fit)
    if len(full) < 7:
        return dict(zip(fit[:2], ("书记", "副书记"), strict=False))
    names = ("书记", "组织委员", "宣传委员", "纪检委员", "副书记")[
        : 3 if len(full) < 15 else 5 if len(full) > 30 else 4
    ]
    return dict(zip(fit, names, strict=False))


def _row(random: Random, person: _Person, sequence: int, *, on: date) -> dict[str, Value]:
    body = f"{SYNTHETIC_REGION}{person.birth:%Y%m%d}{sequence * 2 - (person.sex == '1'):03d}"
    probationary = person.is_probationary(on)
    row: dict[str, Value] = {
        "branch_code": person.unit.code,
        "branch_name": person.unit.short_name,
        "name": (yi_name if person.ethnic_group == "07" else han_name)(random, person.sex),
        "sex": person.sex,
        "ethnic_group": person.ethnic_group,
        "resident_id": body + mod_11_2(body),
        "birth_date": person.birth,
        "education": person.education,
        "native_place": "四川越西"
        if random.random() < 0.93
        else random.choice(("四川甘洛", "四川喜德", "四川冕宁", "四川石棉", "四川美姑")),
        "join_date": person.join,
        "stage": "probationary" if probationary else "full",
        "dues_category": person.dues_category,
        "is_floating": person.unit.category in _RURAL and person.birth.year > 1965 and random.random() < 0.1,
    }
    if not probationary:
        row["confirmation_date"] = add_months(person.join, 12)
    return row
