"""Custody of a copy, requests for another copy, a signature on screen. Pure."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from zhibu.certificates.rules.copies import BookletState, State
from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop

REPORT_WITHIN_DAYS = 3
"""A loss is told to the branch within this many days (certificate.md "Pages", notes on use)."""


class CustodyCause(StrEnum):
    """Why the organization keeps a copy: asked by the holder, or because of what became of the certificate."""

    REQUEST = "request"
    DISPOSITION = "disposition"
    WITHDRAWAL = "withdrawal"


CUSTODY_LABELS = {
    CustodyCause.REQUEST: gettext_noop("本人申请代管"),
    CustodyCause.DISPOSITION: gettext_noop("按处置决定留存"),
    CustodyCause.WITHDRAWAL: gettext_noop("收回期间留存"),
}


class RequestCause(StrEnum):
    """Why another copy is asked for (certificate.md "Loss", membership.md "Lost / damaged / full")."""

    LOST = "lost"
    FULL = "full"
    DAMAGED = "damaged"


CAUSE_LABELS = {
    RequestCause.LOST: gettext_noop("遗失补发"),
    RequestCause.FULL: gettext_noop("记满换发"),
    RequestCause.DAMAGED: gettext_noop("损坏换发"),
}
VOID_REASONS = {
    RequestCause.LOST: gettext_noop("遗失"),
    RequestCause.FULL: gettext_noop("记满换发，旧本已收回"),
    RequestCause.DAMAGED: gettext_noop("损坏换发，旧本已收回"),
}


class RequestState(StrEnum):
    """Where a request for another copy stands."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    DONE = "done"
    REFUSED = "refused"


