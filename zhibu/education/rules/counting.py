"""What counts in a year: the target and its share, and the part of distance education. Pure.

Sources: TRAIN (全国党员教育培训工作规划 2019-2023): 32 hours of everyone, 56 and at least one concentrated class of a
branch's secretary and the members of its committee; education.md for the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from zhibu.education.rules.entries import Mode


@dataclass(frozen=True, slots=True)
class Terms:
    """What the county asks for, in tenths of an hour: of everyone and of who leads a branch, most of a day's practice.

    ``leaders_class``: whether leaders must attend a concentrated class. ``distance_percent``: how much of the year's target distance education may cover at most.
    """

    yearly: int = 320
    leader: int = 560
    leaders_class: bool = True
    distance_percent: int = 50
    practice_day: int = 40


@dataclass(frozen=True, slots=True)
class Hours:
    """A member's year in tenths of an hour.

    ``own``: the ledger's entries by mode, ``meetings``: what attended meetings brought, ``earned``: all together,
    ``counted``: without the distance education above its share, ``target``: what the year asks of the member,
    ``needs_class``: whether it asks for a concentrated class as well.
    """

    target: int
    meetings: int = 0
    own: Mapping[str, int] = field(default_factory=dict)
    earned: int = 0
    counted: int = 0
    needs_class: bool = False

    @property
    def lacks_class(self) -> bool:
        """True while the concentrated class is missing that the year asks for."""
        return self.needs_class and self.own.get(Mode.CENTRALIZED_CLASS, 0) <= 0

    @property
    def is_short(self) -> bool:
        """True while hours or the class are missing."""
        return self.left > 0 or self.lacks_class

    @property
    def left(self) -> int:
        """What is still missing."""
        return max(self.target - self.counted, 0)

    @property
    def entered(self) -> int:
        """What the ledger holds, without the meetings."""
        return self.earned - self.meetings

    @property
    def not_counted(self) -> int:
        """Distance education above its share."""
        return self.earned - self.counted

    def share_of(self, points: int) -> int:
        """Points for the share of the target that was reached, rounded down to a tenth (points.toml Y01).

        >>> Hours(target=320, earned=160, counted=160).share_of(30), Hours(target=320, earned=900, counted=900).share_of(30)
        (15, 30)
        """
        return min(points * max(self.counted, 0) // self.target, points) if self.target else 0


def months_in(joined_year: int, joined_month: int, year: int) -> int:
    """Months of the year that are asked for: who joins in it starts with the month of joining (points.toml joins_mid_year).

    >>> months_in(2009, 6, 2026), months_in(2026, 6, 2026), months_in(2027, 1, 2026)
    (12, 7, 0)
    """
    if joined_year < year:
        return 12
    return 13 - joined_month if joined_year == year else 0


def target_of(terms: Terms, *, is_leader: bool, months: int) -> int:
    """What a year asks of a member: the share of the months, rounded in the member's favor (TRAIN: 32, leaders 56).

    >>> target_of(Terms(), is_leader=False, months=12), target_of(Terms(), is_leader=True, months=7)
    (320, 326)
    """
    return (terms.leader if is_leader else terms.yearly) * months // 12


def count(terms: Terms, own: Mapping[str, int], *, meetings: int, target: int) -> Hours:
    """Add up a year. Distance education counts up to its share of the target, everything else in full.

    >>> count(Terms(), {"distance_education": 300, "night_school": 40}, meetings=20, target=320).counted
    220
    """
    earned = sum(own.values()) + meetings
    distance = own.get(Mode.DISTANCE_EDUCATION, 0)
    over = max(distance - target * terms.distance_percent // 100, 0)
    return Hours(target, meetings, dict(own), earned, earned - over)
