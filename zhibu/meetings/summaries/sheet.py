"""The attendance ledger of a branch and a year: rows are members, columns are meetings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhibu.meetings.models import Attendance, Meeting
from zhibu.meetings.rules.attendance import Counts, count
from zhibu.members.models import Member
from zhibu.members.summaries.history import as_on
from zhibu.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A member's year. ``cells``: (status, reason) by meeting; "" where the member was not on the list."""

    name: str
    is_probationary: bool
    cells: tuple[tuple[str, str], ...]
    counts: Counts


@dataclass(frozen=True, slots=True)
class Sheet:
    """The year of a branch: meetings that were held, in their order, and everyone who was on one of the lists."""

    branch: Organization
    year: int
    meetings: list[Meeting]
    lines: list[SheetLine]
    totals: list[Counts]


def attendance_sheet(branch: Organization, year: int, *, kind: str = "") -> Sheet:
    """Three queries; with ``kind`` the meetings of one kind. Who has left the branch since stays in the rows of the meetings that counted them; the stage is
    that of the year's last day."""
    held = Meeting.objects.filter(
        branch=branch, state="held", month__gte=year * 100 + 1, month__lte=year * 100 + 12
    )
    if kind:
        held = held.filter(kind=kind)
    meetings = list(held.defer("minutes", "agenda").order_by("on", "time", "pk"))
    place = {meeting.pk: n for n, meeting in enumerate(meetings)}
    rows: dict[int, list[Attendance | None]] = {}
    for line in (
        Attendance.objects.filter(meeting__in=list(place))
        .select_related("member")
        .defer("member__resident_id", "member__phone")
        .order_by("member__pinyin", "member_id")
    ):
        rows.setdefault(line.member_id, [None] * len(meetings))[place[line.meeting_id]] = line
    as_on([_member(cells) for cells in rows.values()], on=date(year, 12, 31))
    return Sheet(
        branch,
        year,
        meetings,
        [_line(cells) for cells in rows.values()],
        [_counts([cells[n] for cells in rows.values()]) for n in range(len(meetings))],
    )


def _line(cells: Sequence[Attendance | None]) -> SheetLine:
    member = _member(cells)
    return SheetLine(
        member.name,
        member.stage == "probationary",
        tuple((line.status, line.reason) if line is not None else ("", "") for line in cells),
        _counts(cells),
    )


def _member(cells: Sequence[Attendance | None]) -> Member:
    return next(line for line in cells if line is not None).member


def _counts(cells: Sequence[Attendance | None]) -> Counts:
    return count((line.status, line.has_vote) for line in cells if line is not None)