OPEN_REQUESTS = (RequestState.REPORTED, RequestState.CONFIRMED)
REQUEST_LABELS = {
    RequestState.REPORTED: gettext_noop("等支部核实"),
    RequestState.CONFIRMED: gettext_noop("等党委办理"),
    RequestState.DONE: gettext_noop("已办结"),
    RequestState.REFUSED: gettext_noop("未办理"),
}


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy as the rules of keeping see it. ``is_kept``: the organization keeps it at present."""

    serial: int
    state: str
    certificate_state: str
    standing: str
    handed_over_on: date | None
    is_kept: bool = False


def check_day(day: date, *, since: date | None, on: date) -> None:
    """A day that something happened: not after ``on``, not before ``since`` (the handing over, the begin)."""
    if day > on:
        raise Refused(gettext_noop("日期{day}在今天以后。请填实际发生的那一天。"), day=day)
    if since is not None and day < since:
        raise Refused(
            gettext_noop("日期{day}早于{since}，那时这本证还没有到这一步。请核对日期。"), day=day, since=since
        )


def check_taking(copy: Copy, *, cause: CustodyCause, from_date: date, on: date) -> None:
    """May the organization take the copy in from this day?

    At the holder's request only a copy in use: custody is no disposition and leaves the certificate active
    (membership.md "Certificate dispositions"). For another cause any copy that is not void.
    """
    if copy.state == BookletState.VOIDED:
        raise Refused(
            gettext_noop("第{serial}本已经注销，不能代管。作废的证本交党委封存销毁。"),
            serial=f"{copy.serial:02d}",
        )
    if cause == CustodyCause.REQUEST:
        if copy.state != BookletState.ISSUED:
            raise Refused(gettext_noop("这本证还没有发到本人手里，不需要代管。请先登记领取。"))
        if copy.certificate_state != State.ACTIVE:
            raise Refused(gettext_noop("这本证现在不是有效状态，由处置决定管理，不办本人申请的代管。"))
        if copy.is_kept:
            raise Refused(gettext_noop("这本证已经在组织代管中，不用再登记一次。"))
    check_day(from_date, since=copy.handed_over_on, on=on)


def check_giving_back(
    *,
    cause: str,
    reason: str,
    certificate_state: str,
    from_date: date,
    until: date,
    by_disposition: bool,
    on: date,
) -> None:
    """May the copy be given back on this day? One kept by a decision (``reason``) only by what ends it."""
    if not by_disposition:
        if cause == CustodyCause.DISPOSITION:
            raise Refused(
                gettext_noop("这本证因“{reason}”留存，支部不能自行交还。处置解除后，在处置页面办理交还。"),
                reason=reason,
            )
        if cause == CustodyCause.WITHDRAWAL:
            raise Refused(
                gettext_noop("这本证因“{reason}”收回，支部不能自行交还。党委决定发还后，在收回页面办理。"),
                reason=reason,
            )
        if certificate_state not in (State.ACTIVE, State.NOT_ISSUED):
            raise Refused(
                gettext_noop("这本证现在不是有效状态，先由组织保管，不能交还本人。请先办完对应的处置。")
            )
    check_day(until, since=from_date, on=on)


def check_reporting(copy: Copy, *, cause: RequestCause, happened_on: date, on: date) -> None:
    """May another copy be asked for in place of this one?

    Also after the copy was made void (a refused request, a disposition taken back on appeal), as long as
    the certificate is in use. A copy that the organization keeps cannot have been lost by its holder.
    """
    if copy.standing != "active":
        raise Refused(gettext_noop("党籍已经不在有效状态，不能补发、换发党员证。"))
    if copy.certificate_state != State.ACTIVE:
        raise Refused(
            gettext_noop(
                "党员证现在不是有效状态（冻结、留存、收回或注销），不能补发、换发。请先办完对应的处置。"
            )
        )
    if copy.state == BookletState.PRINTED:
        raise Refused(
            gettext_noop("第{serial}本已经印好，还没有领取。请先登记领取；印坏了的在打印中心重印。"),
            serial=f"{copy.serial:02d}",
        )
    if copy.state == BookletState.VOIDED and cause != RequestCause.LOST:
        raise Refused(
            gettext_noop("第{serial}本已经注销，手里没有可以换的证本。请按遗失申请补发。"),
            serial=f"{copy.serial:02d}",
        )
    if cause == RequestCause.LOST and copy.is_kept:
        raise Refused(gettext_noop("这本证由组织代管，不在本人手里，不能挂失。请到代管台账上查看存放地点。"))
    check_day(happened_on, since=copy.handed_over_on, on=on)


def is_late(*, happened_on: date, reported_on: date) -> bool:
    """Told later than three days after the loss. Shown, never punished (certificate.md).

    >>> is_late(happened_on=date(2026, 11, 1), reported_on=date(2026, 11, 4))
    False
    """
    return reported_on - happened_on > timedelta(days=REPORT_WITHIN_DAYS)


def fee_of(*, cause: str, earlier_losses: int, later_fee: int) -> int:
    """What another copy costs, in fen: only a repeated loss costs anything (certificate.md: first loss free, no fine).

    >>> fee_of(cause="lost", earlier_losses=0, later_fee=500), fee_of(cause="lost", earlier_losses=1, later_fee=500)
    (0, 500)
    """
    return later_fee if cause == RequestCause.LOST and earlier_losses > 0 else 0


SIGNATURE_WIDTH, SIGNATURE_HEIGHT = 600, 200
"""The drawing field in its own units, whatever its size on the screen."""
MAX_STROKES = 16_000
_STROKES = re.compile(r"(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})+)+")
_POINT = re.compile(r"(\d+) (\d+)")


def check_strokes(text: str) -> str:
    """An SVG path of straight strokes inside the drawing field, as the page writes it; "" for no signature.

    Anything else is refused, so that what is shown again can hold nothing but lines.

    >>> check_strokes("M10 20L30 40")
    'M10 20L30 40'
    """
    if not text:
        return ""
    inside = len(text) <= MAX_STROKES and _STROKES.fullmatch(text) is not None
    if not inside or any(
        int(x) > SIGNATURE_WIDTH or int(y) > SIGNATURE_HEIGHT for x, y in _POINT.findall(text)
    ):
        raise Refused(gettext_noop("签名没有完整传上来。请清除后重签，或者不签名、用纸质签收单。"))
    return text
