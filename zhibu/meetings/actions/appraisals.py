"""Grades of the democratic appraisal; the opinion is encrypted."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.meetings.actions.locks import check_open, locked_meeting
from zhibu.meetings.actions.meetings import RECORD, record_deed
from zhibu.meetings.models import Appraisal, Attendance, Meeting
from zhibu.meetings.rules import Kind, check_grade

OPINION_LENGTH = 500


@transaction.atomic
def record_appraisals(
    *,
    by: Scope,
    meeting: Meeting,
    grades: Mapping[int, tuple[str, str]],
    on: date,
    year: int | None = None,
) -> int:
    """Keep grade and opinion of members on the meeting's list, by member; returns how many changed.

    ``year``: the year appraised; the meeting's own without it. An empty grade with an empty opinion takes the
    entry away. Too many 优秀 are a warning on the page, no refusal: the branch decides. Raises ``Refused``: not
    an appraisal, not held, a sealed month, a grade for a member on probation, appraised that year elsewhere.
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
        text = opinion.strip()[:OPINION_LENGTH]
        entry = known.get(member_id)
        if entry is not None and entry.meeting_id != row.pk:
            raise Refused(
                gettext_noop("{name}在{year}年已经评议过，一年只评一次。请核对是不是登记重了。"),
                name=member.name,
                year=appraised,
            )
        changed += _keep(entry, row, member_id, appraised, str(wanted or ""), text)
    if changed:
        graded = Appraisal.objects.filter(meeting=row).exclude(grade="").count()
        record_deed("meetings.appraisal.recorded", row, by, members=changed, graded=graded)
    return changed


def _keep(
    entry: Appraisal | None, meeting: Meeting, member_id: int, year: int, grade: str, opinion: str
) -> bool:
    if entry is None:
        if not grade and not opinion:
            return False
        Appraisal.objects.create(
            meeting=meeting, member_id=member_id, year=year, grade=grade, opinion=opinion
        )
        return True
    if (entry.grade, entry.opinion) == (grade, opinion):
        return False
    if not grade and not opinion:
        entry.delete()
        return True
    entry.grade, entry.opinion = grade, opinion
    entry.save(update_fields=["grade", "opinion"])
    return True
