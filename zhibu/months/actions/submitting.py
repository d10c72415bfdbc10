"""Submitting a month: what was proposed becomes payments, and the sums must agree with what was counted."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import gathered, record
from zhibu.core.access import Refused, Scope
from zhibu.core.locks import hold
from zhibu.core.months import first_day
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.dues import actions as dues
from zhibu.dues.models import Payment
from zhibu.dues.policies import DUES
from zhibu.dues.rules.owing import Channel, Terms
from zhibu.dues.summaries.facts import lock_beside
from zhibu.meetings.rules.attendance import Status, excuse_of
from zhibu.members.rules.reasons import check_reason
from zhibu.months.actions.cells import EDITABLE, SUBMIT, why_closed
from zhibu.months.models import BranchMonth
from zhibu.months.policies import MONTHS
from zhibu.months.rules.cells import How
from zhibu.months.rules.months import Line, MonthState, Totals, add_up, check_counted, is_late
from zhibu.months.summaries.book import Book, payment_operation, read_book, reversal_operation
from zhibu.rulebook.policies import read_in_force, stored_in_force
from zhibu.ui.templatetags.ui import sentence

CONFIRM = "months.confirm"
_AGAIN = gettext_noop("请退回支部，核对后重新提交。")


@dataclass(frozen=True, slots=True)
class Counted:
    """What the clerk counted: fen in the box, persons who paid, signatures on the sheets (None without meetings)."""

    cash: int
    heads: int
    attended: int | None
    collected_on: date
    receiver: str = ""


def locked_month(branch_month: BranchMonth) -> BranchMonth:
    """The month as stored with its branch, locked until the end of the transaction."""
    return (
        BranchMonth.objects.select_related("branch").select_for_update(of=("self",)).get(pk=branch_month.pk)
    )


@transaction.atomic
def submit_month(*, by: Scope, branch_month: BranchMonth, counted: Counted, on: date) -> BranchMonth:
    """Hand the month in. Every line that says paid becomes a payment with its payer and its receiver.

    Refused while two people's entries differ, and while the rows do not add up to what was counted; nothing
    is written then. Submitting what is submitted changes nothing. Late is counted and stays counted.
    """
    row, rules = _held_month(branch_month, on=on)
    by.require(SUBMIT, row.branch.path)
    if row.state == MonthState.SUBMITTED and row.submitted_user_id == by.user_id:
        return row
    if row.state not in EDITABLE or (row.digest and why_closed(by, row, on=on)):
        raise Refused(why_closed(by, row, on=on))
    _check_day(row, counted.collected_on, on=on)
    book = read_book(row, with_points=False)
    if book.is_empty:
        raise Refused(
            gettext_noop(
                "这个月没有党员，也没有会议，不用提交，不影响以后各月。有人新来的，先点“补上新来的人”。"
            )
        )
    totals = agreed(book, counted)
    _check_excuses(book)
    with gathered(by=by):
        _write_payments(by, book, rules, counted, on=on)
        _mark_submitted(by, row, counted, totals, rules.submit_day, len(book.operations), on=on)
    return row


@dataclass(frozen=True, slots=True)
class _Rules:
    """What is in force while a month is handed in, read beside it."""

    terms: Terms
    submit_day: int
    is_dues_locked: bool


def _held_month(branch_month: BranchMonth, *, on: date) -> tuple[BranchMonth, _Rules]:
    """``locked_month`` with the rules of the day, and the ledger of dues held."""
    row = (
        BranchMonth.objects.select_related("branch")
        .select_for_update(of=("self",))
        .annotate(
            dues_rules=stored_in_force(DUES, on=on),
            cycle_rules=stored_in_force(MONTHS, on=on),
            is_dues_locked=lock_beside(on=on),
        )
        .get(pk=branch_month.pk)
    )
    hold(dues.ledger_name(row.branch_id))
    rules = _Rules(
        read_in_force(DUES, row.dues_rules).terms(),
        read_in_force(MONTHS, row.cycle_rules).submit_day,
        row.is_dues_locked,
    )
    return row, rules


def _mark_submitted(
    by: Scope,
    row: BranchMonth,
    counted: Counted,
    totals: Totals,
    submit_day: int,
    operations: int,
    *,
    on: date,
) -> None:
    row.state = MonthState.SUBMITTED
    row.cash, row.heads, row.attended = counted.cash, counted.heads, counted.attended
    row.collected_on = counted.collected_on
    row.members = totals.members
    row.submitted_at, row.submitted_by = timezone.now(), by.name
    row.submitted_user_id = by.user_id
    if not row.digest:
        row.is_late = row.is_late or is_late(row.month, submit_day, on=on)
    row.save()
    record(
        "months.month.submitted",
        by=by,
        on=row,
        chain=row.branch_id,
        path=row.branch.path,
        data={
            "month": str(row.month),
            "cash": counted.cash,
            "heads": counted.heads,
            "late": row.is_late,
            "operations": operations,
        },
    )


def check_stands(book: Book) -> None:
    """Refuse to seal what the ledgers changed since it was handed in: the sums would not be those of the rows."""
    row = book.branch_month
    for each in book.rows:
        wanted = payment_entry(row, each.line, each.dues.version, book.collected_on, "")
        stands = [payment for payment in each.written if wanted is not None and _says(payment, wanted)]
        if len(each.written) != len(stands) or len(stands) != int(wanted is not None):
            raise Refused(
                gettext_noop("{name}的党费在支部提交以后又有改动，和月记对不上。"),
                next_step=_AGAIN,
                name=each.member.name,
            )
    try:
        agreed(book, Counted(row.cash or 0, row.heads or 0, row.attended, book.collected_on))
    except Refused as refusal:
        raise Refused(
            gettext_noop("支部提交以后台账又有改动。{why}"), next_step=_AGAIN, why=sentence(refusal)
        ) from None


def agreed(book: Book, counted: Counted) -> Totals:
    """The sums, once nothing is left to choose and they agree with what was counted."""
    rivals = sum(row.rivals for row in book.rows)
    if rivals:
        raise Refused(
            gettext_noop("有{count}格两个人填得不一样，请先在格子旁边选定一个，再提交。"), count=rivals
        )
    waiting = [meeting for meeting in book.meetings if meeting.state == "planned"]
    if waiting:
        raise Refused(
            gettext_noop("{day}的“{title}”还没有登记是否召开。开了的先登记召开，没开的取消，再提交。"),
            day=waiting[0].on,
            title=waiting[0].title,
        )
    totals = add_up(row.line for row in book.rows)
    if book.held and counted.attended is None:
        raise Refused(gettext_noop("请填写签到表上的到会人次，和各行对一对。"))
    attended = counted.attended if book.held else None
    check_counted(totals, cash=counted.cash, heads=counted.heads, attended=attended)
    return totals


def _check_excuses(book: Book) -> None:
    """Nobody is left out of those who should attend for a reason the explanation does not list, as older entries did."""
    for row in book.rows:
        for line in row.attendance.values():
            if line.status == Status.EXCUSED and excuse_of(line.reason) is None:
                raise Refused(
                    gettext_noop(
                        "{name}登记为不计应到，事由“{reason}”不在列出的几种里。请在那一格改选列出的事由，或者改为请假、缺席。"
                    ),
                    name=row.member.name,
                    reason=line.reason,
                )


def _check_day(row: BranchMonth, collected_on: date, *, on: date) -> None:
    if collected_on > on:
        raise Refused(gettext_noop("收款日期{day}在今天以后。"), day=collected_on)
    if collected_on < first_day(row.month):
        raise Refused(
            gettext_noop(
                "收款日期{day}在这个月以前。提前交的请到党费台账登记预交，这里写本月实际收款的日期。"
            ),
            day=collected_on,
        )


def _write_payments(by: Scope, book: Book, rules: _Rules, counted: Counted, *, on: date) -> None:
    row = book.branch_month
    receiver = said(counted.receiver)[:40] or by.name
    entries = []
    reversed_: set[int] = set()
    for each in book.rows:
        wanted = payment_entry(
            row, each.line, each.dues.version, counted.collected_on, receiver, attempt=each.attempt
        )
        kept = [payment for payment in each.written if wanted is not None and _says(payment, wanted)]
        for payment in each.written:
            if payment not in kept[:1]:
                dues.reverse_payment(
                    by=by,
                    payment=payment,
                    reason=gettext_noop("月记退回后更正"),
                    operation=reversal_operation(payment.pk),
                    on=on,
                )
                reversed_.add(payment.pk)
        if wanted is not None and not kept:
            entries.append(wanted)
    if entries:
        dues.record_collected(
            by=by, branch=row.branch, entries=entries, on=on, at_hand=_at_hand(book, rules, reversed_)
        )


def _at_hand(book: Book, rules: _Rules, taken_back: Collection[int]) -> dues.AtHand:
    """What the book says of the dues. ``taken_back``: payments reversed since it was read."""
    month = book.branch_month.month
    paid: dict[tuple[int, int], int] = defaultdict(int)
    for payment in (*book.payments, *book.prepaid):
        if payment.pk not in taken_back:
            paid[payment.member_id, month] += payment.amount
    return dues.AtHand(
        members={due.member_id: due.member for due in book.dues if due.member.merged_into_id is None},
        owed={(due.member_id, month): (due.kind, due.amount) for due in book.dues},
        paid=paid,
        written=book.payments,
        terms=rules.terms,
        is_locked=rules.is_dues_locked,
    )


def payment_entry(
    row: BranchMonth, line: Line, version: int, day: date, receiver: str, *, attempt: int = 0
) -> dues.PaymentEntry | None:
    """The payment a line comes to at submission; None where nothing was handed over. ``version``: the cell's;
    ``attempt``: how many were written under it before."""
    if line.on_page <= 0:
        return None
    owed = line.assessed if line.owes else 0
    amount = min(line.on_page, owed)
    return dues.PaymentEntry(
        member_id=line.member_id,
        month=row.month,
        amount=amount,
        extra=line.on_page - amount,
        paid_on=day,
        channel=Channel.HOST if line.dues.how == How.HOST else line.dues.channel,
        payer=line.dues.payer,
        receiver=receiver,
        operation=payment_operation(row.pk, line.member_id, version, attempt),
        note=line.dues.note if line.dues.how == How.HOST else "",
    )


def _says(payment: Payment, wanted: dues.PaymentEntry) -> bool:
    """Whether the payment already written is the one wanted now."""
    return (payment.amount, payment.extra, payment.channel, payment.payer) == (
        wanted.amount,
        wanted.extra,
        wanted.channel,
        wanted.payer,
    )


@transaction.atomic
def return_month(*, by: Scope, branch_month: BranchMonth, reason: str, on: date) -> BranchMonth:
    """The committee gives the month back with its reason; counted. What was paid stays paid."""
    row = locked_month(branch_month)
    by.require(CONFIRM, row.branch.path)
    text = check_reason(reason)[:200]
    if row.state == MonthState.RETURNED and row.return_reason == text:  # a second click
        return row
    if row.state != MonthState.SUBMITTED:
        raise Refused(gettext_noop("只有提交上来、等着确认的月记才能退回。请刷新页面看现在的状态。"))
    row.state = MonthState.RETURNED
    row.returns += 1
    row.return_reason, row.returned_by = text, by.name
    row.save(update_fields=["state", "returns", "return_reason", "returned_by"])
    record(
        "months.month.returned",
        by=by,
        on=row,
        chain=row.branch_id,
        path=row.branch.path,
        data={"month": str(row.month), "returns": row.returns, "on": on.isoformat()},
    )
    return row
