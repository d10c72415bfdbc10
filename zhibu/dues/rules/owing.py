"""What is owed for a month, which payments are taken, what counts as unpaid (dues.md). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Protocol

from zhibu.core.access import Refused
from zhibu.core.money import yuan
from zhibu.core.months import is_month, month_of, month_text, months_between
from zhibu.core.text import gettext_noop
from zhibu.core.wording import is_name
from zhibu.dues.rules.schedule import Schedule, usual_amount

AMOUNT_LIMIT: Final = 100_000_000
"""A single payment above a million yuan is a typing error."""


class DueKind(StrEnum):
    """What a month is for a member."""

    DUE = "due"
    REDUCED = "reduced"
    EXEMPT = "exempt"
    NONE = "none"
    LEFT = "left"
    PENDING = "pending"


KINDS: Final[Mapping[str, str]] = {
    DueKind.DUE: gettext_noop("应交"),
    DueKind.REDUCED: gettext_noop("少交"),
    DueKind.EXEMPT: gettext_noop("免交"),
    DueKind.NONE: gettext_noop("不用交"),
    DueKind.LEFT: gettext_noop("已不在册"),
    DueKind.PENDING: gettext_noop("待批准"),
    "": gettext_noop("未开账"),
}


NOTHING_ASKED: Final = frozenset({DueKind.EXEMPT, DueKind.NONE, DueKind.LEFT})
"""Kinds of months in which a member owes nothing."""


class Channel(StrEnum):
    """How money came in. ``host``: paid at the host organization with the floating card (art. 9)."""

    CASH = "cash"
    TRANSFER = "transfer"
    HOST = "host"


CHANNELS: Final[Mapping[str, str]] = {
    Channel.CASH: gettext_noop("现金"),
    Channel.TRANSFER: gettext_noop("转账"),
    Channel.HOST: gettext_noop("在流入地交"),
}


class Relieving(Protocol):
    """An approved relief, as far as a month is concerned."""

    @property
    def kind(self) -> str: ...

    @property
    def amount(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Arrival:
    """A member came from outside the county in month ``came`` (0: the record began with it) with a letter; dues are
    paid here from ``first`` on, the month after 党费交至."""

    first: int
    came: int = 0

    def is_paid(self, month: int) -> bool:
        """True for a month whose dues the letter says are paid."""
        return self.came <= month < self.first


def due_of(
    month: int,
    *,
    join_date: date,
    standing: str,
    arrival: Arrival | None = None,
    category: str,
    assessed: int | None,
    relief: Relieving | None,
    schedule: Schedule,
) -> tuple[DueKind, int]:
    """Kind and amount of a member's month. An amount of 0 with kind due: not assessed yet.

    Dues begin in the month of the meeting that admitted the member (art. 8), for who came with a letter in the
    month after those it says are paid (组织关系介绍信 党费交至); none for a whole month of suspended standing, and
    none after the month in which the membership ended (GK: 停止党籍, death). ``standing``: of the month, active
    for a part of it is active. An approved relief overrides the assessment (art. 7).
    """
    if standing == "ended":
        return DueKind.LEFT, 0
    if standing == "suspended" or month < month_of(join_date) or (arrival and arrival.is_paid(month)):
        return DueKind.NONE, 0
    if relief is not None:
        if relief.kind == DueKind.EXEMPT:
            return DueKind.EXEMPT, 0
        return DueKind.REDUCED, relief.amount
    if assessed is not None:
        return DueKind.DUE, assessed
    return DueKind.DUE, usual_amount(category, schedule) or 0


@dataclass(frozen=True, slots=True)
class Terms:
    """Limits of paying, from the policy. ``large``: from how much a single extra payment stands apart."""

    back_months: int
    advance_months: int
    large: int
    large_inclusive: bool
    due_day: int
    lapse_months: int

    def is_large(self, extra: int) -> bool:
        """True for a large voluntary payment (art. 11)."""
        return extra > self.large or (self.large_inclusive and extra == self.large)


_BODIES = ("支部", "党委", "总支", "委员会", "村委", "居委", "公司", "合作社", "学校", "政府", "单位", "集体")


def check_payer(payer: str) -> None:
    """A proxy is a person, named; organizations may not pay for members (art. 12, 14)."""
    if not payer:
        return
    if any(word in payer for word in _BODIES):
        raise Refused(gettext_noop("党组织和单位不能替党员交党费（第十四条）。请填代交人的姓名。"))
    if not is_name(payer):
        raise Refused(gettext_noop("代交人请填姓名，例如“吉克木呷”；本人交的不用填。"))


def check_payment(
    *,
    name: str,
    month: int,
    amount: int,
    extra: int,
    paid_on: date,
    channel: str,
    note: str,
    has_decision: bool,
    terms: Terms,
    on: date,
) -> None:
    """Raise ``Refused`` for a payment that cannot be: a sentence says which and what to do instead."""
    if not is_month(month):
        raise Refused(gettext_noop("月份不对，请从名单里选。"))
    if amount < 0 or extra < 0:
        raise Refused(gettext_noop("{name}的金额不能是负数。交错的请用冲正退回。"), name=name)
    if amount + extra == 0:
        raise Refused(gettext_noop("{name}的金额是0，不用登记。"), name=name)
    if amount + extra > AMOUNT_LIMIT:
        raise Refused(
            gettext_noop("{name}的金额{sum}元太大，请核对，单位是元。"), name=name, sum=yuan(amount + extra)
        )
    if paid_on > on:
        raise Refused(gettext_noop("{name}的交款日期在今天以后。收到以后再登记。"), name=name)
    if channel not in CHANNELS:
        raise Refused(gettext_noop("交款方式不对，请从名单里选。"))
    if channel == Channel.HOST and not note:
        raise Refused(
            gettext_noop("{name}在流入地交的，请写明凭据，例如活动证登记页或收据号（第九条）。"), name=name
        )
    behind = months_between(month, month_of(paid_on))
    if behind > terms.back_months and not has_decision:
        raise Refused(
            gettext_noop(
                "{name}补交的{month}已经超过{limit}个月（第十二条）。这要由上级党委研究，有了决定由党委登记。"
            ),
            name=name,
            month=month_text(month),
            limit=terms.back_months,
            next_step=gettext_noop("请报上级党委研究决定。"),
        )
    if -behind > terms.advance_months:
        raise Refused(
            gettext_noop("{name}预交的{month}太远，最多预交{limit}个月。"),
            name=name,
            month=month_text(month),
            limit=terms.advance_months,
        )


def check_fits(*, name: str, month: int, kind: str, assessed: int, paid: int, amount: int) -> None:
    """The amount must fit what is still owed; what exceeds it is a voluntary extra and said so.

    A month not assessed yet takes any amount.
    """
    if amount == 0:
        return
    if kind == DueKind.LEFT:
        raise Refused(
            gettext_noop("{name}{month}已经不在册，不用交党费（去世、转出或终止党籍的当月以后）。"),
            name=name,
            month=month_text(month),
        )
    if kind == DueKind.NONE:
        raise Refused(
            gettext_noop(
                "{name}{month}不用交党费（停止党籍期间，在支部大会通过以前，或介绍信写明已经交过）。"
            ),
            name=name,
            month=month_text(month),
        )
    if kind == DueKind.EXEMPT:
        raise Refused(
            gettext_noop("{name}{month}免交。自愿交的请填在“自愿多交”。"), name=name, month=month_text(month)
        )
    if assessed and paid + amount > assessed:
        if paid >= assessed:
            raise Refused(
                gettext_noop("{name}{month}的党费{assessed}元已经交清。自愿多交的请填在“自愿多交”。"),
                name=name,
                month=month_text(month),
                assessed=yuan(assessed),
            )
        raise Refused(
            gettext_noop("{name}{month}还应交{left}元，多出的请填在“自愿多交”。"),
            name=name,
            month=month_text(month),
            left=yuan(assessed - paid),
        )


def left_of(assessed: int, paid: int) -> int:
    """What is still owed of a month, in fen; paying too much for it never helps another month or member.

    >>> left_of(20, 5), left_of(20, 50)
    (15, 0)
    """
    return max(assessed - paid, 0)


def over_of(kind: str, assessed: int, paid: int) -> int:
    """What was paid beyond a month's dues, in fen, to be returned or said to be voluntary. A month not opened
    yet, and one not assessed yet, has no dues to go beyond.

    >>> over_of("due", 20, 50), over_of("none", 0, 20), over_of("", 0, 20), over_of("due", 0, 20)
    (30, 20, 0, 0)
    """
    if not kind or (kind in (DueKind.DUE, DueKind.PENDING) and not assessed):
        return 0
    return max(paid - assessed, 0)


def last_due_month(on: date, *, due_day: int) -> int:
    """The newest month that can be late: this month from the day after the due day, else the month before."""
    month = month_of(on)
    if on.day > due_day:
        return month
    return month - 1 if month % 100 > 1 else month - 89


def longest_unpaid(months: Iterable[tuple[int, bool]]) -> tuple[int, int]:
    """The longest run of unpaid dues months, and its first month; (0, 0) for none.

    ``months``: dues months in order, each with whether nothing was paid for it. Months that are exempt,
    before the start, suspended or awaiting approval are left out by the caller and do not break a run:
    the Constitution counts months without paying, and in those nothing was to be paid.

    >>> longest_unpaid([(202601, True), (202602, False), (202603, True), (202605, True)])
    (2, 202603)
    """
    best = start = length = best_start = 0
    for month, is_unpaid in months:
        if not is_unpaid:
            length = 0
            continue
        if not length:
            start = month
        length += 1
        if length > best:
            best, best_start = length, start
    return best, best_start


def stage_of(run: int, stages: Sequence[int]) -> int:
    """The reminder a run of unpaid months has reached: the largest stage not above it, 0 for none.

    >>> [stage_of(run, (1, 2, 4, 6)) for run in (0, 1, 3, 6, 9)]
    [0, 1, 2, 6, 6]
    """
    return max((stage for stage in stages if stage <= run), default=0)
