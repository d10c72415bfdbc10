"""Lines of a member's booklet that come from the ledger of dues (settings.OVERPRINT_SOURCES)."""

from collections.abc import Collection, Mapping

from zhibu.core.booklet_lines import Line
from zhibu.core.money import yuan
from zhibu.core.months import last_day
from zhibu.dues.models import Due, Payment
from zhibu.dues.rules.owing import DueKind
from zhibu.dues.summaries.ledger import MemberMonth, years_of
from zhibu.members.summaries.one_person import OnePerson


def dues(member_ids: Collection[int]) -> Mapping[int, list[Line]]:
    """Pages 11-15: a line for each month with something paid, or with nothing to pay. Six queries.

    The row of the page is the month's own: the line belongs to its last day, and the copy's year of issue
    says which page. What was paid is shown with the voluntary part, large payments left out.
    """
    records = OnePerson.read().records(member_ids)
    months = [
        month
        for model in (Due, Payment)
        for month in model._default_manager.filter(member__in=records)
        .order_by()
        .values_list("month", flat=True)
        .distinct()
    ]
    if not months:
        return {}
    found = years_of(member_ids, min(months) // 100, max(months) // 100)
    return {
        pk: [_line(pk, row) for row in rows if row.paid + row.extra > 0 or row.kind in _NOTHING]
        for pk, rows in found.items()
    }


_NOTHING = {DueKind.EXEMPT}


def _line(member_id: int, row: MemberMonth) -> Line:
    paid = row.paid + row.extra
    fields = (
        yuan(row.assessed),
        yuan(paid) if paid else "",
        f"{row.paid_on:%Y.%m.%d}" if row.paid_on else "",
        row.receiver if row.paid_on else "",
    )
    return Line(f"dues:{member_id}:{row.month}", last_day(row.month), fields)
