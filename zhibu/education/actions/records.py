"""Study hours: entered for everyone who took part, taken back by a row with the opposite hours."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.locks import hold
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.education.models import StudyLock, StudyRecord
from zhibu.education.policies import STUDY
from zhibu.education.rules.entries import EVIDENCE_LENGTH, SUBJECT_LENGTH, Entry, Mode, check_entry, span_of
from zhibu.members.models import Member
from zhibu.members.rules.stages import Standing
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS
from zhibu.rulebook.policies import values_in_force

RECORD = "education.record"
_REASON_MIN = 4
_NAMED = 3


@transaction.atomic
def record_study(
    *, by: Scope, branch: Organization, entry: Entry, member_ids: Collection[int], operation: UUID, on: date
) -> list[StudyRecord]:
    """Enter the hours of everyone who took part. The same operation again returns its first rows.

    They count in the year of the day; once that year is closed at the branch, in the current one. Refused: by
    ``rules.check_entry``, nobody named, somebody of another branch, without standing or not yet joined, the
    same subject on the same day entered before, practice on days that have practice already.
    """
    by.require(RECORD, branch.path)
    if branch.kind not in BRANCH_KINDS or branch.closed_on is not None:
        raise Refused(gettext_noop("学时登记在党支部。请先选择一个党支部。"))
    _hold(branch.pk)
    wanted = cleaned(entry)
    known = list(StudyRecord.objects.filter(operation=operation).order_by("pk"))
    if known:
        check_same(known, branch.pk, wanted, member_ids)
        return known
    check_entry(wanted, practice_day=values_in_force(STUDY, on=wanted.day).terms().practice_day, on=on)
    if not member_ids:
        raise Refused(gettext_noop("一个人都没有勾选。请勾选参加了学习的人。"))
    members = list(
        Member.objects.enrolled()
        .filter(branch=branch, pk__in=set(member_ids))
        .only("name", "standing", "join_date", "branch")
        .order_by("pinyin", "pk")
    )
    if len(members) != len(set(member_ids)):
        raise Refused(gettext_noop("名单里有人现在不在本支部，请刷新页面重新勾选。"))
    _check_people(members, wanted)
    _check_new(members, wanted)
    now, year = timezone.now(), counting_year(branch.pk, wanted.day.year, on=on)
    rows = StudyRecord.objects.bulk_create(
        StudyRecord(
            member=member,
            branch=branch,
            year=year,
            mode=str(wanted.mode),
            subject=wanted.subject,
            on=wanted.day,
            days=wanted.days,
            tenths=wanted.tenths,
            evidence=wanted.evidence,
            operation=operation,
            recorder=by.name,
            recorder_user_id=by.user_id,
            at=now,
        )
        for member in members
    )
    record(
        "education.study.recorded",
        by=by,
        on=rows[0],
        chain=branch.pk,
        path=branch.path,
        data={
            "mode": str(wanted.mode),
            "day": wanted.day.isoformat(),
            "tenths": wanted.tenths,
            "members": [member.pk for member in members],
        },
    )
    return rows


def cleaned(entry: Entry) -> Entry:
    """The entry as it is kept."""
    return Entry(
        entry.mode,
        said(entry.subject)[:SUBJECT_LENGTH],
        entry.day,
        entry.tenths,
        said(entry.evidence)[:EVIDENCE_LENGTH],
        entry.days,
    )


def check_same(
    known: Sequence[StudyRecord], branch_id: int, entry: Entry, member_ids: Collection[int]
) -> None:
    """Raise ``Refused`` when an operation comes again with something else."""
    first = known[0]
    before = (first.branch_id, first.mode, first.subject, first.on, first.days, first.tenths)
    now = (branch_id, str(entry.mode), entry.subject, entry.day, entry.days, entry.tenths)
    if before != now or {row.member_id for row in known} != set(member_ids):
        raise Refused(gettext_noop("这一页已经登记过一次了，内容和现在的不一样。请刷新页面，看清楚再登记。"))


def _check_people(members: Sequence[Member], entry: Entry) -> None:
    away = [member.name for member in members if member.standing != Standing.ACTIVE]
    if away:
        raise Refused(gettext_noop("{names}停止党籍期间不记学时，请取消勾选。"), names=_named(away))
    early = [member.name for member in members if member.join_date > entry.day]
    if early:
        raise Refused(
            gettext_noop("{names}在{day}还没有入党，请取消勾选或者核对日期。"),
            names=_named(early),
            day=entry.day,
        )


def _check_new(members: Sequence[Member], entry: Entry) -> None:
    """Neither the same study twice, nor practice twice on one day, at whatever branch it was entered."""
    first, last = span_of(entry.day, entry.days)
    rows = StudyRecord.objects.standing().filter(member__in=members, mode=str(entry.mode))
    names = {member.pk: member.name for member in members}
    if entry.mode == Mode.PRACTICE:
        near = rows.filter(on__lte=last, on__gt=first - timedelta(days=366)).values_list(
            "member_id", "on", "days"
        )
        busy = {names[pk] for pk, day, days in near if span_of(day, days)[1] >= first}
        if busy:
            raise Refused(
                gettext_noop("{names}这几天已经登记过实践锻炼，一天只算一次。请取消勾选或者核对日期。"),
                names=_named(sorted(busy)),
            )
        return
    same = {
        names[pk]
        for pk in rows.filter(on=entry.day, subject=entry.subject).values_list("member_id", flat=True)
    }
    if same:
        raise Refused(
            gettext_noop("{names}{day}的“{subject}”已经登记过。请取消勾选，或者写清是另一次学习。"),
            names=_named(sorted(same)),
            day=entry.day,
            subject=entry.subject,
        )


def _named(names: Sequence[str]) -> str:
    """A few names and how many there are.

    >>> _named(["王芳"]), _named(["甲", "乙", "丙", "丁"])
    ('王芳', '甲、乙、丙等4人')
    """
    told = "、".join(names[:_NAMED])
    return told if len(names) <= _NAMED else f"{told}等{len(names)}人"


@transaction.atomic
def reverse_study(*, by: Scope, record_: StudyRecord, reason: str, operation: UUID, on: date) -> StudyRecord:
    """Take one member's hours back. A second time returns the first reversal. Refused for a reversal itself."""
    return _reverse([record_], by=by, reason=reason, operation=operation, on=on)[0]


