"""Study hours that meetings brought to those who came."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet, Sum

from zhibu.meetings.models import Attendance
from zhibu.meetings.rules.attendance import CAME
from zhibu.members.models import Member

_PART = 5000


def _taught(year: int) -> QuerySet[Attendance, Any]:
    return Attendance.objects.filter(
        status__in=CAME,
        meeting__state="held",
        meeting__study_tenths__gt=0,
        meeting__month__gt=year * 100,
        meeting__month__lte=year * 100 + 12,
    )


def study_hours(member_ids: Collection[int], year: int) -> dict[int, int]:
    """Tenths of an hour of a year's meetings, at whatever branch; without who has none. One query per 5000 members."""
    listed, found = sorted(member_ids), dict[int, int]()
    for start in range(0, len(listed), _PART):
        rows = _taught(year).filter(member__in=listed[start : start + _PART]).order_by()
        found.update(rows.values_list("member_id").annotate(whole=Sum("meeting__study_tenths")))
    return found


def study_meetings_of(member: Member, year: int) -> list[Attendance]:
    """The meetings of a year that brought the member hours, the latest first. One query."""
    rows = _taught(year).filter(member=member).select_related("meeting__branch")
    return list(rows.defer("meeting__minutes", "meeting__agenda").order_by("-meeting__on", "-pk"))
