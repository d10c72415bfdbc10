"""A year of points: totals from sums of entries, months, classes. Numbers are tenths of a point."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from zhibu.core.months import last_day
from zhibu.members.models import Member, PostHolding
from zhibu.members.rules.stages import Stage, Standing
from zhibu.members.summaries.history import members_on
from zhibu.members.summaries.one_person import OnePerson
from zhibu.organizations.models import Organization
from zhibu.points.models import Account, Entry
from zhibu.points.policies import catalogue_of_year
from zhibu.points.rules.catalogue import Catalogue
from zhibu.points.rules.months import class_in
from zhibu.points.rules.people import class_of
from zhibu.points.rules.totals import MonthTotal, Total, count, months_in, months_of
from zhibu.points.rules.totals import Sum as ItemSum


@dataclass(frozen=True, slots=True)
class Year:
    """What a member's year is counted with: its base, months for the caps, the class as the year opens.

    ``closed``: the frozen total, grade and veto; None while it is open.
    """

    base: int
    months: int
    member_class: str
    history: tuple[tuple[int, str], ...] = ()
    closed: tuple[int, str, bool] | None = None
    closed_on: date | None = None
    is_paused: bool = False
    has_account: bool = False

    def class_at(self, month: int) -> str:
        """The class in a month."""
        return class_in(month, self.member_class, self.history)


_FACTS = ("pk", "join_date", "birth_date", "stage", "standing", "is_floating")


def years_of(
    member_ids: Collection[int],
    year: int,
    *,
    catalogue: Catalogue,
    members: Mapping[int, Member] | None = None,
) -> dict[int, Year]:
    """What each member's year is counted with, opened or not. Three queries; one with the ``members`` at hand and
    their year opened."""
    accounts = {row.member_id: row for row in Account.objects.filter(member__in=member_ids, year=year)}
    facts: Iterable[tuple[Any, ...]]
    if members is None:
        facts = Member.objects.filter(pk__in=member_ids).values_list(*_FACTS)
    else:
        facts = map(attrgetter(*_FACTS), (members[pk] for pk in member_ids))
    unopened = [pk for pk in member_ids if pk not in accounts]
    holdings = PostHolding.objects.filter(member__in=unopened, until=None)
    posted = set(holdings.values_list("member_id", flat=True)) if unopened else set()
    opens = date(year, 1, 1)
    found = {}
    for pk, joined, born, stage, standing, floating in facts:
        account = accounts.get(pk)
        months = months_in(joined.year, joined.month, year)
        is_paused = standing == Standing.SUSPENDED
        if account is None:
            member_class = class_of(
                birth_date=born,
                is_probationary=stage == Stage.PROBATIONARY,
                is_floating=floating,
                holds_post=pk in posted,
                elderly_age=catalogue.elderly_age,
                on=opens,
            )
            found[pk] = Year(catalogue.base, months, str(member_class), is_paused=is_paused)
            continue
        closed = None
        if account.closed_on is not None:
            closed = (account.total or 0, account.grade, account.veto)
        found[pk] = Year(
            account.base,
            months,
            account.member_class,
            tuple((int(entry[0]), str(entry[1])) for entry in account.class_history),
            closed,
            account.closed_on,
            is_paused,
            has_account=True,
        )
    return found


def totals(member_ids: Collection[int], year: int) -> dict[int, Total]:
    """Each member's year as it stands: six queries, however many members.

    A closed year keeps the total, the grade and the veto of its closing.
    """
    return _totals(member_ids, year)[0]


def totals_with_years(
    member_ids: Collection[int], year: int, *, person: OnePerson | None = None
) -> tuple[dict[int, Total], dict[int, Year]]:
    """Like ``totals``, with what each year is counted with. ``person``: the merged records, where they are at hand."""
    return _totals(member_ids, year, person)


def _totals(
    member_ids: Collection[int], year: int, person: OnePerson | None = None
) -> tuple[dict[int, Total], dict[int, Year]]:
    catalogue = catalogue_of_year(year)
    years = years_of(member_ids, year, catalogue=catalogue)
    # Members with the same sums and caps, as most are, are counted once.
    known: dict[tuple[object, ...], Total] = {}
    sums = _sums(member_ids, year, person or OnePerson.read())
    found = {}
    for pk, each in years.items():
        own = sums.get(pk, {})
        key = (each.base, each.months, tuple(sorted((code, s.tenths, s.standing) for code, s in own.items())))
        total = known.get(key)
        if total is None:
            total = known[key] = count(catalogue, own, base=each.base, months=each.months)
        if each.closed is not None:
            frozen, grade, veto = each.closed
            total = replace(
                total, total=frozen, counted=frozen - each.base, grade=grade, veto=veto, closed=True
            )
        elif each.is_paused:
            total = replace(total, grade="", paused=True)
        found[pk] = total
    return found, years


def _sums(member_ids: Collection[int], year: int, person: OnePerson) -> Mapping[int, dict[str, ItemSum]]:
    """Approved entries added up in the database by member and item."""
    one = Case(When(reverses=None, then=Value(1)), default=Value(-1), output_field=IntegerField())
    rows = (
        _entries(person, member_ids, year)
        .order_by()
        .values_list("member_id", "item")
        .annotate(whole=Sum("tenths"), standing=Sum(one))
    )
    found: dict[int, dict[str, ItemSum]] = defaultdict(dict)
    for pk, item, whole, standing in rows:
        own = found[person.of(pk)]
        before = own.get(item, ItemSum(0, 0))
        own[item] = ItemSum(before.tenths + whole, before.standing + standing)
    return found


def _entries(person: OnePerson, member_ids: Collection[int], year: int) -> QuerySet[Entry]:
    """Approved entries of a year, with those of sealed months under records that were merged into these members.

    What counts once a month counts once for the person; dues paid under either record are not unpaid.
    """
    rows = Entry.objects.approved().of_year(year).filter(member__in=person.records(member_ids))
    if not person.others(member_ids):
        return rows
    twice = Entry.objects.approved().filter(
        member=OuterRef("member__merged_into"), item=OuterRef("item"), month=OuterRef("month")
    )
    monthly = Q(source="dues") | Q(source="meetings", item__startswith="M")
    paid = Entry.objects.approved().filter(
        Q(member=OuterRef("member__merged_into")) | Q(member__merged_into=OuterRef("member")),
        item="M02",
        month=OuterRef("month"),
    )
    return rows.exclude(monthly & Exists(twice)).exclude(Q(source="dues", item="D02") & Exists(paid))


def months_by_member(member_ids: Collection[int], year: int) -> dict[int, list[MonthTotal]]:
    """The twelve months of each member's year: their changes add up to the total less the base. Five queries."""
    catalogue = catalogue_of_year(year)
    return _months(years_of(member_ids, year, catalogue=catalogue), year, catalogue=catalogue)


