"""Points that come from the ledgers of dues, meetings and study, and from nowhere else."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.months import check_month, first_day, month_of, month_text
from zhibu.core.text import gettext_noop
from zhibu.members.actions.bulk import insert_rows, stored_date_by, stored_datetime
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.points.actions.entries import RECORD
from zhibu.points.actions.locks import hold_ledger
from zhibu.points.models import Entry
from zhibu.points.policies import catalogue_in_force
from zhibu.points.rules.catalogue import Catalogue, Item, Source
from zhibu.points.summaries.locks import is_locked
from zhibu.points.summaries.totals import Year, years_of

RECORDER = "system"
COLUMNS = (
    "member", "branch", "month", "item", "tenths", "fact_on", "evidence", "source", "source_key", "state",
    "recorder", "approver", "approved_at", "note", "at",
)  # fmt: skip
_KEY_LENGTH = 60


@dataclass(frozen=True, slots=True)
class AutomaticFact:
    """A fact of a ledger that brings points. ``source``: dues, meetings or study; ``key`` names its row there.

    ``tenths``: only for study hours, where a share of the hours brings a share of the points.
    """

    member_id: int
    item: str
    fact_on: date
    source: str
    key: str
    tenths: int | None = None


@transaction.atomic
def post_automatic(
    *, by: Scope, branch: Organization, month: int, facts: Sequence[AutomaticFact], on: date
) -> int:
    """Write approved entries for what the ledgers say; returns how many are new. Posting again writes nothing.

    Points are those of the rules on the first of the month. A monthly item brings one entry a month of
    the fact, a yearly one one a year, others one for each key. Left out: items that are not in use or not
    for the member's class (C never loses for absence), suspended members, closed years. Refused: a locked
    month, and an item that does not come from the fact's ledger. About ten queries.
    """
    by.require(RECORD, branch.path)
    check_month(month)
    if not facts:
        return 0
    hold_ledger(branch.pk)
    if is_locked(branch.pk, month, on):
        raise Refused(gettext_noop("{month}的积分已经封存，不能再记。"), month=month_text(month))
    catalogue = catalogue_in_force(on=first_day(month))
    wanted = _wanted(facts, month, catalogue)
    return len(_post(by, branch, month, catalogue, wanted, Entry.objects.filter(source_key__in=wanted)))


def post_sealed(
    *,
    by: Scope,
    branch: Organization,
    month: int,
    facts: Sequence[AutomaticFact],
    catalogue: Catalogue,
    members: Mapping[int, Member],
) -> list[Entry]:
    """``post_automatic`` within a seal, which holds the ledger already; returns all entries of the month.

    ``catalogue`` is that of the first of the month, ``members`` are those of the facts. Three queries, where
    their year of points is opened.
    """
    by.require(RECORD, branch.path)
    wanted = _wanted(facts, month, catalogue, members)
    standing = Entry.objects.filter(Q(branch=branch.pk, month=month) | Q(source_key__in=wanted))
    found = list(standing.order_by("pk"))
    here = [entry for entry in found if (entry.branch_id, entry.month) == (branch.pk, month)]
    return here + _post(by, branch, month, catalogue, wanted, found)


def _wanted(
    facts: Sequence[AutomaticFact],
    month: int,
    catalogue: Catalogue,
    members: Mapping[int, Member] | None = None,
) -> dict[str, AutomaticFact]:
    for fact in facts:
        check_source(catalogue.items.get(fact.item), fact)
    people = {fact.member_id for fact in facts}
    return counted_once(
        facts, catalogue, years_of(people, month // 100, catalogue=catalogue, members=members)
    )


def _post(
    by: Scope,
    branch: Organization,
    month: int,
    catalogue: Catalogue,
    wanted: Mapping[str, AutomaticFact],
    standing: Iterable[Entry],
) -> list[Entry]:
    """Write what does not stand there under its key; returns what was written."""
    known = {entry.source_key for entry in standing}
    fresh = [(key, fact) for key, fact in wanted.items() if key not in known]
    at = timezone.now()
    day, now = stored_date_by(), stored_datetime(at)
    rows = [
        row_of(fact, key, catalogue.items[fact.item], branch_id=branch.pk, month=month, day=day, at=now)
        for key, fact in fresh
    ]
    ids = insert_rows(Entry, COLUMNS, rows)
    if rows:
        record(
            "points.entries.posted",
            by=by,
            on=branch,
            chain=branch.pk,
            path=branch.path,
            data={"month": str(month), "count": len(rows)},
        )
    return [
        Entry(
            pk=pk,
            member_id=fact.member_id,
            branch_id=branch.pk,
            month=month,
            item=fact.item,
            tenths=_tenths(catalogue.items[fact.item], fact),
            fact_on=fact.fact_on,
            source=fact.source,
            source_key=key,
            state="approved",
            recorder=RECORDER,
            approver=RECORDER,
            approved_at=at,
            at=at,
        )
        for pk, (key, fact) in zip(ids, fresh, strict=True)
    ]


def counted_once(
    facts: Sequence[AutomaticFact], catalogue: Catalogue, years: Mapping[int, Year]
) -> dict[str, AutomaticFact]:
    """Facts that count, by the key under which each is posted once. Items must be checked before."""
    wanted: dict[str, AutomaticFact] = {}
    for fact in facts:
        item, year = catalogue.items[fact.item], years.get(fact.member_id)
        if year is None or year.is_paused or year.closed is not None or not item.enabled:
            continue
        if item.applies(year.class_at(month_of(fact.fact_on))):
            wanted.setdefault(_key(item, fact), fact)
    return wanted


def row_of(
    fact: AutomaticFact,
    key: str,
    item: Item,
    *,
    branch_id: int,
    month: int,
    day: Callable[[date | None], object],
    at: object,
) -> tuple[object, ...]:
    """An approved entry as the driver takes it, in the order of ``COLUMNS``."""
    return (
        fact.member_id, branch_id, month, fact.item, _tenths(item, fact), day(fact.fact_on), "", fact.source,
        key, "approved", RECORDER, RECORDER, at, "", at,
    )  # fmt: skip


def check_source(item: Item | None, fact: AutomaticFact) -> None:
    ledgers = (Source.DUES, Source.MEETINGS, Source.STUDY)
    if item is None or not item.ledger or item.ledger != fact.source or fact.source not in ledgers:
        raise Refused(
            gettext_noop("{item}不能从这本台账自动记积分。自动项目只从党费、组织生活和学时台账来。"),
            item=item.name if item is not None else fact.item,
        )


def _tenths(item: Item, fact: AutomaticFact) -> int:
    """A share of study hours never brings more than the item."""
    if fact.tenths is None or item.ledger != Source.STUDY:
        return item.tenths
    return min(max(fact.tenths, 0), item.tenths)


def _key(item: Item, fact: AutomaticFact) -> str:
    if item.unit == "month":
        part = str(month_of(fact.fact_on))
    elif item.unit == "year":
        part = str(fact.fact_on.year)
    else:
        part = fact.key
    key = f"{fact.source}:{item.code}:{fact.member_id}:{part}"
    if len(key) <= _KEY_LENGTH:
        return key
    return f"{fact.source}:{item.code}:{sha256(key.encode()).hexdigest()[:40]}"
