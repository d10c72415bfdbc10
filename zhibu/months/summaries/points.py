"""Points on the page of a month: of the month and of the year so far, with what the seal will add to them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from zhibu.core.text import gettext_noop
from zhibu.months.summaries.book import Book
from zhibu.points.models import Entry
from zhibu.points.rules.catalogue import Catalogue
from zhibu.points.rules.totals import Sum, Total, count
from zhibu.points.summaries.totals import Year

CLASS_WORDS = {
    "A": gettext_noop("普通"),
    "B": gettext_noop("两委"),
    "C": gettext_noop("年老体弱"),
    "D": gettext_noop("流动"),
    "E": gettext_noop("预备"),
}


@dataclass(frozen=True, slots=True)
class ManualEntry:
    """Points somebody recorded by hand in the month. ``state``: approved, or proposed while it waits."""

    pk: int
    item: str
    tenths: int
    state: str


@dataclass(frozen=True, slots=True)
class MonthPoints:
    """A member's points, in tenths. ``tenths``: what the entries of the month add up to, the proposed ones
    included; ``proposed``: those of them that the seal will post. ``total``: the year at the month's end after the
    caps, None while nothing is counted for the member. ``member_class``: A to E.
    """

    tenths: int
    proposed: int
    total: int | None
    member_class: str
    manual: tuple[ManualEntry, ...] = ()


def points_of(
    book: Book,
    proposed: Mapping[str, tuple[int, str]],
    years: Mapping[int, Year],
    *,
    catalogue: Catalogue,
    of_year: Catalogue,
) -> dict[int, MonthPoints]:
    """Points by member. ``proposed``: member and item of what the seal would post, by key. One query.

    The month counts entries of this branch, the year those of all branches, as the pages of points do.
    """
    branch, month = book.branch_month.branch_id, book.branch_month.month
    until_now = Q(member__in=list(years), month__gte=month // 100 * 100 + 1, month__lte=month)
    # What counts once a year may have been posted in a later month, by the branch a member went to.
    yearly = [key for key, (_member, item) in proposed.items() if catalogue.items[item].unit == "year"]
    entries = Entry.objects.filter(until_now | Q(source_key__in=yearly) if yearly else until_now)
    known: set[str] = set()
    own: dict[int, int] = defaultdict(int)
    added: dict[int, int] = defaultdict(int)
    sums: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    manual: dict[int, list[ManualEntry]] = defaultdict(list)
    columns = ("pk", "member_id", "branch_id", "month", "item", "tenths", "state", "source", "source_key")
    for pk, member, at, counted_in, item, tenths, state, source, key in entries.values_list(*columns):
        if key is not None:
            known.add(key)
        if state == "refused" or not month // 100 * 100 < counted_in <= month:
            continue
        if at == branch and counted_in == month:
            if source == "manual":
                manual[member].append(ManualEntry(pk, item, tenths, state))
            if state == "approved" and source != "study":  # those of the year's close belong to no month
                own[member] += tenths
        if state == "approved":
            sums[member][item] += tenths
    for key, (member, item) in proposed.items():
        if key not in known:
            worth = catalogue.items[item].tenths
            added[member] += worth
            sums[member][item] += worth
    total = _Totals(of_year)
    return {
        pk: MonthPoints(
            own[pk] + added[pk],
            added[pk],
            None if year.is_paused else total.of(year, sums[pk]),
            year.class_at(month),
            tuple(manual[pk]),
        )
        for pk, year in years.items()
    }


class _Totals:
    """Members with the same sums and caps, as most are, are counted once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[tuple[object, ...], Total] = {}

    def of(self, year: Year, sums: Mapping[str, int]) -> int:
        base = year.base if year.has_account else self._catalogue.base
        key = (base, year.months, tuple(sorted(sums.items())))
        found = self._known.get(key)
        if found is None:
            worth = {code: Sum(tenths, 0) for code, tenths in sums.items()}
            found = self._known[key] = count(self._catalogue, worth, base=base, months=year.months)
        return found.total
