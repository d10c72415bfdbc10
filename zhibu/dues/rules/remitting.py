"""Handing dues up: periods and amounts that add up. Pure."""

from zhibu.core.access import Refused
from zhibu.core.money import yuan
from zhibu.core.months import is_month, month_text, shift_month
from zhibu.core.text import gettext_noop

PERIODS = (1, 3)

REMITTANCE_STATES = {
    "sent": gettext_noop("等对方确认"),
    "confirmed": gettext_noop("已收到"),
    "differs": gettext_noop("金额不符"),
}


def suggested(collected: int, share_bp: int) -> int:
    """What is usually handed up of what was collected: the share in basis points, half up.

    >>> suggested(1001, 10000), suggested(1001, 5000)
    (1001, 501)
    """
    return (collected * share_bp * 2 + 10_000) // 20_000


def carried_over(held: int) -> tuple[int, int]:
    """What a period can hand up of the sum the ledger holds, and what is taken off the periods after it, in fen.

    Where more was returned than came in, nothing is handed up and the rest waits: no period is ever stuck.

    >>> carried_over(2000), carried_over(-48000)
    ((2000, 0), (0, 48000))
    """
    return max(held, 0), max(-held, 0)


def check_remittance(
    *,
    from_month: int,
    months: int,
    follows: int | None,
    this_month: int,
    collected: int,
    amount: int,
    kept: int,
) -> None:
    """Raise ``Refused`` when the period leaves a gap or is not over, or the amounts do not add up.

    ``collected``: what there is to hand up, 0 or more fen (``carried_over``). ``follows``: the month the last remittance ended before; None for the first one.
    """
    if months not in PERIODS or not is_month(from_month):
        raise Refused(gettext_noop("上缴按月或按季度，请重新选择期间。"))
    if months == 3 and from_month % 100 not in (1, 4, 7, 10):
        raise Refused(gettext_noop("按季度上缴从1月、4月、7月或10月开始。"))
    if follows is not None and from_month != follows:
        raise Refused(
            gettext_noop("上次上缴到{last}为止，这次要从{month}开始，中间不能空也不能重。"),
            last=month_text(shift_month(follows, -1)),
            month=month_text(follows),
        )
    if shift_month(from_month, months) > shift_month(this_month, 1):
        raise Refused(gettext_noop("这个期间还没有到，不能提前上缴。"))
    if amount < 0 or kept < 0 or amount + kept != collected:
        raise Refused(
            gettext_noop("账上收到{collected}元，上缴{amount}元加留存{kept}元是{sum}元，对不上，差{gap}元。"),
            collected=yuan(collected),
            amount=yuan(amount),
            kept=yuan(kept),
            sum=yuan(amount + kept),
            gap=yuan(abs(collected - amount - kept)),
        )
