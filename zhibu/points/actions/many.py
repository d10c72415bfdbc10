"""Points of many branches at once: the rows of the single deeds, in a few statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import Deed, deed, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.months import check_month, first_day, month_of, month_text
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.members.actions.bulk import insert_rows, stored_by, stored_date_by, stored_datetime
from zhibu.organizations.models import Organization
from zhibu.points.actions.automatic import COLUMNS, AutomaticFact, check_source, counted_once, row_of
from zhibu.points.actions.entries import APPROVE, RECORD
from zhibu.points.actions.locks import CONFIRM
from zhibu.points.models import Entry, PointsLock
from zhibu.points.policies import catalogue_in_force
from zhibu.points.summaries.totals import Year, years_of

_PART = 5000


@dataclass(frozen=True, slots=True)
class Posting:
    """What the ledgers say of a branch's month, and when it is posted."""

    branch: Organization
    facts: Sequence[AutomaticFact]
    at: datetime


@transaction.atomic
def post_automatic_many(*, by: Scope, month: int, postings: Sequence[Posting]) -> int:
    """What ``post_automatic`` does, for many branches; returns how many entries are new.

    Refused as a whole where one month is locked or a fact comes from the wrong ledger.
    """
    check_month(month)
    for posting in postings:
        by.require(RECORD, posting.branch.path)
    _check_not_locked(month, {posting.branch.pk for posting in postings if posting.facts})
    return write_postings(by=by, month=month, postings=postings)


def write_postings(*, by: Scope, month: int, postings: Sequence[Posting]) -> int:
    """Write what is not there yet; returns how many. The caller has asked for permission and for the month's lock."""
    catalogue = catalogue_in_force(on=first_day(month))
    for posting in postings:
        for fact in posting.facts:
            check_source(catalogue.items.get(fact.item), fact)
    members = sorted({fact.member_id for posting in postings for fact in posting.facts})
    years: dict[int, Year] = {}
    for start in range(0, len(members), _PART):
        years |= years_of(members[start : start + _PART], month // 100, catalogue=catalogue)
    counted = [(posting, counted_once(posting.facts, catalogue, years)) for posting in postings]
    known = _known_keys([key for _posting, wanted in counted for key in wanted])
    day = stored_date_by()
    rows: list[tuple[object, ...]] = []
    deeds = []
    for posting, wanted in counted:
        before, at = len(rows), stored_datetime(posting.at)
        rows += [
            row_of(
                fact,
                key,
                catalogue.items[fact.item],
                branch_id=posting.branch.pk,
                month=month,
                day=day,
                at=at,
            )
            for key, fact in wanted.items()
            if key not in known
        ]
        known.update(wanted)
        if len(rows) > before:
            deeds.append(
                deed(
                    "points.entries.posted",
                    on=posting.branch,
                    chain=posting.branch.pk,
                    path=posting.branch.path,
                    data={"month": str(month), "count": len(rows) - before},
                )
            )
    insert_rows(Entry, COLUMNS, rows)
    record_many(deeds, by=by)
    return len(rows)


def _known_keys(keys: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(keys), _PART):
        rows = Entry.objects.filter(source_key__in=keys[start : start + _PART])
        known.update(key for key in rows.values_list("source_key", flat=True) if key)
    return known


def _check_not_locked(month: int, branches: Collection[int]) -> None:
    locked = set(PointsLock.objects.filter(month=month).values_list("branch_id", flat=True))
    if locked & set(branches):
        raise Refused(gettext_noop("{month}的积分已经封存，不能再记。"), month=month_text(month))


@dataclass(frozen=True, slots=True)
class PastEntry:
    """Points that were recorded and approved by hand in older books: by whom, when, with which evidence."""

    branch: Organization
    member_id: int
    item: str
    fact_on: date
    evidence: str
    recorder: str
    recorded_at: datetime
    approver: str
    approved_at: datetime
    operation: UUID


@transaction.atomic
def enter_past_entries(*, by: Scope, entries: Sequence[PastEntry]) -> int:
    """Enter approved points, as ``record_entry`` and ``approve_entries`` leave them; they count in their month.

    Refused: an automatic item, one not for the member's class, a recorder who approved, a locked month. An
    operation entered before is left out. Returns how many rows.
    """
    for each in entries:
        by.require(RECORD, each.branch.path)
        by.require(APPROVE, each.branch.path)
        if each.recorder == each.approver:
            raise Refused(gettext_noop("积分要由一人登记、另一人审核。请核对旧账。"))
    for month in {month_of(each.fact_on) for each in entries}:
        _check_not_locked(month, {each.branch.pk for each in entries if month_of(each.fact_on) == month})
    known = set(
        Entry.objects.filter(operation__in=[each.operation for each in entries]).values_list(
            "operation", flat=True
        )
    )
    day, operation = stored_date_by(), stored_by(Entry, "operation")
    rows, deeds = [], []
    for month in sorted({month_of(each.fact_on) for each in entries}):
        some = [each for each in entries if month_of(each.fact_on) == month and each.operation not in known]
        catalogue = catalogue_in_force(on=first_day(month))
        years = years_of({each.member_id for each in some}, month // 100, catalogue=catalogue)
        for each in some:
            item = catalogue.items[each.item]
            if item.ledger or not item.enabled or not item.applies(years[each.member_id].class_at(month)):
                raise Refused(gettext_noop("旧账里的“{item}”不能这样登记。请核对项目。"), item=item.name)
            rows.append(
                (
                    each.member_id, each.branch.pk, month, each.item, item.tenths, day(each.fact_on),
                    said(each.evidence)[:200], "manual", "approved", each.recorder,
                    each.approver[:40], stored_datetime(each.approved_at), "", operation(each.operation),
                    stored_datetime(each.recorded_at),
                )
            )  # fmt: skip
    ids = insert_rows(
        Entry,
        (
            "member", "branch", "month", "item", "tenths", "fact_on", "evidence", "source", "state",
            "recorder", "approver", "approved_at", "note", "operation", "at",
        ),
        rows,
    )  # fmt: skip
    by_branch: dict[int, list[int]] = {}
    for pk, row in zip(ids, rows, strict=True):
        by_branch.setdefault(row[1], []).append(pk)
    paths = {each.branch.pk: each.branch.path for each in entries}
    for branch_id, own in by_branch.items():
        deeds.append(
            Deed(
                "points.entries.approved",
                branch_id,
                paths[branch_id],
                "organizations.organization",
                str(branch_id),
                {"entries": own},
            )
        )
    record_many(deeds, by=by)
    return len(rows)


@transaction.atomic
def lock_months(
    *, by: Scope, branches: Collection[Organization], month: int, at: Mapping[int, datetime]
) -> None:
    """Close a month of many branches, each at its own time (by branch id); those closed already stay as they are."""
    check_month(month)
    for branch in branches:
        by.require(CONFIRM, branch.path)
    known = set(PointsLock.objects.filter(month=month).values_list("branch_id", flat=True))
    fresh = [branch for branch in branches if branch.pk not in known]
    ids = insert_rows(
        PointsLock,
        ("branch", "month", "locked_at"),
        [(branch.pk, month, stored_datetime(at.get(branch.pk, timezone.now()))) for branch in fresh],
    )
    record_many(
        [
            deed(
                "points.month.locked",
                on=PointsLock(pk=pk),
                chain=branch.pk,
                path=branch.path,
                data={"month": str(month)},
            )
            for pk, branch in zip(ids, fresh, strict=True)
        ],
        by=by,
    )
