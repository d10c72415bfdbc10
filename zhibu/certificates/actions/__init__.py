"""Writes of the certificates app, by deed."""

from zhibu.certificates.actions.dispositions import (
    carry_out,
    confirm_destruction,
    follow_event,
    report_destruction,
    unfollow_event,
    withdraw_destruction,
)
from zhibu.certificates.actions.handover import hand_over
from zhibu.certificates.actions.keeping import give_back, take_into_custody
from zhibu.certificates.actions.lookups import log_lookup
from zhibu.certificates.actions.merging import fold_certificates, part_certificates
from zhibu.certificates.actions.numbering import adopt_numbers, number_members
from zhibu.certificates.actions.orders import make_files, order_print, order_registers, prepare_booklets
from zhibu.certificates.actions.requests import (
    confirm_request,
    earlier_losses,
    hand_in_found,
    refuse_request,
    reissue,
    report_request,
    take_back_request,
)

__all__ = [
    "adopt_numbers",
    "carry_out",
    "confirm_destruction",
    "confirm_request",
    "earlier_losses",
    "fold_certificates",
    "follow_event",
    "give_back",
    "hand_in_found",
    "hand_over",
    "log_lookup",
    "make_files",
    "number_members",
    "order_print",
    "order_registers",
    "part_certificates",
    "prepare_booklets",
    "refuse_request",
    "reissue",
    "report_destruction",
    "report_request",
    "take_back_request",
    "take_into_custody",
    "unfollow_event",
    "withdraw_destruction",
]
