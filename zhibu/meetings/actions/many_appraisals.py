"""Appraisals and locks of many branches at once: the rows of the single deeds, in a few statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import deed, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.months import check_month
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said_lines
from zhibu.meetings.actions.appraisals import OPINION_LENGTH
from zhibu.meetings.actions.locks import CLOSE
from zhibu.meetings.actions.meetings import RECORD
from zhibu.meetings.models import Appraisal, Attendance, Meeting, MeetingsLock
from zhibu.meetings.rules.appraisal import check_grade
from zhibu.meetings.rules.kinds import Kind
from zhibu.meetings.summaries.ledger import is_locked
from zhibu.members.actions.bulk import insert_rows, stored_by, stored_datetime
from zhibu.organizations.models import Organization

_FEW = 500


@dataclass(frozen=True, slots=True)
class HeldAppraisal:
    """The grades a meeting gave: (grade, opinion) by member."""

    meeting_id: int
    grades: Mapping[int, tuple[str, str]]


@transaction.atomic
def enter_appraisals(*, by: Scope, appraisals: Sequence[HeldAppraisal], year: int, on: date) -> int:
    """Enter the grades of many appraisals of a year, by the rules of ``record_appraisals``; returns how many.

    Entries must not be there yet. Raises ``Refused``: no appraisal that was held, a sealed month, somebody not
    on the list, a grade for a member on probation, appraised that year already; then nothing is written.
    """
    ids = [each.meeting_id for each in appraisals]
    meetings: dict[int, Meeting] = {}
    stages: dict[tuple[int, int], str] = {}
    for start in range(0, len(ids), _FEW):
        some = ids[start : start + _FEW]
        meetings |= {row.pk: row for row in Meeting.objects.filter(pk__in=some).select_related("branch")}
        lines = Attendance.objects.filter(meeting__in=some).order_by()
        for meeting_id, member_id, its_stage in lines.values_list("meeting_id", "member_id", "member__stage"):
            stages[meeting_id, member_id] = its_stage
    known = set(Appraisal.objects.filter(year=year).values_list("member_id", flat=True))
    sealed = stored_by(Appraisal, "opinion")
    texts: dict[str, object] = {}
    rows = []
    for each in appraisals:
        row = meetings[each.meeting_id]
        by.require(RECORD, row.branch.path)
        if row.kind != Kind.DEMOCRATIC_APPRAISAL or row.state != "held":
            raise Refused(gettext_noop("等次登记在已经召开的民主评议党员会议上。请先登记会议召开。"))
        if is_locked(row.branch_id, row.month, on):
            raise Refused(gettext_noop("有的会议在已经封存的月份里，不能补登。请先核对封存情况。"))
        for member_id, (grade, opinion) in each.grades.items():
            stage = stages.get((row.pk, member_id))
            if stage is None or member_id in known:
                raise Refused(gettext_noop("名单里有人没有列入这次评议。请刷新页面，重新填写。"))
            known.add(member_id)
            wanted = str(check_grade(grade, stage) or "")
            text = said_lines(opinion)[:OPINION_LENGTH]
            if text not in texts:
                texts[text] = sealed(text)
            if wanted or text:
                rows.append((row.pk, member_id, year, wanted, texts[text]))
    insert_rows(Appraisal, ("meeting", "member", "year", "grade", "opinion"), rows)
    counts: dict[int, list[str]] = {}
    for meeting_id, _member, _year, grade, _opinion in rows:
        counts.setdefault(meeting_id, []).append(grade)
    record_many(
        [
            deed(
                "meetings.appraisal.recorded",
                on=meetings[pk],
                chain=meetings[pk].branch_id,
                path=meetings[pk].branch.path,
                data={"members": len(grades), "graded": sum(bool(grade) for grade in grades)},
            )
            for pk, grades in counts.items()
        ],
        by=by,
    )
    return len(rows)


@transaction.atomic
def lock_months(
    *, by: Scope, branches: Collection[Organization], month: int, at: Mapping[int, datetime]
) -> None:
    """Close a month of many branches, each at its own time (by branch id); those closed already stay as they are."""
    check_month(month)
    for branch in branches:
        by.require(CLOSE, branch.path)
    known = set(MeetingsLock.objects.filter(month=month).values_list("branch_id", flat=True))
    insert_rows(
        MeetingsLock,
        ("branch", "month", "locked_at"),
        [
            (branch.pk, month, stored_datetime(at.get(branch.pk, timezone.now())))
            for branch in branches
            if branch.pk not in known
        ],
    )
