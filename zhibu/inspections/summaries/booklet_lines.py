"""Lines of the booklet's stamp pages (settings.OVERPRINT_SOURCES): quarterly inspections."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from zhibu.core.booklet_lines import Line
from zhibu.inspections.models import Sample


def inspections(member_ids: Collection[int]) -> Mapping[int, list[Line]]:
    """Page 29: a cell a quarter, for who was drawn and met; the last visit of a quarter counts. One query."""
    found: dict[tuple[int, int], Sample] = {}
    rows = (
        Sample.objects.filter(member__in=member_ids, state="checked")
        .exclude(checked_on=None)
        .select_related("inspection")
        .order_by("checked_on", "pk")
    )
    for row in rows:
        if row.member_id is not None:
            found[(row.member_id, row.inspection.quarter)] = row
    lines: dict[int, list[Line]] = defaultdict(list)
    for (member, quarter), row in sorted(found.items(), key=lambda each: each[0]):
        if row.checked_on is None:
            continue
        year, number = quarter // 10, quarter % 10
        lines[member].append(
            Line(
                f"inspection:{member}:{quarter}",
                date(year, number * 3, 28),
                ("已督查", f"{row.checked_on:%Y.%m.%d}"),
            )
        )
    return lines
