"""Lines of the booklet's points pages (settings.OVERPRINT_SOURCES): months that are sealed or published."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Min

from zhibu.core.months import last_day, month_of
from zhibu.members.models import Member
from zhibu.points.models import Account, Entry, PointsLock, Publicity
from zhibu.points.rules.booklet import LedgerLine, slot_of
from zhibu.points.rules.catalogue import change_text, points_text
from zhibu.points.summaries.totals import months_by_member


def points(member_ids: Collection[int]) -> Mapping[int, list[LedgerLine]]:
    """Pages 16-20: what each month changed, the total at its end, who published it; the member signs by hand.

    Only months that no longer change: sealed or published at the branch that the member had entries in,
    else at the member's own. Six queries, and five for each year.
    """
    people = Member.objects.filter(pk__in=member_ids).values_list("pk", "branch_id", "join_date")
    branch_of, joined = {}, {}
    for pk, branch_id, join_date in people:
        branch_of[pk], joined[pk] = branch_id, month_of(join_date)
    first_years = dict(
        Account.objects.filter(member__in=member_ids)
        .order_by()
        .values_list("member")
        .annotate(first=Min("year"))
    )
    at: dict[tuple[int, int], int] = {}
    rows = Entry.objects.approved().filter(member__in=member_ids).order_by()
    for member, month, branch in rows.values_list("member_id", "month", "branch_id").distinct():
        at[member, month] = branch
        first_years[member] = min(first_years.get(member, month // 100), month // 100)
    branches = set(branch_of.values()) | set(at.values())
    settled = set(PointsLock.objects.filter(branch__in=branches).values_list("branch_id", "month"))
    keepers = {(row.branch_id, row.month): row.by for row in Publicity.objects.filter(branch__in=branches)}
    settled |= set(keepers)
    months = sorted({month for _, month in settled})
    lines: dict[int, list[LedgerLine]] = defaultdict(list)
    for year in sorted({month // 100 for month in months}):
        own = [pk for pk, first in first_years.items() if first <= year]
        for pk, found in months_by_member(own, year).items():
            for each in found:
                branch = at.get((pk, each.month), branch_of[pk])
                if (branch, each.month) in settled and each.month >= joined[pk]:
                    fields = (
                        change_text(each.change),
                        points_text(each.total),
                        keepers.get((branch, each.month), ""),
                        "",
                    )
                    slot = slot_of(each.month, first_years[pk])
                    lines[pk].append(LedgerLine(f"points:{each.month}", last_day(each.month), fields, slot))
    return lines
