"""Lines that both records of one person have of the same thing become one, and are two again when they are parted.

Only in months that are not sealed: what a seal covers never changes.
"""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from zhibu.core.locks import hold
from zhibu.core.rows import Columns, columns_of
from zhibu.dues import actions as dues
from zhibu.dues.models import Due, Payment
from zhibu.meetings import actions as meetings
from zhibu.meetings.models import Attendance
from zhibu.members.models import Member
from zhibu.months.models import BranchMonth
from zhibu.reorganizations.rules.merging import joined_status

Journal = dict[str, list[Any]]


def sealed_beside(branch: str, month: str) -> Exists:
    """True beside a row whose branch and month, named so, are under a seal."""
    rows = BranchMonth.objects.filter(branch=OuterRef(branch), month=OuterRef(month))
    return Exists(rows.exclude(digest=""))


def hold_ledgers(*sides: Member) -> None:
    """Nobody seals or submits a month of these members while their lines become one."""
    names = {ledger.ledger_name(side.branch_id) for ledger in (dues, meetings) for side in sides}
    hold(*sorted(names))


def join_lines(kept: Member, dropped: Member) -> Journal:
    """One line a meeting, one due a month: the other is taken away; both are kept here as they were."""
    return {"attendance": _join_attendance(kept, dropped), "dues": _join_dues(kept, dropped)}


def part_lines(kept: Member, dropped: Member, journal: Journal) -> None:
    """Both lines as they were, where no seal has been set since."""
    for own, other in journal.get("attendance", []):
        row = _open_lines(kept).filter(pk=own["id"]).first()
        if row is None or Attendance.objects.filter(meeting=row.meeting_id, member=dropped).exists():
            continue
        row.status, row.reason, row.has_vote = own["status"], own["reason"], own["has_vote"]
        row.version += 1
        row.save(update_fields=["status", "reason", "has_vote", "version"])
        Attendance(**other).save(force_insert=True)
    for other in journal.get("dues", []):
        is_sealed = BranchMonth.objects.filter(branch=other["branch_id"], month=other["month"]).exclude(
            digest=""
        )
        own = Due.objects.filter(member=other["member_id"], month=other["month"])
        if not is_sealed.exists() and not own.exists():
            Due(**other).save(force_insert=True)


def mend_joined(member: Member, *, on: date) -> None:
    """What the open months of the one record follow from has come together: assessments, reliefs, events."""
    dues.mend_dues([member.pk], from_month=0, on=on)


def _open_lines(member: Member) -> models.QuerySet[Attendance]:
    return Attendance.objects.filter(member=member).exclude(
        sealed_beside("meeting__branch", "meeting__month")
    )


def _join_attendance(kept: Member, dropped: Member) -> list[tuple[Columns, Columns]]:
    others = {row.meeting_id: row for row in _open_lines(dropped).select_for_update(of=("self",))}
    joined = []
    for row in _open_lines(kept).filter(meeting__in=others).select_for_update(of=("self",)).order_by("pk"):
        other = others[row.meeting_id]
        joined.append((columns_of(row), columns_of(other)))
        status = joined_status((row.status, other.status))
        row.reason = row.reason if status == row.status else other.reason
        row.status, row.has_vote = status, row.has_vote or other.has_vote
        row.version = max(row.version, other.version) + 1
        other.delete()
        row.save(update_fields=["status", "reason", "has_vote", "version"])
    return joined


def _join_dues(kept: Member, dropped: Member) -> list[Columns]:
    own = Due.objects.filter(member=kept, month=OuterRef("month"))
    of_dropped = Q(Exists(own), member=dropped)
    # Under a seal the dropped record has the month already: nothing is owed a second time, unless it was paid here.
    sealed = Due.objects.filter(sealed_beside("branch", "month"), member=dropped, month=OuterRef("month"))
    paid = Payment.objects.filter(member=kept, month=OuterRef("month"), amount__gt=0)
    of_kept = Q(Exists(sealed), ~Exists(paid), member=kept)
    rows = Due.objects.filter(of_dropped | of_kept).exclude(sealed_beside("branch", "month"))
    listed = list(rows.select_for_update(of=("self",)).order_by("pk"))
    joined = [columns_of(row) for row in listed]
    Due.objects.filter(pk__in=[row.pk for row in listed]).delete()
    return joined
