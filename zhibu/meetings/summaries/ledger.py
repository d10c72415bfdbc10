"""The ledger as the monthly record reads it: meetings of a month, who came, facts for points, the lock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from zhibu.meetings.models import Attendance, Meeting, MeetingsLock
from zhibu.meetings.rules.attendance import CAME, Status
from zhibu.meetings.rules.kinds import Kind
from zhibu.organizations.models import Organization

_M03 = frozenset({Kind.MEMBERS_MEETING, Kind.ELECTION_MEETING, Kind.GROUP_MEETING, Kind.PARTY_CLASS})
_YEARLY = frozenset({Kind.ORGANIZATIONAL_LIFE_MEETING, Kind.DEMOCRATIC_APPRAISAL})
_ABSENCE = {
    Kind.THEME_PARTY_DAY: "D01",
    Kind.MEMBERS_MEETING: "D01",
    Kind.ELECTION_MEETING: "D01",
    Kind.ORGANIZATIONAL_LIFE_MEETING: "D04",
    Kind.DEMOCRATIC_APPRAISAL: "D04",
}


def is_locked(branch_id: int, month: int, on: date) -> bool:
    """True when the month's meetings and lists are closed on that day. One query.

    An exception reopens until a day; on that day itself the month is closed again.
    """
    lock = MeetingsLock.objects.filter(branch=branch_id, month=month).only("open_until").first()
    return lock is not None and (lock.open_until is None or on >= lock.open_until)


def lock_beside_line(*, on: date) -> Exists:
    """``is_locked`` as a column beside a line of attendance."""
    rows = MeetingsLock.objects.filter(branch=OuterRef("meeting__branch"), month=OuterRef("meeting__month"))
    return Exists(rows.filter(Q(open_until=None) | Q(open_until__lte=on)))


def month_meetings(branch: Organization, month: int) -> list[Meeting]:
    """Meetings of the branch in the month, planned and held, in their order; canceled ones left out. One query."""
    return list(
        Meeting.objects.filter(branch=branch, month=month)
        .exclude(state="canceled")
        .defer("minutes", "agenda")
        .order_by("on", "time", "pk")
    )


def attendance_of(meeting_ids: Sequence[int]) -> dict[tuple[int, int], Attendance]:
    """Lines of the lists of these meetings, by meeting and member. One query."""
    return {
        (row.meeting_id, row.member_id): row
        for row in Attendance.objects.filter(meeting__in=list(meeting_ids))
    }


@dataclass(frozen=True, slots=True)
class Counts:
    """Figures of a branch's month, over meetings that were held. ``should`` leaves the excused out."""

    meetings: int = 0
    should: int = 0
    came: int = 0
    absent: int = 0


