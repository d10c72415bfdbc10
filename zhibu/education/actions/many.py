"""Study hours of many branches taken over from older books: the rows of ``record_study``, in a few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from zhibu.audit.actions import deed, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.education.actions.records import RECORD, cleaned
from zhibu.education.models import StudyLock, StudyRecord
from zhibu.education.policies import STUDY
from zhibu.education.rules.entries import Entry, check_entry
from zhibu.members.actions.bulk import insert_rows, stored_by, stored_date_by, stored_datetime
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force

_COLUMNS = (
    "member", "branch", "year", "mode", "subject", "on", "days", "tenths", "evidence", "reason", "operation",
    "recorder", "recorder_user", "at",
)  # fmt: skip
_PART = 5000


@dataclass(frozen=True, slots=True)
class PastStudy:
    """A study that took place: what, who took part (members of the branch then), who recorded it and when."""

    branch: Organization
    entry: Entry
    member_ids: Sequence[int]
    operation: UUID
    recorder: str
    at: datetime
    recorder_user: int | None = None


@transaction.atomic
def enter_past_study(*, by: Scope, studies: Sequence[PastStudy], on: date) -> int:
    """Enter the hours of everyone who took part; an operation entered before is left out. Returns how many rows.

    Refused as a whole: by ``rules.check_entry``, a year that is closed at the branch, somebody who had not joined.
    """
    for branch in {each.branch.pk: each.branch for each in studies}.values():
        by.require(RECORD, branch.path)
    known = _known({each.operation for each in studies})
    fresh = [
        (each, cleaned(each.entry)) for each in studies if each.operation not in known and each.member_ids
    ]
    locked = set(StudyLock.objects.values_list("branch_id", "year"))
    practice: dict[date, int] = {}
    for each, entry in fresh:
        first = entry.day.replace(day=1)
        if first not in practice:
            practice[first] = values_in_force(STUDY, on=entry.day).terms().practice_day
        check_entry(entry, practice_day=practice[first], on=on)
        if (each.branch.pk, entry.day.year) in locked:
            raise Refused(gettext_noop("{year}年的学时已经随年审结账，不能再登记。"), year=entry.day.year)
    _check_joined(fresh)
    day, operation = stored_date_by(), stored_by(StudyRecord, "operation")
    rows: list[tuple[object, ...]] = []
    spans = []
    for each, entry in fresh:
        same = (
            entry.day.year, str(entry.mode), entry.subject, day(entry.day), entry.days, entry.tenths, entry.evidence,
            "", operation(each.operation), each.recorder, each.recorder_user, stored_datetime(each.at),
        )  # fmt: skip
        spans.append(len(rows))
        rows += [(pk, each.branch.pk, *same) for pk in each.member_ids]
    ids = insert_rows(StudyRecord, _COLUMNS, rows)
    record_many(
        (
            deed(
                "education.study.recorded",
                on=StudyRecord(pk=ids[start]),
                chain=each.branch.pk,
                path=each.branch.path,
                data={
                    "mode": str(entry.mode),
                    "day": entry.day.isoformat(),
                    "tenths": entry.tenths,
                    "members": list(each.member_ids),
                },
            )
            for start, (each, entry) in zip(spans, fresh, strict=True)
        ),
        by=by,
    )
    return len(rows)


def _known(operations: set[UUID]) -> set[UUID]:
    listed, found = sorted(operations), set[UUID]()
    for start in range(0, len(listed), _PART):
        rows = StudyRecord.objects.filter(operation__in=listed[start : start + _PART])
        found.update(rows.order_by().values_list("operation", flat=True).distinct())
    return found


def _check_joined(studies: Sequence[tuple[PastStudy, Entry]]) -> None:
    ids = sorted({pk for each, _entry in studies for pk in each.member_ids})
    joined: dict[int, date] = {}
    for start in range(0, len(ids), _PART):
        part = Member.objects.filter(pk__in=ids[start : start + _PART])
        joined.update(part.values_list("pk", "join_date"))
    for each, entry in studies:
        if any(joined[pk] > entry.day for pk in each.member_ids):
            raise Refused(
                gettext_noop("{unit}{day}的学时里有人那时还没有入党。请核对名单。"),
                unit=each.branch.short_name,
                day=entry.day,
            )
