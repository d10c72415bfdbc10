"""Study hours that meetings brought to those who came."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet, Sum

from zhibu.meetings.models import Attendance
from zhibu.meetings.rules.attendance import CAME
from zhibu.meetings.summaries.pages import one_a_meeting
from zhibu.members.models import Member
from zhibu.members.summaries.one_person import OnePerson

_PART = 5000


def _taught(year: int) -> QuerySet[Attendance, Any]:
    return Attendance.objects.filter(
        status__in=CAME,
        meeting__state="held",
        meeting__study_tenths__gt=0,
        meeting__month__gt=year * 100,
        meeting__month__lte=year * 100 + 12,
    )


def study_hours(member_ids: Collection[int], year: int, *, person: OnePerson | None = None) -> dict[int, int]:
    """Tenths of an hour of a year's meetings, at whatever branch; without who has none.

    Lines of sealed months under a record that was merged are the person's, each meeting once. One query per
    5000 members, one for the merged records unless ``person`` brings them, one more where these members have any.
    """
    listed, found = sorted(member_ids), dict[int, int]()
    for start in range(0, len(listed), _PART):
        rows = _taught(year).filter(member__in=listed[start : start + _PART]).order_by()
        found.update(rows.values_list("member_id").annotate(whole=Sum("meeting__study_tenths")))
    person = person or OnePerson.read()
    merged = {person.of(pk) for pk in person.others(set(listed))}
    if merged:
        brought: dict[int, dict[int, int]] = defaultdict(dict)
        lines = _taught(year).filter(member__in=person.records(merged))
        for pk, meeting, tenths in lines.values_list("member_id", "meeting_id", "meeting__study_tenths"):
            brought[person.of(pk)][meeting] = tenths
        found.update({pk: sum(meetings.values()) for pk, meetings in brought.items()})
    return found


def study_meetings_of(member: Member, year: int) -> list[Attendance]:
    """The meetings of a year that brought the person hours, each once, the latest first. Two queries."""
    rows = _taught(year).filter(member__in=OnePerson.read().records([member.pk]))
    rows = rows.select_related("meeting__branch").defer("meeting__minutes", "meeting__agenda")
    return one_a_meeting(rows.order_by("-meeting__on", "-meeting_id", "-pk"))
