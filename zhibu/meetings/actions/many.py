"""Many meetings that were held, entered at once: the rows of the single deeds, in a few statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from datetime import time as clock

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import deed, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.months import month_of
from zhibu.core.text import gettext_noop
from zhibu.meetings.actions.meetings import ATTENDANCE_COLUMNS, RECORD, proposed, values_of
from zhibu.meetings.models import Attendance, Meeting, MeetingsLock
from zhibu.meetings.rules.attendance import Person, count, expected, marks
from zhibu.meetings.rules.kinds import SPECS, Kind, check_study
from zhibu.meetings.summaries.people import persons
from zhibu.members.actions.bulk import insert_rows, stored_by
from zhibu.members.models import Member
from zhibu.members.rules.stages import Standing
from zhibu.members.summaries.history import members_on
from zhibu.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class HeldMeeting:
    """A meeting that took place. ``exceptions``: (status, reason) by member; everyone else was present.

    ``study_tenths``: credit hours in tenths for everyone who came.

    ``there``: who belonged to the branch on the day, where that is known; None is who did as far as the books know.
    """

    branch: Organization
    kind: str
    day: date
    time: clock | None = None
    place: str = ""
    title: str = ""
    agenda: str = ""
    chair: str = ""
    recorder: str = ""
    minutes: str = ""
    group: str = ""
    exceptions: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    at: datetime | None = None
    there: Collection[int] | None = None
    study_tenths: int = 0


_COLUMNS = (
    "branch",
    "kind",
    "month",
    "on",
    "time",
    "place",
    "title",
    "agenda",
    "chair",
    "recorder",
    "minutes",
    "group",
    "state",
    "should_attend",
    "should_vote",
    "study_tenths",
    "by",
    "at",
    "held_at",
)


@transaction.atomic
def enter_held_meetings(*, by: Scope, meetings: Sequence[HeldMeeting], on: date) -> list[int]:
    """Enter meetings that took place, with their lists, by the rules of ``plan_meeting`` and ``hold_meeting``.

    Meant for taking over older records: who was in the branch is ``there``, or else who belonged to it on the
    day. Entries must not be there yet. A meeting nobody was to attend is left out. Returns the ids of those
    written. Raises ``Refused`` for a day ahead and for a sealed month; then nothing is written.
    """
    branches = {each.branch.pk: each.branch for each in meetings}
    for branch in branches.values():
        by.require(RECORD, branch.path)
    _check_months(meetings, on=on)
    people = _people(meetings)
    known = _named(meetings, on=on)
    stored = {name: stored_by(Meeting, name) for name in ("on", "time", "minutes", "at", "held_at")}
    now = timezone.now()
    rows, lists = [], []
    for each in meetings:
        kind = Kind(each.kind)
        check_study(kind, each.study_tenths)
        if each.there is None:
            present = people.get((each.branch.pk, each.day), [])
        else:
            present = [known[pk] for pk in each.there]
        listed = expected(kind, present, group=each.group, on=each.day)
        if not listed:
            continue
        lines = marks(listed, excused=proposed(listed), exceptions=each.exceptions)
        totals = count((line.status, line.has_vote) for line in lines)
        at = each.at or now
        rows.append(
            (
                each.branch.pk,
                str(kind),
                month_of(each.day),
                stored["on"](each.day),
                stored["time"](each.time),
                each.place,
                each.title or SPECS[kind].label,
                each.agenda,
                each.chair,
                each.recorder,
                stored["minutes"](each.minutes),
                each.group,
                "held",
                totals.should,
                totals.voters,
                each.study_tenths,
                by.name,
                stored["at"](at),
                stored["held_at"](at),
            )
        )
        lists.append((each, lines))
    ids = insert_rows(Meeting, _COLUMNS, rows)
    insert_rows(
        Attendance,
        ATTENDANCE_COLUMNS,
        [values_of(pk, line) for pk, (_each, lines) in zip(ids, lists, strict=True) for line in lines],
    )
    record_many(
        (
            deed(
                "meetings.meeting.held",
                on=Meeting(pk=pk),
                chain=each.branch.pk,
                path=each.branch.path,
                data={"members": len(lines)},
            )
            for pk, (each, lines) in zip(ids, lists, strict=True)
        ),
        by=by,
    )
    return ids


def _check_months(meetings: Sequence[HeldMeeting], *, on: date) -> None:
    ahead = [each.day for each in meetings if each.day > on]
    if ahead:
        raise Refused(gettext_noop("会议日期{day}在今天以后。召开以后再登记。"), day=max(ahead))
    months = {month_of(each.day) for each in meetings}
    locks = MeetingsLock.objects.filter(month__in=months).values_list("branch_id", "month", "open_until")
    closed = {(branch, month) for branch, month, until in locks if until is None or on >= until}
    if any((each.branch.pk, month_of(each.day)) in closed for each in meetings):
        raise Refused(gettext_noop("有的会议在已经封存的月份里，不能补登。请先核对封存情况。"))


def _named(meetings: Sequence[HeldMeeting], *, on: date) -> dict[int, Person]:
    """Everyone who is named as having been there, also those who have left since: what they are still holds."""
    named = sorted({pk for each in meetings if each.there is not None for pk in each.there})
    known: dict[int, Person] = {}
    for start in range(0, len(named), 500):
        rows = list(Member.objects.filter(pk__in=named[start : start + 500]).defer("resident_id", "phone"))
        known |= {
            pk: replace(person, standing=Standing.ACTIVE) if person.standing == Standing.ENDED else person
            for pk, person in persons(rows, on=on).items()
        }
    return known


def _people(meetings: Sequence[HeldMeeting]) -> dict[tuple[int, date], list[Person]]:
    """Who belonged to the branches on the days of their meetings. Four queries a day."""
    asked: dict[date, set[int]] = {}
    for each in meetings:
        if each.there is None:
            asked.setdefault(each.day, set()).add(each.branch.pk)
    found: dict[tuple[int, date], list[Person]] = {}
    for day, branch_ids in sorted(asked.items()):
        members = members_on(sorted(branch_ids), on=day)
        known = persons(members, on=day)
        for member in members:
            found.setdefault((member.branch_id, day), []).append(known[member.pk])
    return found