def _months(years: Mapping[int, Year], year: int, *, catalogue: Catalogue) -> dict[int, list[MonthTotal]]:
    entries: dict[int, list[tuple[int, str, int]]] = defaultdict(list)
    person = OnePerson.read()
    rows = (
        _entries(person, list(years), year)
        .order_by()
        .values_list("member_id", "month", "item")
        .annotate(whole=Sum("tenths"))
    )
    for pk, month, item, whole in rows:
        entries[person.of(pk)].append((month, item, whole))
    return {
        pk: months_of(catalogue, entries[pk], year=year, base=each.base, months=each.months)
        for pk, each in years.items()
    }


def year_months(member: Member, year: int) -> list[MonthTotal]:
    """The twelve months of a member's year, as the booklet shows them."""
    return months_by_member([member.pk], year)[member.pk]


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A member in a month: what approved entries add, what that changed after the caps, the total at its end.

    ``groups``: earned tenths by kind of item. ``proposed``: entries that wait for approval.
    """

    member_id: int
    name: str
    earned: int
    change: int
    total: int
    entries: int
    proposed: int
    groups: Mapping[str, int]
    member_class: str
    is_paused: bool = False


def month_rows(branch: Organization, month: int) -> list[MonthRow]:
    """A branch's month: its members at its end and whoever has entries there, in the order of the roster.

    Constant queries. The total goes with the member, also from a branch before.
    """
    branch_id = branch.pk
    year = month // 100
    catalogue = catalogue_of_year(year)
    here: dict[int, list[tuple[str, int, int, int]]] = defaultdict(list)
    rows = (
        Entry.objects.filter(branch=branch_id, month=month)
        .order_by()
        .values_list("member_id", "item")
        .annotate(
            whole=Coalesce(Sum("tenths", filter=Q(state="approved")), 0),
            approved=Count("pk", filter=Q(state="approved")),
            proposed=Count("pk", filter=Q(state="proposed")),
        )
    )
    for pk, item, whole, approved, proposed in rows:
        here[pk].append((item, whole, approved, proposed))
    there = members_on([branch_id], on=last_day(month))
    people = list(
        Member.objects.filter(pk__in={*here, *(member.pk for member in there)})
        .order_by("pinyin", "pk")
        .values_list("pk", "name")
    )
    ids = [pk for pk, _ in people]
    years = years_of(ids, year, catalogue=catalogue)
    months = _months(years, year, catalogue=catalogue)
    found = []
    for pk, name in people:
        own = here.get(pk, [])
        groups: dict[str, int] = defaultdict(int)
        for item, whole, _, _ in own:
            known = catalogue.items.get(item)
            if known is not None:
                groups[known.kind] += whole
        at = months[pk][month % 100 - 1]
        found.append(
            MonthRow(
                pk,
                name,
                sum(each[1] for each in own),
                at.change,
                at.total,
                sum(each[2] for each in own),
                sum(each[3] for each in own),
                dict(groups),
                years[pk].class_at(month),
                years[pk].is_paused,
            )
        )
    return found
