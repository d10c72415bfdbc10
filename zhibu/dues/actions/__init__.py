"""Deeds of dues."""

from zhibu.dues.actions.assessments import AssessmentEntry, assess_members
from zhibu.dues.actions.following import (
    Letter,
    begin_dues,
    follow_corrections,
    follow_event,
    follow_letter,
    follow_move,
)
from zhibu.dues.actions.locks import close_month, ledger_name, lock_month, relock, reopen_month
from zhibu.dues.actions.many import (
    PastPayments,
    There,
    enter_past_payments,
    lock_months,
    open_past_month,
)
from zhibu.dues.actions.opening import mend_dues, open_month
from zhibu.dues.actions.payments import (
    AtHand,
    PaymentEntry,
    record_collected,
    record_payments,
    reverse_payment,
)
from zhibu.dues.actions.quarters import QuarterEntry, decide_quarterly
from zhibu.dues.actions.receipts import issue_receipts
from zhibu.dues.actions.reliefs import ReliefEntry, end_relief, propose_relief, settle_relief
from zhibu.dues.actions.remittances import confirm_remittance, send_remittance

__all__ = [
    "AssessmentEntry",
    "AtHand",
    "Letter",
    "PastPayments",
    "PaymentEntry",
    "QuarterEntry",
    "ReliefEntry",
    "There",
    "assess_members",
    "begin_dues",
    "close_month",
    "confirm_remittance",
    "decide_quarterly",
    "end_relief",
    "enter_past_payments",
    "follow_corrections",
    "follow_event",
    "follow_letter",
    "follow_move",
    "issue_receipts",
    "ledger_name",
    "lock_month",
    "lock_months",
    "mend_dues",
    "open_month",
    "open_past_month",
    "propose_relief",
    "record_collected",
    "record_payments",
    "relock",
    "reopen_month",
    "reverse_payment",
    "send_remittance",
    "settle_relief",
]
