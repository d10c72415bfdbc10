"""The day a month's record is due, and sums that must agree with what was counted. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from zhibu.core.access import Refused
from zhibu.core.money import yuan
from zhibu.core.months import first_day, is_month, month_of, month_text, shift_month
from zhibu.core.text import gettext_noop
from zhibu.dues.rules.owing import KINDS
from zhibu.meetings.rules.attendance import CAME, Status
from zhibu.months.rules.cells import DuesCell, How


class MonthState(StrEnum):
    """Where a branch's month stands."""

    OPEN = "open"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    SEALED = "sealed"


STATE_LABELS = {
    MonthState.OPEN: gettext_noop("未提交"),
    MonthState.SUBMITTED: gettext_noop("待确认"),
    MonthState.RETURNED: gettext_noop("已退回"),
    MonthState.SEALED: gettext_noop("已封存"),
}


def due_day(month: int, submit_day: int) -> date:
    """Until when a month's record is submitted: a day of the month after (certificate.md: by the 10th).

    >>> due_day(202612, 10)
    datetime.date(2027, 1, 10)
    """
    after = first_day(shift_month(month, 1))
    return after.replace(day=min(submit_day, 28))


def is_late(month: int, submit_day: int, *, on: date) -> bool:
    """True from the day after the last day for submitting."""
    return on > due_day(month, submit_day)


def check_may_open(month: int, *, on: date) -> None:
    """Refuse a month that is none, has not begun, or lies more than two years back."""
    if not is_month(month):
        raise Refused(gettext_noop("没有{month}这个月份。月份写成202610这样。"), month=month)
    if first_day(month) > on:
        raise Refused(gettext_noop("{label}还没有到，到了再打开。"), label=month_text(month))
    if month < shift_month(month_of(on), -24):
        raise Refused(gettext_noop("{label}是两年以前的月份，不能再打开。"), label=month_text(month))


OWING = frozenset({"due", "reduced", "pending"})
ELSEWHERE = "elsewhere"
"""The month of someone on the branch's lists whose dues are not in its books."""
KIND_LABELS: Mapping[str, str] = {**KINDS, ELSEWHERE: gettext_noop("别处交")}


@dataclass(frozen=True, slots=True)
class Line:
    """A member's month. ``elsewhere``: fen already in the ledger that this page did not write; ``prepaid``: fen
    paid for the month to the branch the member came from, whose ledger holds it; ``is_written``: this page has
    written a payment that stands; ``by_quarter``: it comes by the quarter through the ledger of dues, and the page
    adds none; ``waits``: nothing need be there before the quarter ends.

    ``kind`` is the ledger's: due, reduced, pending owe; exempt, none and ``ELSEWHERE`` do not. ``statuses``: by meeting.
    """

    member_id: int
    kind: str
    assessed: int
    dues: DuesCell
    elsewhere: int = 0
    statuses: Mapping[int, str] = field(default_factory=dict)
    tenths: int = 0
    prepaid: int = 0
    is_written: bool = False
    by_quarter: bool = False
    waits: bool = False

    @property
    def owes(self) -> bool:
        """Whether dues are expected of the member this month."""
        return self.kind in OWING and self.assessed > 0

    @property
    def is_settled(self) -> bool:
        """Whether a ledger already holds a payment from elsewhere, so that this page adds none."""
        return self.elsewhere + self.prepaid > 0 and not self.is_written

    @property
    def on_page(self) -> int:
        """Fen that the row proposes: what the member hands over, dues and what is above them."""
        if self.is_settled or self.by_quarter or self.dues.how == How.UNPAID:
            return 0
        if not self.owes and self.dues.amount is None:
            return 0
        return self.assessed if self.dues.amount is None else self.dues.amount

    @property
    def paid(self) -> int:
        """Fen of the month in the branch's ledger."""
        return self.elsewhere + self.on_page

    @property
    def cash(self) -> int:
        """Fen of the row that lie in the cash box."""
        is_cash = self.dues.how in {How.SELF, How.PROXY} and self.dues.channel == "cash"
        return self.on_page if is_cash else 0

    @property
    def is_payer(self) -> bool:
        """Whether the row says that the person handed dues to the branch."""
        return self.on_page > 0 and self.dues.how in {How.SELF, How.PROXY}

    @property
    def is_unpaid(self) -> bool:
        """Owes, has paid nothing, and the time for it is over."""
        return self.owes and self.paid == 0 and not (self.is_settled or self.waits)

    @property
    def is_exception(self) -> bool:
        """Differs from the usual case."""
        usual = self.dues == DuesCell() or not (self.owes or self.dues.amount)
        return not usual or any(status != Status.PRESENT for status in self.statuses.values())


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the rows of a page: fen, persons, attendances, tenths of a point."""

    members: int = 0
    assessed: int = 0
    paid: int = 0
    cash: int = 0
    at_host: int = 0
    elsewhere: int = 0
    payers: int = 0
    unpaid: int = 0
    owed: int = 0
    should: int = 0
    came: int = 0
    tenths: int = 0
    exceptions: int = 0


def add_up(lines: Iterable[Line]) -> Totals:
    """The sums of the rows; every total that is shown comes from here."""
    rows = list(lines)
    statuses = [status for row in rows for status in row.statuses.values()]
    return Totals(
        members=len(rows),
        assessed=sum(row.assessed for row in rows if row.owes),
        paid=sum(row.paid for row in rows),
        cash=sum(row.cash for row in rows),
        at_host=sum(row.on_page for row in rows if row.dues.how == How.HOST),
        elsewhere=sum(row.elsewhere for row in rows),
        payers=sum(row.is_payer for row in rows),
        unpaid=sum(row.is_unpaid for row in rows),
        owed=sum(row.assessed for row in rows if row.is_unpaid),
        should=sum(status != Status.EXCUSED for status in statuses),
        came=sum(status in CAME for status in statuses),
        tenths=sum(row.tenths for row in rows),
        exceptions=sum(row.is_exception for row in rows),
    )


def check_counted(totals: Totals, *, cash: int, heads: int, attended: int | None) -> None:
    """Refuse a month whose rows do not add up to what was counted; every difference is named.

    ``attended`` is the number of signatures on the sheets of the month's meetings, None when there were none.
    """
    if cash < 0 or heads < 0 or (attended is not None and attended < 0):
        raise Refused(gettext_noop("清点的钱数和人数不能是负数。"))
    told = []
    if cash != totals.cash:
        what, by = (
            ("少", yuan(totals.cash - cash)) if cash < totals.cash else ("多", yuan(cash - totals.cash))
        )
        told.append(f"现金清点{yuan(cash)}元，各行合计{yuan(totals.cash)}元，清点的{what}{by}元")
    if heads != totals.payers:
        told.append(f"交党费清点{heads}人，各行合计{totals.payers}人，相差{abs(heads - totals.payers)}人")
    if attended is not None and attended != totals.came:
        told.append(
            f"到会签名{attended}人次，各行合计{totals.came}人次，相差{abs(attended - totals.came)}人次"
        )
    if told:
        raise Refused(
            gettext_noop("对不上，还不能提交：{differences}。请找出差的那一行，或重新清点。"),
            differences="；".join(told),
        )
