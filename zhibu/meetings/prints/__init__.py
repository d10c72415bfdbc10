"""Minutes and sheets to sign, as A4 documents."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from django.utils import timezone

from zhibu.core.db import key_ring
from zhibu.meetings.models import Attendance, Meeting, Vote
from zhibu.meetings.rules.appraisal import GRADE_LABELS, Grade
from zhibu.meetings.rules.attendance import CAME, Status, reason_label
from zhibu.meetings.rules.kinds import SPECS, Kind
from zhibu.meetings.rules.votes import needed_ayes, needed_present
from zhibu.meetings.summaries.pages import MeetingPage, written_of
from zhibu.meetings.summaries.people import SignInLine
from zhibu.organizations.labels import name_on
from zhibu.printing.engine import render
from zhibu.printing.glyphs import with_boxes

FOLDER = Path(__file__).parents[1] / "print"
_SHEET_ROWS = 20  # a column; two columns a page


def minutes_pdf(page: MeetingPage, *, printed_by: str, at: datetime) -> bytes:
    """The minutes with list, votes and decisions, to be signed. Load the branch first. Raises ``PrintError``."""
    meeting, counts = page.meeting, page.counts
    data = _head(meeting, printed_by, at) | {
        "title": with_boxes(meeting.title),
        "kind": SPECS[Kind(meeting.kind)].label,
        "chair": with_boxes(meeting.chair),
        "recorder": with_boxes(meeting.recorder),
        "is_held": meeting.state == "held",
        "should": counts.should,
        "came": counts.came,
        "voters": counts.voters,
        "present": _names(page.lines, CAME),
        "groups": [
            {"label": label, "names": names}
            for label, names in (
                ("线上参加", _names(page.lines, {Status.ONLINE})),
                ("在流入地参加", _names(page.lines, {Status.ELSEWHERE})),
                ("请假", _names(page.lines, {Status.LEAVE})),
                ("缺席", _names(page.lines, {Status.ABSENT})),
                ("不计应到", _names(page.lines, {Status.EXCUSED})),
            )
            if names
        ],
        "agenda": _lines(meeting.agenda),
        "minutes": _lines(meeting.minutes),
        "votes": [
            {
                "motion": with_boxes(vote.motion),
                "figures": f"应到{vote.should}人，实到{vote.present}人；赞成{vote.ayes}票，反对{vote.noes}票，弃权{vote.abstained}票"
                + _written(vote),
                "rule": f"至少{needed_present(vote.should, SPECS[Kind(meeting.kind)].quorum, admits=vote.admits)}人到会、{needed_ayes(vote.should)}票赞成为通过",
                "result": "通过" if vote.passed else "没有通过",
            }
            for vote in page.votes
        ],
        "decisions": [
            {
                "text": with_boxes(row.text),
                "owner": with_boxes(row.owner_name),
                "due": row.due_on.isoformat() if row.due_on else "",
                "done": f"{row.done_on.isoformat()}办结" if row.done_on else "",
                "late": _late(row.at) if row.at and page.is_late(row.at) else "",
            }
            for row in page.decisions
        ],
        "grades": _grades(page),
        "files": [
            with_boxes(file.name) + (f"（{_late(file.at)}）" if page.is_late(file.at) else "")
            for file in page.attachments
        ],
        "synthetic": any(line.member.is_synthetic for line in page.lines),
    }
    return render(FOLDER / "minutes.typ", data)


def _late(at: datetime) -> str:
    return f"月记封存后{timezone.localtime(at):%Y-%m-%d}补"


def _grades(page: MeetingPage) -> list[dict[str, object]]:
    """Names by grade; the opinions stay in the system."""
    found: dict[str, list[str]] = {grade: [] for grade in Grade}
    for line in page.lines:
        entry = page.grades.get(line.member_id)
        if entry is not None and entry.grade:
            found[entry.grade].append(with_boxes(line.member.name))
    return [
        {"label": GRADE_LABELS[Grade(grade)], "count": len(names), "names": "、".join(names)}
        for grade, names in found.items()
        if names
    ]


def _written(vote: Vote) -> str:
    if not written_of(vote).total:
        return ""
    return f"；书面意见赞成{vote.written_ayes}票，反对{vote.written_noes}票，弃权{vote.written_abstained}票"


def _names(lines: Sequence[Attendance], statuses: set[Status] | frozenset[Status]) -> str:
    return "、".join(
        with_boxes(line.member.name) + (f"（{reason}）" if (reason := _reason(line)) else "")
        for line in lines
        if line.status in statuses
    )


def _reason(line: Attendance) -> str:
    return with_boxes(reason_label(line.reason)) if line.status not in CAME else ""


def sign_in_pdf(meeting: Meeting, lines: Sequence[SignInLine], *, printed_by: str, at: datetime) -> bytes:
    """Names in the order of the screen, down the left column and then the right one. Raises ``PrintError``."""
    rows = [
        {
            "number": n,
            "name": with_boxes(line.name) + ("（预备）" if line.is_probationary else ""),
            "note": with_boxes(reason_label(line.excuse)),
        }
        for n, line in enumerate(lines, start=1)
    ]
    size = 2 * _SHEET_ROWS
    pages = []
    for start in range(0, max(len(rows), 1), size):
        part = rows[start : start + size]
        # Both columns are filled; a short last page is cut in half instead of leaving one empty.
        half = _SHEET_ROWS if len(part) == size else (len(part) + 1) // 2
        pages.append({"left": part[:half], "right": part[half:]})
    data = _head(meeting, printed_by, at) | {
        "title": with_boxes(meeting.title),
        "expected": sum(not line.excuse for line in lines),
        "pages": pages,
        "synthetic": any(line.is_synthetic for line in lines),
    }
    return render(FOLDER / "sign_in.typ", data)


def _head(meeting: Meeting, printed_by: str, at: datetime) -> dict[str, object]:
    told = f"{meeting.branch_id}|{meeting.pk}|{printed_by}|{at.isoformat()}"
    return {
        "unit": with_boxes(name_on(meeting.branch, meeting.on)),
        "when": _day(meeting.on) + (f" {meeting.time:%H:%M}" if meeting.time else ""),
        "place": with_boxes(meeting.place),
        "group": with_boxes(meeting.group),
        "printed_by": with_boxes(printed_by),
        "printed_at": f"{at:%Y-%m-%d %H:%M}",
        "mark": key_ring().blind_index(told, context="print").upper()[2:12],
    }


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def _lines(text: str) -> list[str]:
    """Line by line: a line break is no character to set."""
    return [with_boxes(line.strip()) for line in text.splitlines() if line.strip()]
