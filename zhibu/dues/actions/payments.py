"""Payments: taken once each however often they are sent; taken back by another row."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.months import month_code, month_text
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said, within
from zhibu.dues.actions.locks import hold_branch, hold_branches
from zhibu.dues.actions.receipts import issue_receipts
from zhibu.dues.models import Due, DuesLock, Payment
from zhibu.dues.policies import terms_on
from zhibu.dues.rules.owing import Terms, check_fits, check_payer, check_payment
from zhibu.dues.rules.quarters import quarter_end
from zhibu.dues.summaries.expecting import Expecting, Payer
from zhibu.dues.summaries.facts import locked_branches, locked_months
from zhibu.dues.summaries.ledger import net_paid
from zhibu.members.models import Member
from zhibu.members.summaries.one_person import OnePerson
from zhibu.organizations.models import Organization

RECORD, ASSESS = "dues.record", "dues.assess"
CLOSED = gettext_noop("{month}的党费账已经封存，不能再登记或冲正。确需更正的，请上级党委开放这个月。")
_LARGE = UUID("6f1f2a3c-52cf-4b0b-9d43-1f3f0c6d9a11")


@dataclass(frozen=True, slots=True)
class PaymentEntry:
    """One payment as it was made, in fen. ``amount``: for the month; ``extra``: voluntary above it.

    ``payer``: "" is the member, else the named person who handed it in. ``receiver``: "" is who enters it.
    ``operation``: the client's own id, the same at every retry. ``note``: evidence, where paid at the host.
    """

    member_id: int
    month: int
    amount: int
    extra: int
    paid_on: date
    channel: str
    payer: str
    receiver: str
    operation: UUID
    note: str = ""


@dataclass(frozen=True, slots=True)
class AtHand:
    """What a submission of a month has read of the ledger already, while it holds it: nothing is read again.

    ``owed``: kind and fen by member and month; ``paid``: what stands as paid by both, wherever; ``written``:
    payments among which one with the same operation would be.
    """

    members: Mapping[int, Member]
    owed: Mapping[tuple[int, int], tuple[str, int]]
    paid: Mapping[tuple[int, int], int]
    written: Sequence[Payment]
    terms: Terms
    is_locked: bool


@transaction.atomic
def record_payments(
    *,
    by: Scope,
    branch: Organization,
    entries: Sequence[PaymentEntry],
    on: date,
    decision: str = "",
    with_receipts: bool = False,
) -> list[Payment]:
    """Enter payments, all or none; each entry's row in the same order. An operation sent again writes nothing.

    ``with_receipts``: give the receipts for them, too (``issue_receipts``); money and receipt are one entry.

    ``decision``: document of the higher committee for back payments of more than six months; only someone
    who assesses dues may enter those. A large voluntary part becomes a row of its own. Constant queries
    but for the number of months.
    """
    by.require(RECORD, branch.path)
    decision = said(decision)[:100]
    if decision:
        by.require(ASSESS, branch.path)
    hold_branch(branch.pk)
    written = Payment.objects.filter(operation__in=[entry.operation for entry in entries])
    read = partial(_read, has_decision=bool(decision))
    rows = _record(by, branch, entries, decision, written, read, on)
    if with_receipts:
        issue_receipts(by=by, branch=branch, payment_ids=[row.pk for row in rows], on=on)
    return rows


def record_collected(
    *, by: Scope, branch: Organization, entries: Sequence[PaymentEntry], on: date, at_hand: AtHand
) -> list[Payment]:
    """``record_payments`` within the submission of a month, which holds the ledger already. One statement."""
    by.require(RECORD, branch.path)

    def read(_branch: Organization, fresh: Sequence[PaymentEntry], on: date) -> AtHand:
        _check(fresh, at_hand.members, at_hand.terms, on, has_decision=False)
        if at_hand.is_locked:
            raise Refused(CLOSED, month=month_text(fresh[0].month))
        return at_hand

    return _record(by, branch, entries, "", at_hand.written, read, on)


def _record(
    by: Scope,
    branch: Organization,
    entries: Sequence[PaymentEntry],
    decision: str,
    written: Iterable[Payment],
    read: Callable[[Organization, Sequence[PaymentEntry], date], AtHand],
    on: date,
) -> list[Payment]:
    known = {row.operation: row for row in written}
    fresh: dict[UUID, PaymentEntry] = {}
    for entry in entries:
        if entry.operation in known:
            _check_same(known[entry.operation], entry, branch)
        else:
            fresh.setdefault(entry.operation, entry)
    made: dict[UUID, Payment] = dict(known)
    if fresh:
        listed = list(fresh.values())
        rows = _write(by, branch, listed, decision, read(branch, listed, on))
        made |= {row.operation: row for row in rows}
        record(
            "dues.payments.recorded",
            by=by,
            on=branch,
            chain=branch.pk,
            path=branch.path,
            data={
                "count": len(fresh),
                "months": sorted({month_code(entry.month) for entry in fresh.values()}),
            },
        )
    return [made[entry.operation] for entry in entries]


def _check_same(row: Payment, entry: PaymentEntry, branch: Organization) -> None:
    if (row.branch_id, row.member_id, row.month) != (branch.pk, entry.member_id, entry.month):
        raise Refused(gettext_noop("这次登记的编号已经用过，请刷新页面后重新登记。"))


def _read(branch: Organization, entries: Sequence[PaymentEntry], on: date, *, has_decision: bool) -> AtHand:
    """What the entries are written against. Constant queries but for the number of months."""
    ids = {entry.member_id for entry in entries}
    months = {entry.month for entry in entries}
    members = {
        member.pk: member
        for member in Member.objects.filter(pk__in=ids, merged_into=None).defer("resident_id", "phone")
    }
    terms = terms_on(on)
    _check(entries, members, terms, on, has_decision=has_decision)
    _check_open(branch, [(entry.member_id, entry.month) for entry in entries], on)
    return AtHand(members, _owed(members, months, branch), net_paid(ids, months), (), terms, is_locked=False)


def _check_open(branch: Organization, wanted: Sequence[tuple[int, int]], on: date) -> None:
    """Refuse what is for a locked month (member and month each), but for who pays by the quarter while it is open.

    The sealed page of the month stays as it is: the money came after it.
    """
    months = {month for _member, month in wanted}
    locked = locked_months(branch.pk, months | {quarter_end(month) for month in months}, on=on)
    closed = {each for each in wanted if each[1] in locked}
    if not closed:
        return
    waiting = Due.objects.filter(branch=branch, month__in=months, by_quarter=True)
    open_ = {each for each in waiting.values_list("member_id", "month") if quarter_end(each[1]) not in locked}
    if closed - open_:
        raise Refused(CLOSED, month=month_text(min(month for _member, month in closed - open_)))


def _check(
    entries: Sequence[PaymentEntry],
    members: Mapping[int, Member],
    terms: Terms,
    on: date,
    *,
    has_decision: bool,
) -> None:
    for entry in entries:
        member = members.get(entry.member_id)
        if member is None:
            raise Refused(gettext_noop("党员不在名册里，请刷新页面。"))
        check_payment(
            name=member.name,
            month=entry.month,
            amount=entry.amount,
            extra=entry.extra,
            paid_on=entry.paid_on,
            channel=entry.channel,
            note=entry.note,
            has_decision=has_decision,
            terms=terms,
            on=on,
        )
        check_payer(said(entry.payer))


def _write(
    by: Scope, branch: Organization, entries: Sequence[PaymentEntry], decision: str, at_hand: AtHand
) -> list[Payment]:
    paid: dict[tuple[int, int], int] = defaultdict(int, at_hand.paid)
    rows: list[Payment] = []
    large: list[Payment] = []
    for entry in entries:
        kind, assessed = at_hand.owed[(entry.member_id, entry.month)]
        key = (entry.member_id, entry.month)
        check_fits(
            name=at_hand.members[entry.member_id].name,
            month=entry.month,
            kind=kind,
            assessed=assessed,
            paid=paid[key],
            amount=entry.amount,
        )
        paid[key] += entry.amount
        made = _rows_of(entry, by, branch, decision, at_hand.terms)
        rows.append(made[0])
        large += made[1:]
    Payment.objects.bulk_create([*rows, *large])
    return rows


def _rows_of(
    entry: PaymentEntry, by: Scope, branch: Organization, decision: str, terms: Terms
) -> list[Payment]:
    """The row; a large voluntary part apart (art. 11), beside the ordinary one when there is one."""
    is_large = terms.is_large(entry.extra)
    facts = {
        "member_id": entry.member_id,
        "branch": branch,
        "month": entry.month,
        "paid_on": entry.paid_on,
        "channel": entry.channel,
        "payer": within(said(entry.payer), 40, gettext_noop("交款人姓名")),
        "receiver": within(said(entry.receiver) or by.name, 40, gettext_noop("收款人姓名")),
        "reason": within(said(entry.note) or decision, 200, gettext_noop("说明")),
        "by": by.name,
        "at": timezone.now(),
    }
    if is_large and entry.amount:
        return [
            Payment(**facts, amount=entry.amount, operation=entry.operation),
            Payment(
                **facts,
                amount=0,
                extra=entry.extra,
                large=True,
                operation=uuid5(_LARGE, str(entry.operation)),
            ),
        ]
    return [
        Payment(**facts, amount=entry.amount, extra=entry.extra, large=is_large, operation=entry.operation)
    ]


def _owed(
    members: dict[int, Member], months: set[int], branch: Organization
) -> dict[tuple[int, int], tuple[str, int]]:
    """Kind and amount by member and month; where the month is not opened, as it will be."""
    found: dict[tuple[int, int], tuple[str, int]] = {}
    person = OnePerson.read()
    written = Due.objects.filter(member__in=person.records(members), month__in=months)
    own: list[Due] = []
    of_merged: list[Due] = []
    for due in written.select_related("branch"):
        (own if due.member_id in members else of_merged).append(due)
        due.member_id = person.of(due.member_id)
    kept = {(due.member_id, due.month) for due in own}
    # A sealed month under a record that was merged is the person's, where the person has no other.
    for due in [*own, *(due for due in of_merged if (due.member_id, due.month) not in kept)]:
        if due.branch_id != branch.pk:
            raise Refused(
                gettext_noop("{name}{month}的党费记在{branch}，请由那里收。"),
                name=members[due.member_id].name,
                month=month_text(due.month),
                branch=due.branch.short_name,
            )
        found[(due.member_id, due.month)] = (due.kind, due.amount)
    for month in months:
        missing = [member for pk, member in members.items() if (pk, month) not in found]
        for member in missing:
            if member.branch_id != branch.pk or member.standing == "ended":
                raise Refused(
                    gettext_noop("{name}不是{branch}的党员，党费请由本人所在支部收。"),
                    name=member.name,
                    branch=branch.short_name,
                )
        if missing:
            expected = Expecting([Payer.of(member) for member in missing])
            found |= {(pk, month): owed for pk, owed in expected.month(month).items()}
    return found


@transaction.atomic
def reverse_payment(*, by: Scope, payment: Payment, reason: str, operation: UUID, on: date) -> Payment:
    """Take a payment back, by a row that undoes it; the money is returned to the member. The same again: that row.

    Refused, too, while another branch has sealed a page that counts the member as paid by it.
    """
    branch = Organization.objects.get(pk=payment.branch_id)
    by.require(RECORD, branch.path)
    counting = Due.objects.filter(member=payment.member_id, month=payment.month).select_related("branch")
    hold_branches({branch.pk, *counting.values_list("branch_id", flat=True)})
    row = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
    earlier = Payment.objects.filter(reverses=row).first()
    if earlier is not None:
        if earlier.operation == operation:
            return earlier
        raise Refused(gettext_noop("这一笔已经由{by}冲正退回，不能再冲正。"), by=earlier.by)
    if row.reverses_id is not None:
        raise Refused(gettext_noop("冲正记录本身不能再冲正。要重新收款，请另登记一笔。"))
    why = said(reason)[:200]
    if len(why) < 2:
        raise Refused(gettext_noop("请写明为什么退回，例如“多收0.20元，已退”。"))
    lock = DuesLock.objects.filter(branch=branch, month=row.month).first()
    if lock is not None and row.at <= lock.locked_at and locked_months(branch.pk, [row.month], on=on):
        raise Refused(CLOSED, month=month_text(row.month))
    _check_open(branch, [(row.member_id, row.month)], on)
    elsewhere = counting.filter(branch__in=locked_branches(row.month, on=on)).exclude(branch=branch)
    for due in elsewhere if row.amount else ():
        raise Refused(
            gettext_noop(
                "{month}的党费{branch}已经按交清封存，这一笔不能退。确需退回的，请上级党委先开放{branch}的这个月。"
            ),
            month=month_text(row.month),
            branch=due.branch.short_name,
        )
    undone = Payment.objects.create(
        member_id=row.member_id,
        branch=branch,
        month=row.month,
        amount=-row.amount,
        extra=-row.extra,
        large=row.large,
        paid_on=on,
        channel=row.channel,
        payer=row.payer,
        receiver=by.name,
        reverses=row,
        reason=why,
        operation=operation,
        by=by.name,
        at=timezone.now(),
    )
    record(
        "dues.payment.reversed",
        by=by,
        on=row,
        chain=branch.pk,
        path=branch.path,
        data={"month": month_code(row.month)},
    )
    return undone
