"""Totals from sums: caps per item, then the bonus and deduction caps, then the total's. Pure. Source: points.md rules 2 and 10."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from zhibu.points.rules.catalogue import BELOW, VETOED, Catalogue, Item, Kind


@dataclass(frozen=True, slots=True)
class Sum:
    """Approved entries of one item, reversals included: their tenths, and how many stand (reversed ones do not)."""

    tenths: int
    standing: int


@dataclass(frozen=True, slots=True)
class Total:
    """A member's points in a year, in tenths.

    ``earned``: what the entries add up to. ``counted``: what is left of it after the caps. ``total`` =
    ``base`` + ``counted`` within 0 and the total's cap. ``grade``: a star, below_base or vetoed; what it
    would be today while the year is open. ``paused``: standing suspended, nothing is counted.
    """

    base: int
    earned: int
    counted: int
    total: int
    grade: str
    veto: bool
    items: Mapping[str, int] = field(default_factory=dict)
    closed: bool = False
    paused: bool = False


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """One month of a member's year: entries, what they changed after the caps, and the total at its end."""

    month: int
    earned: int
    change: int
    total: int


def months_in(joined_year: int, joined_month: int, year: int) -> int:
    """Months of the year that count for the caps: who joins in it starts with the month of joining.

    >>> months_in(2009, 6, 2026), months_in(2026, 6, 2026), months_in(2027, 1, 2026)
    (12, 7, 0)
    """
    if joined_year < year:
        return 12
    return 13 - joined_month if joined_year == year else 0


def cap_of(item: Item, months: int) -> int:
    """The item's cap for so many months: its share, rounded in the member's favor, never below one entry.

    points.toml joins_mid_year: the base is kept, the caps are pro rata. A cap below one entry would cut
    the single entry that can happen.
    """
    share = -(-item.cap * months // 12)
    return max(share, item.tenths) if item.cap >= 0 else min(share, item.tenths)


def count(
    catalogue: Catalogue, sums: Mapping[str, Sum], *, base: int | None = None, months: int = 12
) -> Total:
    """The total of these entries. The order in which they were written plays no part: only their sums do.

    Negative sums of an item that adds, left by a reversal of an earlier year's entry, count in full.
    """
    start = catalogue.base if base is None else base
    counted: dict[str, int] = {}
    by_kind = dict.fromkeys(Kind, 0)
    veto = False
    for code, each in sums.items():
        item = catalogue.items.get(code)
        if item is None:
            continue
        if item.kind == Kind.VETO:
            veto = veto or each.standing > 0
            continue
        cap = cap_of(item, months)
        value = min(each.tenths, cap) if item.kind != Kind.DEDUCTION else max(each.tenths, cap)
        counted[code] = value
        by_kind[item.kind] += value
    bonus_cap = -(-catalogue.bonus_cap * months // 12)
    bonus = min(by_kind[Kind.BONUS], bonus_cap)
    deduction = max(by_kind[Kind.DEDUCTION], catalogue.deduction_cap)
    whole = start + by_kind[Kind.MONTHLY] + by_kind[Kind.YEARLY] + bonus + deduction
    total = min(max(whole, 0), catalogue.total_cap)
    return Total(
        base=start,
        earned=sum(each.tenths for each in sums.values()),
        counted=total - start,
        total=total,
        grade=grade_of(catalogue, total, veto=veto),
        veto=veto,
        items=counted,
    )


def grade_of(catalogue: Catalogue, total: int, *, veto: bool) -> str:
    """The star of a total; vetoed overrides it."""
    if veto:
        return VETOED
    if total < catalogue.line:
        return BELOW
    return next((grade for grade, least in catalogue.stars if total >= least), BELOW)


def months_of(
    catalogue: Catalogue,
    entries: Iterable[tuple[int, str, int]],
    *,
    year: int,
    base: int | None = None,
    months: int = 12,
) -> list[MonthTotal]:
    """The twelve months of a year. ``entries``: month, item and tenths of approved ones.

    A month's change is the total at its end less the total before: the twelve changes add up to the year.
    """
    sums: dict[int, dict[str, int]] = {year * 100 + n: {} for n in range(1, 13)}
    for month, code, tenths in entries:
        sums[month][code] = sums[month].get(code, 0) + tenths

    def added(before: dict[str, int], month: dict[str, int]) -> dict[str, int]:
        return {code: before.get(code, 0) + month.get(code, 0) for code in before.keys() | month.keys()}

    before = catalogue.base if base is None else base
    found = []
    for month, upto in zip(sums, accumulate(sums.values(), added), strict=True):
        at_end = count(
            catalogue, {code: Sum(tenths, 0) for code, tenths in upto.items()}, base=base, months=months
        ).total
        found.append(MonthTotal(month, sum(sums[month].values()), at_end - before, at_end))
        before = at_end
    return found
