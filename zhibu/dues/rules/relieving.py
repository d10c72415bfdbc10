"""Reductions and exemptions: a period, the way it goes, who may decide. Pure.

Sources: DUES08 art. 7 (the branch studies, the next higher committee approves); DUES17 (组电明字〔2017〕5号): for the
retired in hardship the branch decides, and the committee is told.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from zhibu.core.access import Refused
from zhibu.core.months import is_month, month_of, month_text, period_text, shift_month
from zhibu.core.text import gettext_noop

RELIEF_MONTHS: Final = 12
"""Approved anew every year (dues.md, a proposal)."""

RETIRED: Final = "retired"
WAITING: Final = ("proposed", "decided")
"""States in which the committee has still to act: to approve, or to take note of what the branch decided."""

IN_FORCE: Final = ("approved", "decided", "noted", "ended")
"""States of reliefs that hold in their months; an ended one ended earlier than first said."""

RELIEF_STATES: Final = {
    "proposed": gettext_noop("待批准"),
    "approved": gettext_noop("已批准"),
    "decided": gettext_noop("支部已决定，待告知"),
    "noted": gettext_noop("支部决定，党委已知"),
    "refused": gettext_noop("不同意"),
    "ended": gettext_noop("已提前结束"),
}


def check_relief(
    *,
    kind: str,
    amount: int,
    from_month: int,
    until_month: int,
    requested_on: date,
    resolved_on: date,
    on: date,
) -> None:
    """Raise ``Refused`` for a request that cannot be: dates, period, amount."""
    if kind not in ("reduced", "exempt"):
        raise Refused(gettext_noop("请选少交或免交。"))
    if (kind == "reduced") != (amount > 0):
        raise Refused(gettext_noop("少交的请填少交后每月交多少；免交的不填金额。"))
    if requested_on > on or resolved_on > on:
        raise Refused(gettext_noop("申请和支部研究的日期不能在今天以后。"))
    if resolved_on < requested_on:
        raise Refused(gettext_noop("支部研究在本人申请以后。请核对两个日期。"))
    if not (is_month(from_month) and is_month(until_month)) or until_month <= from_month:
        raise Refused(gettext_noop("止月要在起月以后，止月从下个月起恢复交。"))
    if from_month < month_of(requested_on):
        raise Refused(
            gettext_noop("从{month}起的减免早于本人申请的月份，以前欠的党费不能用减免抵掉。"),
            month=month_text(from_month),
        )
    if until_month > shift_month(from_month, RELIEF_MONTHS):
        raise Refused(gettext_noop("一次最多减免12个月，期满后重新研究报批（第七条）。"))


def check_no_overlap(from_month: int, until_month: int, others: Iterable[tuple[int, int]]) -> None:
    """Raise ``Refused`` when a member's approved reliefs would overlap; periods are half-open."""
    for since, until in others:
        if since < until_month and from_month < until:
            raise Refused(
                gettext_noop("已有{period}的减免，期间不能重叠。"), period=period_text(since, until)
            )


def branch_decides(category: str) -> bool:
    """Whether the branch itself decides on a relief, by the category of dues: on the retired it does (DUES17).

    >>> branch_decides("retired"), branch_decides("salaried")
    (True, False)
    """
    return category == RETIRED


def check_deciding(*, member: int | None, recorder: int | None) -> None:
    """What the branch decides in force at once is not entered by whom it relieves. Accounts."""
    if member is not None and member == recorder:
        raise Refused(gettext_noop("支部决定的减免不能由本人登记，请由支部的另一位同志登记。"))


def check_settling(*, state: str, proposer: int | None, member: int | None, settler: int | None) -> None:
    """Approved or noted by another than who entered it and whom it relieves, and once. Accounts."""
    if state not in WAITING:
        raise Refused(gettext_noop("这件申请已经由别人办过，请刷新后再看。"))
    if proposer is not None and proposer == settler:
        raise Refused(gettext_noop("提出的人不能自己批准或者签知悉，请由上级党委的另一位同志办理。"))
    if member is not None and member == settler:
        raise Refused(gettext_noop("不能批准自己的减免，请由上级党委的另一位同志办理。"))