def month_counts(branch_ids: Iterable[int], month: int) -> dict[int, Counts]:
    """Figures by branch; a branch that held nothing has zeros. One query."""
    wanted = list(branch_ids)
    rows = (
        Attendance.objects.filter(meeting__branch__in=wanted, meeting__month=month, meeting__state="held")
        .order_by()
        .values("meeting__branch")
        .annotate(
            meetings=Count("meeting", distinct=True),
            should=Count("pk", filter=~Q(status=Status.EXCUSED)),
            came=Count("pk", filter=Q(status__in=CAME)),
            absent=Count("pk", filter=Q(status=Status.ABSENT)),
        )
    )
    found = {
        row["meeting__branch"]: Counts(row["meetings"], row["should"], row["came"], row["absent"])
        for row in rows
    }
    return {branch_id: found.get(branch_id, Counts()) for branch_id in wanted}


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a meeting says about a member, for the points ledger. ``key`` is the same at every reading."""

    member_id: int
    item: str
    fact_on: date
    key: str


def automatic_facts(branch: Organization, month: int) -> list[Fact]:
    """Facts of the branch's month for points items (points.toml). Two queries.

    M01: came to a theme Party day; M03: came to a members' meeting, group meeting or Party class; both once a
    month. Y02: came to the organizational life meeting and to the appraisal of the year, told in the month of
    the later one. D01 and D04: absent without leave, for each meeting. Leave and excuses cost nothing; which
    classes of members an item applies to is the points ledger's own rule.
    """
    return automatic_facts_of([branch.pk], month).get(branch.pk, [])


def automatic_facts_of(branch_ids: Sequence[int], month: int) -> dict[int, list[Fact]]:
    """``automatic_facts`` of many branches, by branch; those without meetings are left out. Two queries."""
    meetings = {
        row.pk: row
        for row in Meeting.objects.filter(telling(month), branch__in=list(branch_ids), state="held")
        .only("branch", "kind", "on", "month")
        .order_by("on", "pk")
    }
    lines: dict[int, list[tuple[int, int, str]]] = {}
    rows = (
        Attendance.objects.filter(meeting__in=list(meetings))
        .filter(status__in=[*CAME, Status.ABSENT])
        .order_by("meeting__on", "meeting_id", "member_id")
        .values_list("meeting_id", "member_id", "status")
    )
    for meeting_id, member_id, status in rows:
        lines.setdefault(meetings[meeting_id].branch_id, []).append((meeting_id, member_id, status))
    return {branch: facts_from(meetings, own, month) for branch, own in lines.items()}


def facts_at_hand(
    branch_id: int, month: int, meetings: Iterable[Meeting], attendance: Iterable[Attendance]
) -> list[Fact]:
    """``automatic_facts`` from the month's meetings and lines at hand: no query, but the two where a meeting counts
    for the year together with an earlier one."""
    held = {meeting.pk: meeting for meeting in meetings if meeting.state == "held"}
    if any(meeting.kind in _YEARLY for meeting in held.values()):
        return automatic_facts_of([branch_id], month).get(branch_id, [])
    lines = sorted(
        (held[row.meeting_id].on, row.meeting_id, row.member_id, row.status)
        for row in attendance
        if row.meeting_id in held and row.status in {*CAME, Status.ABSENT}
    )
    return facts_from(held, (line[1:] for line in lines), month)


def telling(month: int) -> Q:
    """The meetings that facts of a month come from: its own, and the yearly ones earlier in the year."""
    return Q(month=month) | Q(kind__in=_YEARLY, month__gte=month // 100 * 100 + 1, month__lt=month)


def facts_from(
    meetings: Mapping[int, Meeting], lines: Iterable[tuple[int, int, str]], month: int
) -> list[Fact]:
    """``automatic_facts`` of one branch whose rows have been read: held meetings (see ``telling``), and its lines
    (meeting, member, status) in the order of day, meeting and member."""
    found: dict[str, Fact] = {}
    yearly: dict[int, dict[Kind, date]] = {}
    for meeting_id, member_id, status in lines:
        meeting = meetings[meeting_id]
        kind = Kind(meeting.kind)
        if status in CAME and kind in _YEARLY:
            _told_once_a_year(yearly.setdefault(member_id, {}), kind, meeting, member_id, month, found)
        if meeting.month != month:
            continue
        if status == Status.ABSENT and kind in _ABSENCE:
            item = _ABSENCE[kind]
            key = f"meetings:{item}:{meeting_id}:{member_id}"
        elif status in CAME and (kind == Kind.THEME_PARTY_DAY or kind in _M03):
            item = "M01" if kind == Kind.THEME_PARTY_DAY else "M03"
            key = f"meetings:{item}:{month}:{member_id}"
        else:
            continue
        found.setdefault(key, Fact(member_id, item, meeting.on, key))
    return list(found.values())


def _told_once_a_year(
    attended: dict[Kind, date],
    kind: Kind,
    meeting: Meeting,
    member_id: int,
    month: int,
    found: dict[str, Fact],
) -> None:
    """Y02 when the second of the two yearly meetings comes together in this very month."""
    was_whole = len(attended) == len(_YEARLY)
    attended.setdefault(kind, meeting.on)
    if len(attended) == len(_YEARLY) and not was_whole and meeting.month == month:
        key = f"meetings:Y02:{month // 100}:{member_id}"
        found.setdefault(key, Fact(member_id, "Y02", meeting.on, key))
