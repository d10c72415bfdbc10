"""Lines of the booklet's stamp pages (settings.OVERPRINT_SOURCES): annual reviews."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from zhibu.core.booklet_lines import Line
from zhibu.reviews.models import Review
from zhibu.reviews.rules import RESULT_LABELS, Result


def reviews(member_ids: Collection[int]) -> Mapping[int, list[Line]]:
    """Page 28: a box a year: result and day. One query."""
    lines: dict[int, list[Line]] = defaultdict(list)
    for row in Review.objects.filter(member__in=member_ids).order_by("year"):
        fields = (RESULT_LABELS[Result(row.result)], f"{row.reviewed_on:%Y.%m.%d}")
        lines[row.member_id].append(Line(f"review:{row.pk}", date(row.year, 12, 31), fields))
    return lines
