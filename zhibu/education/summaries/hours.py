"""What the ledger says of members' years, and of whom more is asked."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import F, Sum

from zhibu.education.models import StudyRecord
from zhibu.members.models import Member, PostHolding
from zhibu.members.rules.stages import COMMITTEE_POSTS

PART = 5000


def own_hours(member_ids: Collection[int], year: int) -> dict[int, dict[str, int]]:
    """Tenths of an hour by mode, reversals subtracted; without who has none. One query per 5000 members."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for part in parts(member_ids):
        rows = (
            StudyRecord.objects.filter(member__in=part, year=year)
            .order_by()
            .values_list("member_id", "mode")
            .annotate(whole=Sum("tenths"))
        )
        for pk, mode, whole in rows:
            if whole:
                found[pk][mode] = whole
    return dict(found)


def leaders(member_ids: Collection[int], year: int) -> set[int]:
    """Who held a post of the own branch's committee at the year's end, or holds it in a year that still runs.

    One query per 5000.
    """
    end, found = date(year, 12, 31), set[int]()
    for part in parts(member_ids):
        held = PostHolding.objects.filter(member__in=part, post__in=COMMITTEE_POSTS, from_date__lte=end)
        found.update(
            held.filter(organization=F("member__branch"))
            .exclude(until__lte=end)
            .values_list("member_id", flat=True)
        )
    return found


def entries_of_member(member: Member, year: int) -> list[StudyRecord]:
    """The member's rows of a year with where each was entered, the latest first. One query."""
    rows = StudyRecord.objects.filter(member=member, year=year).select_related("branch", "reversal")
    return list(rows.order_by("-on", "-pk"))


def parts(ids: Collection[int]) -> Iterable[list[int]]:
    """Ids in parts that a statement takes."""
    listed = sorted(ids)
    for start in range(0, len(listed), PART):
        yield listed[start : start + PART]
