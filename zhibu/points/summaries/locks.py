"""Which months of a branch are locked or published."""

from collections.abc import Collection
from datetime import date

from zhibu.points.models import PointsLock, Publicity


def is_locked(branch_id: int, month: int, on: date) -> bool:
    """True while the month is sealed and no exception opens it on that day. One query."""
    return month in locked_months(branch_id, [month], on)


def locked_months(branch_id: int, months: Collection[int], on: date) -> set[int]:
    """Which of the months are locked on that day. One query."""
    rows = PointsLock.objects.filter(branch=branch_id, month__in=months).values_list("month", "open_until")
    return {month for month, until in rows if until is None or until <= on}


def reopened_months(branch_id: int, months: Collection[int], on: date) -> set[int]:
    """Which of the months an exception opens on that day. One query."""
    return set(
        PointsLock.objects.filter(branch=branch_id, month__in=months, open_until__gt=on).values_list(
            "month", flat=True
        )
    )


def published_months(branch_id: int, months: Collection[int]) -> set[int]:
    """Which of the months are published. One query."""
    return set(Publicity.objects.filter(branch=branch_id, month__in=months).values_list("month", flat=True))
