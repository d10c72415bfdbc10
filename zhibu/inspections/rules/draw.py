"""季督: how a sample is drawn. A function of population, signs of risk, seed and rule; anyone can draw it again. Pure.

Order of the draw: whoever has the smaller SHA-256 of "seed:number" comes first. The text is hashed as UTF-8
and compared as hexadecimal, so that any tool gives the same order. A branch's members are drawn apart from
every other branch's, so that a branch can check its own list knowing nothing of the others.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256

from zhibu.core.text import gettext_noop


class Sign(StrEnum):
    """Signs of risk of a branch. None is a verdict: each only makes the sample larger."""

    LATE = "late"
    RETURNED = "returned"
    CORRECTIONS = "corrections"
    IDENTICAL = "identical"


SIGN_LABELS: Mapping[Sign, str] = {
    Sign.LATE: gettext_noop("月记晚交"),
    Sign.RETURNED: gettext_noop("月记被退回"),
    Sign.CORRECTIONS: gettext_noop("更正较多"),
    Sign.IDENTICAL: gettext_noop("各月雷同"),
}
RANDOM = "random"
WHOLE = "whole"
"""Why: the organization itself is inspected, nobody was drawn."""

SIGN_METHODS: Mapping[Sign, str] = {
    Sign.LATE: gettext_noop("数最近几个月里晚于规定日期提交的月记。"),
    Sign.RETURNED: gettext_noop("数最近几个月里月记被党委退回的次数。"),
    Sign.CORRECTIONS: gettext_noop("数记在最近几个月的党费冲正和积分冲正，本人有冲正的党员先抽。"),
    Sign.IDENTICAL: gettext_noop("数点清的现金、到会人数、手工积分条数都相同的连续月数，最长的一段。"),
}
SIGN_CAUSES: Mapping[Sign, str] = {
    Sign.LATE: gettext_noop("常见的正当原因：停电断网、书记外出或换人。"),
    Sign.RETURNED: gettext_noop("常见的正当原因：新手填错一格、党委要补一张凭证。"),
    Sign.CORRECTIONS: gettext_noop("常见的正当原因：核定标准有变、交错月份后改正，改正本身是对的。"),
    Sign.IDENTICAL: gettext_noop("常见的正当原因：人少、标准固定、大家都按时交党费和到会。"),
}


class Kind(StrEnum):
    """Kinds of inspections."""

    QUARTERLY = "quarterly"
    SPOT = "spot"
    COMMITTEE = "committee"


KIND_LABELS: Mapping[Kind, str] = {
    Kind.QUARTERLY: gettext_noop("季督"),
    Kind.SPOT: gettext_noop("抽查"),
    Kind.COMMITTEE: gettext_noop("查党委工作"),
}


@dataclass(frozen=True, slots=True)
class DrawRule:
    """The published rule of a draw.

    ``percent`` of each branch's members, rounded up, at least ``least``; ``extra`` more for each sign the
    branch shows (at or above its threshold). ``branches``: how many branches a spot check draws, None for
    all. ``months``: the months the sheet compares; ``window``: the months the signs were counted over.
    """

    percent: int
    least: int
    extra: int
    thresholds: Mapping[str, int]
    branches: int | None = None
    months: tuple[int, ...] = ()
    window: tuple[int, ...] = ()

    def dump(self) -> dict[str, object]:
        """As it is stored with the inspection."""
        return {
            "percent": self.percent,
            "least": self.least,
            "extra": self.extra,
            "thresholds": dict(self.thresholds),
            "branches": self.branches,
            "months": list(self.months),
            "window": list(self.window),
        }

    @classmethod
    def load(cls, stored: Mapping[str, object]) -> "DrawRule":
        """What ``dump`` wrote."""
        facts = dict(stored)
        months, window = facts.pop("months", ()), facts.pop("window", ())
        return cls(**facts, months=tuple(months), window=tuple(window))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Population:
    """A branch with its members (ids) and what was counted on the day of the draw.

    ``counts``: sign -> how often; ``corrected``: member -> own corrections.
    """

    branch: int
    members: tuple[int, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    corrected: Mapping[int, int] = field(default_factory=dict)

    def dump(self) -> dict[str, object]:
        """As it is stored with the inspection."""
        return {
            "branch": self.branch,
            "members": sorted(self.members),
            "counts": dict(self.counts),
            "corrected": {str(pk): n for pk, n in sorted(self.corrected.items())},
        }

    @classmethod
    def load(cls, stored: Mapping[str, object]) -> "Population":
        """What ``dump`` wrote."""
        corrected: Mapping[str, int] = stored.get("corrected", {})  # type: ignore[assignment]
        return cls(
            int(stored["branch"]),  # type: ignore[call-overload]
            tuple(stored["members"]),  # type: ignore[arg-type]
            dict(stored.get("counts", {})),  # type: ignore[call-overload]
            {int(pk): n for pk, n in corrected.items()},
        )


@dataclass(frozen=True, slots=True, order=True)
class Drawn:
    """A member drawn: ``why`` is random or the sign that made the place."""

    branch: int
    member: int
    why: str = RANDOM


def rank(seed: str, number: int | str) -> str:
    """The place in the order of the draw.

    >>> rank("a", 1)[:8], rank("a", 1) == rank("a", "1")
    ('2b2c40a6', True)
    """
    return sha256(f"{seed}:{number}".encode()).hexdigest()


def signs_of(counts: Mapping[str, int], thresholds: Mapping[str, int]) -> tuple[Sign, ...]:
    """The signs a branch shows: counted at least as often as the rule's threshold (0 switches a sign off)."""
    return tuple(sign for sign in Sign if 0 < thresholds.get(sign, 0) <= counts.get(sign, 0))


