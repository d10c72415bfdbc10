"""What the dues of a month say for points, read for the seal and for the page that shows what the seal will post."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from zhibu.core.months import first_day, last_day, shift_month
from zhibu.dues.models import Due, Payment
from zhibu.dues.rules.quarters import paid_by, quarter_end
from zhibu.members.models import Member
from zhibu.months.rules.cells import DuesCell
from zhibu.months.rules.months import Line
from zhibu.months.summaries.book import Book, Row
from zhibu.points.actions import AutomaticFact


def dues_facts(month: int, rows: Iterable[Row]) -> list[AutomaticFact]:
    """What the dues of a month say: M02 paid in full inside it or exempt, D02 owed and not paid (points.toml).

    Admitted and not yet approved (pending) is never held against a member, and neither is a month that may be paid
    later in its quarter: ``quarter_of`` tells of it when the quarter's last month is sealed.
    """
    found = (
        dues_fact(month, row.line, [(p.amount, p.paid_on) for p in (*row.written, *row.elsewhere)])
        for row in rows
    )
    return [fact for fact in found if fact is not None]


def dues_fact(
    month: int, line: Line, paid: Sequence[tuple[int, date]], *, end: date | None = None
) -> AutomaticFact | None:
    """``dues_facts`` of one line; ``paid``: fen and day of what was paid for the month; ``end``: the last day in
    time, None for that of the month."""
    last = last_day(month)
    end = end or last
    in_time = sum(amount for amount, day in paid if day <= end)
    whole = sum(amount for amount, _day in paid)
    if line.kind == "exempt" or (line.owes and in_time >= line.assessed):
        # Paid ahead counts in the month it was paid for, and so does what came later in the quarter.
        day = max((day for _amount, day in paid if day <= end), default=end)
        item, on = "M02", min(max(day, first_day(month)), last)
    elif line.owes and line.kind != "pending" and whole == 0 and not line.waits:
        item, on = "D02", last
    else:
        return None
    key = f"dues:{item}:{month}:{line.member_id}"
    return AutomaticFact(member_id=line.member_id, item=item, fact_on=on, source="dues", key=key)


@dataclass(frozen=True, slots=True)
class OfQuarter:
    """What the earlier months of a quarter say at its end, and of whom (by id)."""

    facts: Sequence[AutomaticFact] = ()
    people: Mapping[int, Member] = field(default_factory=dict)


def quarter_of(book: Book) -> OfQuarter:
    """The earlier months of the quarter that a branch let be paid by its end: of its members, and of who left it.

    Nothing but in the last month of a quarter. Two queries there, three where somebody is on no list of the month.
    """
    month, branch = book.branch_month.month, book.branch_month.branch_id
    if month != quarter_end(month):
        return OfQuarter()
    earlier = Due.objects.filter(month__in=(shift_month(month, -2), shift_month(month, -1)), by_quarter=True)
    dues = list(earlier.filter(Q(branch=branch) | Q(member__in=book.people)))
    if not dues:
        return OfQuarter()
    ids = {due.member_id for due in dues}
    paid: dict[tuple[int, int], list[tuple[int, date]]] = defaultdict(list)
    for payment in Payment.objects.filter(member__in=ids, month__in={due.month for due in dues}):
        paid[payment.member_id, payment.month].append((payment.amount, payment.paid_on))
    found = (
        dues_fact(
            due.month,
            Line(due.member_id, due.kind, due.amount, DuesCell()),
            paid[due.member_id, due.month],
            end=paid_by(due.month, by_quarter=True),
        )
        for due in dues
    )
    missing = ids - book.people.keys()
    others = Member.objects.defer("resident_id", "phone").in_bulk(missing) if missing else {}
    return OfQuarter([fact for fact in found if fact is not None], others)