@transaction.atomic
def reverse_session(
    *, by: Scope, branch: Organization, session: UUID, reason: str, operation: UUID, on: date
) -> list[StudyRecord]:
    """Take the hours of an entry back from everyone who still has them. Refused when nobody has."""
    by.require(RECORD, branch.path)
    rows = list(StudyRecord.objects.entries().filter(branch=branch, operation=session))
    if not rows:
        raise Refused(gettext_noop("没有找到这次学习，请刷新页面。"))
    return _reverse(rows, by=by, reason=reason, operation=operation, on=on)


def _reverse(
    records: Sequence[StudyRecord], *, by: Scope, reason: str, operation: UUID, on: date
) -> list[StudyRecord]:
    branch = Organization.objects.get(pk=records[0].branch_id)
    by.require(RECORD, branch.path)
    _hold(branch.pk)
    rows = list(
        StudyRecord.objects.select_for_update(of=("self",)).filter(pk__in=[each.pk for each in records])
    )
    if any(row.reverses_id is not None for row in rows):
        raise Refused(gettext_noop("这条本身就是冲正，不能再冲正。要恢复的请重新登记。"))
    before = list(StudyRecord.objects.filter(reverses__in=rows))
    done = {row.reverses_id for row in before}
    waiting = [row for row in rows if row.pk not in done]
    if not waiting:
        return before
    why = said(reason)[:200]
    if len(why) < _REASON_MIN:
        raise Refused(gettext_noop("请写明为什么冲正，至少4个字。"))
    now = timezone.now()
    years = {year: counting_year(branch.pk, year, on=on) for year in {row.year for row in waiting}}
    made = StudyRecord.objects.bulk_create(
        StudyRecord(
            member_id=row.member_id,
            branch=branch,
            year=years[row.year],
            mode=row.mode,
            subject=row.subject,
            on=row.on,
            days=row.days,
            tenths=-row.tenths,
            evidence=row.evidence,
            reason=why,
            reverses=row,
            operation=operation,
            recorder=by.name,
            recorder_user_id=by.user_id,
            at=now,
        )
        for row in waiting
    )
    record(
        "education.study.reversed",
        by=by,
        on=made[0],
        chain=branch.pk,
        path=branch.path,
        data={"members": sorted(row.member_id for row in made), "tenths": made[0].tenths},
    )
    return [*before, *made]


def counting_year(branch_id: int, year: int, *, on: date) -> int:
    """The year hours count in: their own while it is open at the branch, then the current one. One query."""
    locked = set(StudyLock.objects.filter(branch=branch_id).values_list("year", flat=True))
    if year not in locked:
        return year
    if on.year in locked:
        raise Refused(gettext_noop("{year}年的学时已经随年审结账，不能再登记。"), year=on.year)
    return on.year


def _hold(branch_id: int) -> None:
    """One writer of a branch's hours at a time: neither a retry nor a second phone enters twice."""
    hold(f"education:{branch_id}")