def random_places(members: int, rule: DrawRule) -> int:
    """How many of a branch are drawn at random: the share rounded up, at least ``least``, at most all.

    >>> rule = DrawRule(20, 2, 1, {})
    >>> [random_places(n, rule) for n in (0, 1, 3, 10, 11, 35)]
    [0, 1, 2, 2, 3, 7]
    """
    return min(members, max(rule.least, -(-members * rule.percent // 100)))


def draw(population: Iterable[Population], seed: str, rule: DrawRule) -> tuple[Drawn, ...]:
    """The sample, by branch and member. The order in which the population comes does not matter."""
    drawn: list[Drawn] = []
    for each in branches_drawn(population, seed, rule):
        drawn += _of_branch(each, seed, rule)
    return tuple(sorted(drawn))


def branches_drawn(population: Iterable[Population], seed: str, rule: DrawRule) -> Sequence[Population]:
    """All branches with members; of a spot check, up to half of the places by signs, the rest at random."""
    listed = sorted((each for each in population if each.members), key=lambda each: each.branch)
    if rule.branches is None or rule.branches >= len(listed):
        return listed
    order = sorted(listed, key=lambda each: rank(seed, f"branch:{each.branch}"))
    risky = [each for each in order if signs_of(each.counts, rule.thresholds)]
    risky.sort(key=lambda each: -len(signs_of(each.counts, rule.thresholds)))
    chosen = risky[: rule.branches // 2]
    taken = {each.branch for each in chosen}
    chosen += [each for each in order if each.branch not in taken][: rule.branches - len(chosen)]
    return sorted(chosen, key=lambda each: each.branch)


def _of_branch(each: Population, seed: str, rule: DrawRule) -> list[Drawn]:
    order = sorted(set(each.members), key=lambda member: rank(seed, member))
    places = random_places(len(order), rule)
    drawn = [Drawn(each.branch, member) for member in order[:places]]
    # Stable: among as many own corrections the order of the draw stays.
    rest = sorted(order[places:], key=lambda member: -each.corrected.get(member, 0))
    for sign in signs_of(each.counts, rule.thresholds):
        drawn += [Drawn(each.branch, member, sign) for member in rest[: rule.extra]]
        rest = rest[rule.extra :]
    return drawn


def fingerprint(drawn: Collection[Drawn]) -> str:
    """Twelve characters by which two printed lists are compared without reading the names."""
    told = "|".join(f"{each.branch}:{each.member}:{each.why}" for each in sorted(drawn))
    return sha256(told.encode()).hexdigest()[:12].upper()


def longest_run(rows: Iterable[tuple[int, object]]) -> int:
    """The most months in a row with the same value; 1 means no two alike, 0 no month at all.

    >>> longest_run([(202611, 1), (202612, 1), (202701, 1), (202703, 1)]), longest_run([])
    (3, 0)
    """
    best = length = 0
    before: tuple[int, object] | None = None
    for month, value in sorted(rows, key=lambda row: row[0]):
        is_same = before is not None and before == (month_before(month), value)
        length = length + 1 if is_same else 1
        best, before = max(best, length), (month, value)
    return best


def month_before(month: int) -> int:
    """The month before.

    >>> month_before(202601), month_before(202611)
    (202512, 202610)
    """
    return month - 1 if month % 100 > 1 else month - 89


def months_over(on: date, count: int) -> tuple[int, ...]:
    """The last ``count`` months that are over on that day, oldest first.

    >>> months_over(date(2026, 2, 3), 3)
    (202511, 202512, 202601)
    """
    month, found = on.year * 100 + on.month, []
    for _ in range(count):
        month = month_before(month)
        found.append(month)
    return tuple(reversed(found))


def quarter_of(on: date) -> int:
    """20264 for the fourth quarter of 2026.

    >>> quarter_of(date(2026, 11, 24)), quarter_of(date(2026, 1, 1))
    (20264, 20261)
    """
    return on.year * 10 + (on.month + 2) // 3


def quarter_ends(quarter: int) -> date:
    """The first day after the quarter.

    >>> quarter_ends(20264), quarter_ends(20261)
    (datetime.date(2027, 1, 1), datetime.date(2026, 4, 1))
    """
    year, number = divmod(quarter, 10)
    return date(year + number // 4, number % 4 * 3 + 1, 1)
