"""How people of the demonstration pay and attend: drawn once with a seed, so that months resemble each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from zhibu.core.dates import full_years
from zhibu.core.months import first_day
from zhibu.demo.history.presence import Person
from zhibu.demo.names import han_name, yi_name
from zhibu.demo.workbooks import SEED

UNPAID: Mapping[str, object] = {"how": "unpaid"}
_OLD = 76


@dataclass(frozen=True, slots=True)
class Habit:
    """A member's usual way. ``dues``: a cell's value, {} for by oneself in cash. Shares of absences in 1."""

    dues: Mapping[str, object]
    leave: float
    absent: float


def habits(everyone: Sequence[Person], *, year: int) -> dict[int, Habit]:
    """The usual way of each, by member."""
    dice = Random(f"{SEED} habits")
    return {person.pk: _habit(dice, person, year) for person in everyone}


def _habit(dice: Random, person: Person, year: int) -> Habit:
    age = full_years(person.born, first_day(year * 100 + 1))
    chance, leave, absent = dice.random(), dice.triangular(0.0, 0.14, 0.02), 0.0
    if dice.random() < 0.07:
        absent = dice.triangular(0.04, 0.2)
    if age >= _OLD:
        leave += 0.1
    dues: Mapping[str, object] = {}
    payer = yi_name(dice, "1") if person.ethnic_group == "07" else han_name(dice, "1")
    if person.is_floating:
        if chance < 0.55:
            dues = {"how": "proxy", "payer": payer}
        elif chance < 0.75:
            dues = {"how": "host", "note": "流动党员活动证登记页"}
        else:
            dues = {"how": "self", "channel": "transfer"}
    elif age >= _OLD and chance < 0.3:
        dues = {"how": "proxy", "payer": payer}
    elif person.category == "salaried" and chance < 0.06:
        dues = {"how": "self", "channel": "transfer"}
    return Habit(dues, leave, absent)


def attendance(dice: Random, there: Sequence[int], known: Mapping[int, Habit]) -> dict[int, tuple[str, str]]:
    """Exceptions of one meeting: leave with its reason, absence without."""
    found: dict[int, tuple[str, str]] = {}
    for pk in there:
        chance, habit = dice.random(), known[pk]
        if chance < habit.absent:
            found[pk] = ("absent", "")
        elif chance < habit.absent + habit.leave:
            found[pk] = ("leave", dice.choice(("生病", "外出办事", "照顾家人", "农忙", "值班")))
    return found


def cells(
    dice: Random,
    there: Sequence[int],
    known: Mapping[int, Habit],
    *,
    unpaid: Mapping[int, int],
    owes: Mapping[int, bool],
    month: int,
) -> dict[int, Mapping[str, object]]:
    """Dues that differ from the usual case. ``unpaid``: the first month not paid, by member."""
    found: dict[int, Mapping[str, object]] = {}
    for pk in there:
        chance = dice.random()
        if not owes.get(pk):
            continue
        if pk in unpaid and month >= unpaid[pk]:
            found[pk] = UNPAID
        elif known[pk].dues:
            found[pk] = known[pk].dues
        elif chance < 0.002:
            found[pk] = UNPAID
        elif chance < 0.006:
            found[pk] = {"how": "self", "channel": "transfer"}
    return found
