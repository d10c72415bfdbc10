"""Deeds of dues."""

from zhibu.dues.actions.locks import lock_month, relock, reopen_month
from zhibu.dues.actions.opening import open_month
from zhibu.dues.actions.payments import PaymentEntry, record_payments, reverse_payment

__all__ = [
    "PaymentEntry",
    "lock_month",
    "open_month",
    "record_payments",
    "relock",
    "reopen_month",
    "reverse_payment",
]
