"""Two branches that handed months in late, so that signs show: a new secretary caught up, another after the draw."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from zhibu.core.months import first_day, month_of, shift_month
from zhibu.demo.history.setting import Setting, draw_day
from zhibu.organizations.models import Organization

_CAUGHT_UP = slice(3, 6)  # places among the twelve months
_AFTER_DRAW = 4


@dataclass(frozen=True, slots=True)
class Late:
    """When a month's book was entered, handed in and sealed."""

    entered: datetime
    submitted: datetime
    sealed: datetime


def late_books(setting: Setting, branch: Organization, month: int) -> Late | None:
    """The moments of a month that came late; None for all other months."""
    if branch == setting.belated and month in setting.months[_CAUGHT_UP]:
        day = first_day(setting.months[_CAUGHT_UP.stop]).replace(day=16)
        return _late(day, setting.months[_CAUGHT_UP].index(month))
    if branch == setting.hurried and month in setting.sealed:
        drawn = draw_day(setting.on)
        before = [shift_month(month_of(drawn), -2), shift_month(month_of(drawn), -1)]
        if month in before:
            return _late(drawn + timedelta(_AFTER_DRAW), before.index(month))
    return None


def _late(day: date, n: int) -> Late:
    """An hour for each of several months on one day, sealed two days later in their order."""

    def at(moment: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(moment, time(hour, minute), tzinfo=timezone.get_current_timezone())

    return Late(at(day, 14 + n, 5), at(day, 14 + n, 50), at(day + timedelta(2), 9 + n))
