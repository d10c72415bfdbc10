"""What sealing a month would post as it stands now: a read beside the deed, so that both decide by the same rules."""

from collections.abc import Mapping
from datetime import date

from zhibu.meetings.summaries.ledger import facts_at_hand
from zhibu.months.actions.cells import EDITABLE
from zhibu.months.actions.dues import dues_fact, quarter_of
from zhibu.months.actions.submitting import payment_entry
from zhibu.months.models import BranchMonth
from zhibu.months.rules.months import MonthState
from zhibu.months.summaries.book import Book, Row
from zhibu.months.summaries.points import MonthPoints, points_of
from zhibu.points.actions import AutomaticFact
from zhibu.points.actions.automatic import counted_once
from zhibu.points.rules.catalogue import Catalogue
from zhibu.points.summaries.totals import years_of


def points_as_proposed(book: Book, *, catalogue: Catalogue, of_year: Catalogue) -> Mapping[int, MonthPoints]:
    """The points of each member in the month: what is approved, and what the seal will add to it.

    ``catalogue`` holds on the first of the month, ``of_year`` on the first of January. A sealed month proposes
    nothing. Three queries, two where the year of points is opened; two more where a meeting of the month counts for
    the year.
    """
    row = book.branch_month
    years = years_of(book.people, row.month // 100, catalogue=catalogue, members=book.people)
    wanted: dict[str, AutomaticFact] = {}
    if row.state != MonthState.SEALED:
        quarter = [fact for fact in quarter_of(book).facts if fact.member_id in years]
        wanted = counted_once([*_facts(book), *quarter], catalogue, years)
    proposed = {key: (fact.member_id, fact.item) for key, fact in wanted.items()}
    return points_of(book, proposed, years, catalogue=catalogue, of_year=of_year)


def _facts(book: Book) -> list[AutomaticFact]:
    row = book.branch_month
    dues = (dues_fact(row.month, each.line, _paid(row, each, book.collected_on)) for each in book.rows)
    met = facts_at_hand(row.branch_id, row.month, book.meetings, book.attendance)
    return [
        *(fact for fact in dues if fact is not None),
        *(AutomaticFact(each.member_id, each.item, each.fact_on, "meetings", each.key) for each in met),
    ]


def _paid(row: BranchMonth, each: Row, day: date) -> list[tuple[int, date]]:
    """Fen and day of what is paid for the month: until it is submitted, what submitting it would write."""
    if row.state not in EDITABLE:
        return [(payment.amount, payment.paid_on) for payment in (*each.written, *each.elsewhere)]
    found = [(payment.amount, payment.paid_on) for payment in each.elsewhere]
    entry = payment_entry(row, each.line, each.dues.version, day, "")
    if entry is not None:
        found.append((entry.amount, entry.paid_on))
    return found
