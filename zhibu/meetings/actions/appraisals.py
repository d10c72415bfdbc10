"""Grades of the democratic appraisal; the opinion is encrypted."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from django.db import transaction

from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said_lines
from zhibu.meetings.actions.locks import check_open, locked_meeting
from zhibu.meetings.actions.meetings import RECORD, record_deed
from zhibu.meetings.models import Appraisal, Attendance, Meeting
from zhibu.meetings.rules.appraisal import Ballots, check_ballots, check_grade
from zhibu.meetings.rules.attendance import CAME
from zhibu.meetings.rules.kinds import Kind
from zhibu.members.summaries.history import as_on

OPINION_LENGTH = 500


@transaction.atomic
def record_appraisals(
    *,
    by: Scope,
    meeting: Meeting,
    grades: Mapping[int, tuple[str, str]],
    on: date,
    year: int | None = None,
    ballots: Mapping[int, Ballots | None] | None = None,
) -> int:
    """Keep grade and opinion of members on the meeting's list, by member; returns how many changed.

    ``year``: the year appraised; the meeting's own without it. ``ballots``: the count by member, None for none
    counted; without it the counts stay. An empty grade with an empty opinion and no ballots takes the entry away. Too many 优秀 are a warning on the page, no refusal: the branch decides. Raises ``Refused``: not
    an appraisal, not held, a sealed month, a grade for who was on probation that day, appraised that year elsewhere.
    """
    row = locked_meeting(meeting)
    by.require(RECORD, row.branch.path)
    if row.kind != Kind.DEMOCRATIC_APPRAISAL or row.state != "held":
        raise Refused(gettext_noop("等次登记在已经召开的民主评议党员会议上。请先登记会议召开。"))
    check_open(row.branch_id, row.month, on=on)
    appraised = year or row.on.year
    people = {
        line.member_id: line.member
        for line in Attendance.objects.filter(meeting=row, member__in=list(grades)).select_related("member")
    }
    as_on(list(people.values()), on=row.on)
    came = Attendance.objects.filter(meeting=row, status__in=CAME).count() if ballots else 0
    known = {
        each.member_id: each
        for each in Appraisal.objects.select_for_update(of=("self",)).filter(
            member__in=list(grades), year=appraised
        )
    }
    changed = 0
    for member_id, (grade, opinion) in grades.items():
        member = people.get(member_id)
        if member is None:
            raise Refused(gettext_noop("名单里有人没有列入这次评议。请刷新页面，重新填写。"))
        wanted = check_grade(grade, member.stage)
        text = said_lines(opinion)[:OPINION_LENGTH]
        entry = known.get(member_id)
        if entry is not None and entry.meeting_id != row.pk:
            raise Refused(
                gettext_noop("{name}在{year}年已经评议过，一年只评一次。请核对是不是登记重了。"),
                name=member.name,
                year=appraised,
            )
        counted = _counted(entry) if ballots is None else ballots.get(member_id)
        if ballots and counted is not None:
            check_ballots(counted, came=came, stage=member.stage, name=member.name)
        changed += _keep(entry, row, member_id, appraised, _Told(str(wanted or ""), text, counted))
    if changed:
        graded = Appraisal.objects.filter(meeting=row).exclude(grade="").count()
        record_deed("meetings.appraisal.recorded", row, by, members=changed, graded=graded)
    return changed


class _Told(NamedTuple):
    grade: str
    opinion: str
    ballots: Ballots | None


_BALLOTS = ("for_excellent", "for_qualified", "for_basic", "for_unqualified")


def _counted(entry: Appraisal | None) -> Ballots | None:
    if entry is None or entry.for_excellent is None:
        return None
    return Ballots(*(getattr(entry, name) or 0 for name in _BALLOTS))


def _keep(entry: Appraisal | None, meeting: Meeting, member_id: int, year: int, told: _Told) -> bool:
    if told == ("", "", None):
        if entry is not None:
            entry.delete()
        return entry is not None
    if entry is not None and _Told(entry.grade, entry.opinion, _counted(entry)) == told:
        return False
    row = entry or Appraisal(meeting=meeting, member_id=member_id, year=year)
    row.grade, row.opinion = told.grade, told.opinion
    for name, value in zip(_BALLOTS, told.ballots or (None,) * len(_BALLOTS), strict=True):
        setattr(row, name, value)
    row.save()
    return True
