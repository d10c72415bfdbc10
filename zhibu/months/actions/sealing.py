"""Sealing a month: automatic points, the three locks, the summary row, and the digest chained to the month before."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from zhibu.audit.actions import gathered, record
from zhibu.core.access import Refused, Scope
from zhibu.core.locks import hold
from zhibu.core.months import first_day, month_text
from zhibu.core.text import gettext_noop
from zhibu.dues import actions as dues
from zhibu.meetings import actions as meetings
from zhibu.meetings.summaries.ledger import facts_at_hand
from zhibu.months.actions.dues import dues_facts, quarter_of
from zhibu.months.actions.submitting import CONFIRM, check_stands
from zhibu.months.models import BranchMonth, LockException
from zhibu.months.rules.months import MonthState, add_up
from zhibu.months.rules.seals import digest_of, replaced_seals
from zhibu.months.summaries.book import Book, read_book, with_entries
from zhibu.months.summaries.seals import sheet_of, summary_of
from zhibu.points import actions as points
from zhibu.points.policies import POINTS, catalogue_of
from zhibu.points.rules.catalogue import Catalogue
from zhibu.rulebook.policies import read_in_force, stored_in_force


@transaction.atomic
def seal_month(*, by: Scope, branch_month: BranchMonth, on: date) -> BranchMonth:
    """Confirm a submitted month: nobody seals what they submitted, and no month before the one before it.

    Posts the points that follow from dues and meetings, locks the three ledgers, writes the summary and the
    digest. A month that was reopened gets a new seal, which keeps the old one. Earlier months in which there was
    nothing to hand in are sealed along.
    """
    held = _held_month(branch_month)
    row = held.row
    by.require(CONFIRM, row.branch.path)
    if row.state == MonthState.SEALED:
        return row
    if row.state != MonthState.SUBMITTED:
        raise Refused(gettext_noop("支部还没有提交这个月，不能确认。请刷新页面看现在的状态。"))
    if row.submitted_user_id is not None and row.submitted_user_id == by.user_id:
        raise Refused(gettext_noop("提交的人不能自己确认。请党委的另一位同志确认。"))
    if held.gap is not None:
        raise Refused(
            gettext_noop("{month}还没有封存。月记一个月一个月接着封，请先确认{month}。"),
            month=month_text(held.gap),
        )
    with gathered(by=by):
        _seal(by, row, _seal_empty(by, row) if held.has_empty else held.previous, held.catalogue)
    return row


def _seal_empty(by: Scope, row: BranchMonth) -> str:
    """Close the branch's earlier months that ask for nothing; the seal of the last of them."""
    earlier = BranchMonth.objects.select_for_update(of=("self",)).filter(branch=row.branch_id)
    for each in earlier.filter(month__lt=row.month).exclude(state=MonthState.SEALED).order_by("month"):
        held = _held_month(each)
        _seal(by, held.row, held.previous, held.catalogue)
    return _held_month(row).previous


@dataclass(frozen=True, slots=True)
class _Held:
    """A month with what its seal goes by. ``previous``: the seal of the branch's month before, "" for its first;
    ``gap``: its first earlier month without a seal in which there is something to hand in; ``has_empty``: there are
    others without one; ``catalogue``: the points of the first of the month."""

    row: BranchMonth
    previous: str
    gap: int | None
    has_empty: bool
    catalogue: Catalogue


def _held_month(branch_month: BranchMonth) -> _Held:
    """``locked_month`` with what the seal goes by, then the three ledgers held."""
    earlier = BranchMonth.objects.filter(branch=OuterRef("branch"), month__lt=OuterRef("month"))
    unsealed = earlier.exclude(state=MonthState.SEALED)
    row = (
        BranchMonth.objects.select_related("branch")
        .select_for_update(of=("self",))
        .annotate(
            before=Subquery(earlier.order_by("-month").values("digest")[:1]),
            gap=Subquery(unsealed.asking().order_by("month").values("month")[:1]),
            has_empty=Exists(unsealed),
            points_rules=stored_in_force(POINTS, on=first_day(branch_month.month)),
        )
        .get(pk=branch_month.pk)
    )
    hold(*(ledger.ledger_name(row.branch_id) for ledger in (dues, meetings, points)))
    catalogue = catalogue_of(read_in_force(POINTS, row.points_rules))
    return _Held(row, row.before or "", row.gap, row.has_empty, catalogue)


def _seal(by: Scope, row: BranchMonth, previous: str, catalogue: Catalogue) -> None:
    book = read_book(row, with_points=False, hold_meetings=True)
    if not book.is_empty:
        check_stands(book)
    quarter = quarter_of(book)
    facts = [*dues_facts(row.month, book.rows), *quarter.facts, *_meetings_facts(book)]
    entries = points.post_sealed(
        by=by,
        branch=row.branch,
        month=row.month,
        facts=facts,
        catalogue=catalogue,
        members={**book.people, **quarter.people},
    )
    for ledger in (dues, meetings, points):
        ledger.close_month(by=by, branch=row.branch, month=row.month)
    at = timezone.now()
    was_sealed = bool(row.digest)
    _write_seal(row, with_entries(book, entries), previous, by, at)
    if was_sealed:
        LockException.objects.filter(branch=row.branch_id, month=row.month, ended_at=None).update(ended_at=at)
    record(
        "months.month.sealed",
        by=by,
        on=row,
        chain=row.branch_id,
        path=row.branch.path,
        data={"month": str(row.month), "digest": row.digest, "seals": len(replaced_seals(row.summary)) + 1},
    )


def _meetings_facts(book: Book) -> list[points.AutomaticFact]:
    row = book.branch_month
    return [
        points.AutomaticFact(
            member_id=fact.member_id, item=fact.item, fact_on=fact.fact_on, source="meetings", key=fact.key
        )
        for fact in facts_at_hand(row.branch_id, row.month, book.meetings, book.attendance)
    ]


def _write_seal(row: BranchMonth, book: Book, previous: str, by: Scope, at: datetime) -> None:
    if row.digest:
        seal = {
            "digest": row.digest,
            "previous": row.previous,
            "sealed_at": row.sealed_at.isoformat() if row.sealed_at else "",
            "sealed_by": row.sealed_by,
        }
        seals = [*row.summary.get("seals", []), seal]
    else:
        seals = []
    row.sealed_at, row.sealed_by = at, by.name
    row.summary = {**summary_of(add_up(each.line for each in book.rows), book), "seals": seals}
    row.state = MonthState.SEALED
    row.previous = previous
    row.digest = digest_of(sheet_of(book), previous=previous, replaced=replaced_seals(row.summary))
    row.save(
        update_fields=["state", "sealed_at", "sealed_by", "summary", "previous", "digest"],
    )
