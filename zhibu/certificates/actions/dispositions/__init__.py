"""What becomes of a certificate after an event, and what named people do with the copy.

An event proposes; a named person carries out; an appeal or a restoration takes back. The state of the
certificate is judged anew from everything that stands (``rules.dispositions.resting_state``).
"""

from zhibu.certificates.actions.dispositions.carrying_out import (
    DISPOSE,
    carry_out,
    check_second_destroyer,
    confirm_destruction,
    may_carry_out,
    options_of,
    report_destruction,
    withdraw_destruction,
)
from zhibu.certificates.actions.dispositions.following import (
    end_withdrawal,
    follow_event,
    follow_withdrawal,
    unfollow_event,
)

__all__ = [
    "DISPOSE",
    "carry_out",
    "check_second_destroyer",
    "confirm_destruction",
    "end_withdrawal",
    "follow_event",
    "follow_withdrawal",
    "may_carry_out",
    "options_of",
    "report_destruction",
    "unfollow_event",
    "withdraw_destruction",
]
