"""Writes of the certificates app, by deed."""

from zhibu.certificates.actions.handover import hand_over
from zhibu.certificates.actions.lookups import log_lookup
from zhibu.certificates.actions.merging import merge_members
from zhibu.certificates.actions.numbering import adopt_numbers, number_members
from zhibu.certificates.actions.orders import order_print

__all__ = ["adopt_numbers", "hand_over", "log_lookup", "merge_members", "number_members", "order_print"]
