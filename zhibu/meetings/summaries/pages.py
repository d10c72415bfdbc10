"""Reads of the pages: lists of meetings, one meeting, open decisions, a member's year, village matters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from zhibu.core.access import Scope
from zhibu.meetings.models import (
    Appraisal,
    Attachment,
    Attendance,
    Decision,
    Meeting,
    MeetingsLock,
    VillageFile,
    VillageMatter,
    VillageStep,
    Vote,
)
from zhibu.meetings.querysets import OfMeeting
from zhibu.meetings.rules.attendance import CAME, Counts, Excuse, Status, count
from zhibu.meetings.rules.village import STEPS, Step, findings, notice_days
from zhibu.meetings.rules.votes import Written
from zhibu.members.models import Member
from zhibu.members.summaries.one_person import OnePerson
from zhibu.organizations.models import Organization
from zhibu.organizations.querysets import AtBranch
from zhibu.organizations.rules import BRANCH_KINDS

READ = "meetings.read"


def _under(rows: Any, organization: Organization | None, lookup: str) -> Any:
    """Rows at the organization or below it; the county's own condition is left out."""
    if organization is None or organization.parent_id is None:
        return rows
    if organization.kind in BRANCH_KINDS:
        return rows.filter(**{lookup: organization})
    return rows.filter(**{f"{lookup}__path__startswith": organization.path})


def months_of(period: int) -> tuple[int, int]:
    """First and last month of 202611 (a month) or 2026 (a year).

    >>> months_of(202611), months_of(2026)
    ((202611, 202611), (202601, 202612))
    """
    return (period, period) if period > 9999 else (period * 100 + 1, period * 100 + 12)


def meeting_rows(
    scope: Scope, organization: Organization | None, *, period: int, kind: str = "", state: str = ""
) -> AtBranch[Meeting]:
    """Meetings of a month (202611) or a year (2026), newest first, with ``came``. Canceled ones only when asked for."""
    first, last = months_of(period)
    rows = _under(Meeting.objects.visible_to(scope, READ), organization, "branch").filter(
        month__gte=first, month__lte=last
    )
    if kind:
        rows = rows.filter(kind=kind)
    rows = rows.filter(state=state) if state else rows.exclude(state="canceled")
    came = (
        Attendance.objects.filter(meeting=OuterRef("pk"), status__in=CAME)
        .order_by()
        .values("meeting")
        .annotate(n=Count("pk"))
        .values("n")
    )
    found: AtBranch[Meeting] = (
        rows.select_related("branch__parent")
        .defer("minutes", "agenda")
        .annotate(came=Coalesce(Subquery(came), 0))
        .order_by("-on", "-pk")
    )
    return found


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """One meeting with all that hangs on it. ``lines`` in the order of the list, with their members.

    ``sealed_at``: when the month was sealed; what was entered after it is shown as added later.
    """

    meeting: Meeting
    lines: list[Attendance]
    counts: Counts
    votes: list[Vote]
    decisions: list[Decision]
    attachments: list[Attachment]
    grades: dict[int, Appraisal]
    sealed_at: datetime | None = None

    def is_late(self, entered_at: datetime | None) -> bool:
        """Added after the month was sealed: no part of what the seal covers."""
        return self.sealed_at is not None and entered_at is not None and entered_at > self.sealed_at

    @property
    def late(self) -> list[Attachment | Decision]:
        """Files and decisions that were added after the seal."""
        rows: list[Attachment | Decision] = [*self.attachments, *self.decisions]
        return [row for row in rows if self.is_late(row.at)]

    @property
    def members(self) -> int:
        """All members on the list, on probation and excused ones too; not those whose standing is suspended."""
        return sum((line.status, line.reason) != (Status.EXCUSED, Excuse.SUSPENDED) for line in self.lines)

    @property
    def exceptions(self) -> list[Attendance]:
        """Lines of those who were not simply present."""
        return [line for line in self.lines if line.status != "present"]


def written_of(vote: Vote) -> Written:
    """The written opinions that were counted."""
    return Written(vote.written_ayes, vote.written_noes, vote.written_abstained)


def lines_of(meeting: Meeting) -> list[Attendance]:
    """The list of a meeting in the order of the screen: by pinyin. One query."""
    return list(
        Attendance.objects.filter(meeting=meeting)
        .select_related("member")
        .only(
            "meeting",
            "status",
            "reason",
            "has_vote",
            "version",
            "member__name",
            "member__pinyin",
            "member__stage",
            "member__standing",
            "member__group",
            "member__branch",
            "member__is_synthetic",
        )
        .order_by("member__pinyin", "member_id")
    )


def counts_of(lines: list[Attendance]) -> Counts:
    """Figures of a list that was read."""
    return count((line.status, line.has_vote) for line in lines)


def meeting_page(meeting: Meeting) -> MeetingPage:
    """Six queries."""
    lines = lines_of(meeting)
    return MeetingPage(
        meeting,
        lines,
        counts_of(lines),
        list(Vote.objects.filter(meeting=meeting).order_by("pk")),
        list(Decision.objects.filter(meeting=meeting).order_by("due_on", "pk")),
        list(Attachment.objects.filter(meeting=meeting).defer("content").order_by("pk")),
        {row.member_id: row for row in Appraisal.objects.filter(meeting=meeting)},
        MeetingsLock.objects.filter(branch=meeting.branch_id, month=meeting.month)
        .values_list("locked_at", flat=True)
        .first(),
    )


def decision_rows(
    scope: Scope, organization: Organization | None, *, show: str = "", on: date
) -> OfMeeting[Decision]:
    """Decisions, the nearest due first. ``show``: overdue, done, or "" for all open ones."""
    rows = _under(Decision.objects.visible_to(scope, READ), organization, "meeting__branch").exclude(
        meeting__state="canceled"
    )
    if show == "done":
        rows = rows.exclude(done_on=None).order_by("-done_on", "-pk")
    else:
        rows = rows.filter(done_on=None).order_by("due_on", "pk")
        if show == "overdue":
            rows = rows.filter(due_on__lt=on)
    found: OfMeeting[Decision] = rows.select_related("meeting__branch__parent").defer(
        "meeting__minutes", "meeting__agenda"
    )
    return found


@dataclass(frozen=True, slots=True)
class OfYear:
    """A member's attendance of a year: its lines, newest first, and their figures."""

    year: int
    lines: list[Attendance]
    counts: Counts
    grade: str


def year_of(member: Member, year: int) -> OfYear:
    """Three queries. Lines of sealed months under a record that was merged are the person's: one a meeting."""
    lines = one_a_meeting(
        Attendance.objects.filter(
            member__in=OnePerson.read().records([member.pk]),
            meeting__state="held",
            meeting__month__gte=year * 100 + 1,
            meeting__month__lte=year * 100 + 12,
        )
        .select_related("meeting")
        .defer("meeting__minutes", "meeting__agenda")
        .order_by("-meeting__on", "-meeting_id")
    )
    # The grade of a year is given in its last months or at the beginning of the next: show the latest known.
    grade = (
        Appraisal.objects.filter(member=member, year__lte=year)
        .exclude(grade="")
        .order_by("-year")
        .values_list("grade", "year")
        .first()
    )
    return OfYear(year, lines, counts_of(lines), grade[0] if grade and grade[1] >= year - 1 else "")


def one_a_meeting(lines: Iterable[Attendance]) -> list[Attendance]:
    """Of two lines of one person for a meeting the one that says the person came, in the order given."""
    found: dict[int, Attendance] = {}
    for line in lines:
        if line.meeting_id not in found or line.status in CAME:
            found[line.meeting_id] = line
    return list(found.values())


def matter_rows(
    scope: Scope, organization: Organization | None, *, state: str = ""
) -> AtBranch[VillageMatter]:
    """Village matters, newest first, with ``done`` (number of steps) and ``last`` (the highest number)."""
    rows = _under(VillageMatter.objects.visible_to(scope, READ), organization, "branch")
    if state:
        rows = rows.filter(state=state)
    found: AtBranch[VillageMatter] = (
        rows.select_related("branch__parent")
        .annotate(done=Count("steps"), last=Max("steps__number"), latest=Max("steps__on"))
        .order_by("-opened_on", "-pk")
    )
    return found


@dataclass(frozen=True, slots=True)
class StepLine:
    """One of the six steps as the page shows it. ``is_next``: the one to be done now. ``days``: how long the notice hangs."""

    number: int
    label: str
    help: str
    row: VillageStep | None
    is_skipped: bool
    is_next: bool
    days: int = 0
    files: tuple[VillageFile, ...] = ()


@dataclass(frozen=True, slots=True)
class MatterPage:
    """A village matter with its six steps and what an inspector would note."""

    steps: list[StepLine]
    findings: list[Any]
    is_synthetic: bool = False


def matter_page(matter: VillageMatter) -> MatterPage:
    """Three queries."""
    rows: Mapping[int, VillageStep] = {row.number: row for row in VillageStep.objects.filter(matter=matter)}
    files: dict[int, list[VillageFile]] = {}
    for file in VillageFile.objects.filter(step__matter=matter).defer("content").order_by("pk"):
        files.setdefault(file.step_id, []).append(file)
    last = max(rows, default=0)
    known = {
        n: Step(n, row.on, row.present, row.should, row.ayes, row.place, row.until) for n, row in rows.items()
    }
    return MatterPage(
        [
            StepLine(
                number,
                label,
                text,
                rows.get(number),
                is_skipped=number < last and number not in rows,
                is_next=number == last + 1,
                days=notice_days(known[number]) if number in known else 0,
                files=tuple(files.get(rows[number].pk, ())) if number in rows else (),
            )
            for number, (label, text) in STEPS.items()
        ],
        findings(known),
        Member.objects.filter(branch=matter.branch_id, is_synthetic=True).exists(),
    )


def open_before(scope: Scope, permission: str, *, on: date) -> Any:
    """Meetings planned for a day that has passed, not yet said to be held; oldest first."""
    return (
        Meeting.objects.visible_to(scope, permission)
        .filter(state="planned", on__lt=on)
        .select_related("branch")
        .defer("minutes", "agenda")
        .order_by("on", "pk")
    )


def due_decisions(scope: Scope, permission: str, *, before: date) -> Any:
    """Open decisions due before a day, oldest first."""
    return (
        Decision.objects.visible_to(scope, permission)
        .filter(done_on=None, due_on__lt=before)
        .exclude(meeting__state="canceled")
        .select_related("meeting__branch")
        .defer("meeting__minutes", "meeting__agenda")
        .order_by("due_on", "pk")
    )
