"""Cells of a monthly record: what may stand in one, and what several people's entries come to. Pure.

A cell's value follows from the set of operations that arrived, not from their order: the highest level wins
(``seen`` is the version the writer saw, so a later look has a higher level). Where two entries of the highest
level differ, nobody has seen the other's: both are shown, and until somebody decides the more careful one
stands, which never claims money or presence that one of the two did not see.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop, squeeze
from zhibu.dues.rules.owing import check_payer
from zhibu.meetings.rules.attendance import Status, check_status

LARGEST = (
    1000_00  # fen: above it dues are capped (DUES17), a larger sum is a large payment with its own ledger
)


class How(StrEnum):
    """How the month's dues came."""

    SELF = "self"
    PROXY = "proxy"
    HOST = "host"
    UNPAID = "unpaid"


HOW_LABELS = {
    How.SELF: gettext_noop("本人"),
    How.PROXY: gettext_noop("代交"),
    How.UNPAID: gettext_noop("未交"),
    How.HOST: gettext_noop("流入地"),
}
# One for all: json.dumps would make a new one for each of the hundred rows under a seal.
_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))
_CAUTION = {
    str(word): n
    for n, word in enumerate(
        (
            How.UNPAID,
            How.HOST,
            How.PROXY,
            How.SELF,
            Status.ABSENT,
            Status.LEAVE,
            Status.EXCUSED,
            Status.ELSEWHERE,
            Status.ONLINE,
            Status.PRESENT,
        )
    )
}


@dataclass(frozen=True, slots=True)
class DuesCell:
    """A dues cell. ``amount`` None: as assessed, in fen. ``payer``: the proxy's name. ``note``: why it differs."""

    how: How = How.SELF
    payer: str = ""
    amount: int | None = None
    channel: str = "cash"
    note: str = ""

    def plain(self) -> dict[str, object]:
        """As it is stored and sent; what is usual is left out."""
        value: dict[str, object] = {"how": str(self.how)}
        if self.how == How.PROXY:
            value["payer"] = self.payer
        if self.how != How.UNPAID and self.amount is not None:
            value["amount"] = self.amount
        if self.how in {How.SELF, How.PROXY} and self.channel != "cash":
            value["channel"] = self.channel
        if self.note:
            value["note"] = self.note
        return value


@dataclass(frozen=True, slots=True)
class StatusCell:
    """A cell of a meeting."""

    status: Status = Status.PRESENT
    reason: str = ""

    def plain(self) -> dict[str, object]:
        """As it is stored and sent."""
        value: dict[str, object] = {"status": str(self.status)}
        if self.reason:
            value["reason"] = self.reason
        return value


def read_dues(value: object, *, assessed: int) -> DuesCell:
    """A dues cell as it was sent. Raises ``Refused`` with what is wrong and how to mend it.

    An organization cannot pay for a member (DUES08 art. 14), so a proxy is a person.
    """
    if not isinstance(value, Mapping) or value.get("how") not in {str(how) for how in How}:
        raise Refused(gettext_noop("党费这一格的内容认不出来。请刷新页面再填。"))
    how = How(value["how"])
    payer = _text(value.get("payer"), 40)
    note = _text(value.get("note"), 100)
    channel = "transfer" if value.get("channel") == "transfer" else "cash"
    amount = value.get("amount")
    if how == How.UNPAID:
        return DuesCell(how, note=note)
    if amount is not None:
        if isinstance(amount, bool) or not isinstance(amount, int):
            raise Refused(gettext_noop("金额要写成数字，例如0.20。"))
        if amount <= 0:
            raise Refused(gettext_noop("金额要大于0。没有交的请选“未交”。"))
        if amount > LARGEST or amount - assessed >= LARGEST:
            raise Refused(
                gettext_noop("一个月的党费一般不超过1000元。确实自愿多交的，请到党费台账按大额党费单独登记。")
            )
        if amount == assessed:
            amount = None
    if how == How.PROXY:
        if not payer:
            raise Refused(gettext_noop("代交要写代交人的姓名，例如“阿皮石布”。"))
        check_payer(payer)
    if how == How.HOST and not note:
        raise Refused(
            gettext_noop("在流入地交的，请在“原因”里写明凭据，例如活动证登记页或收据号（第九条）。")
        )
    return DuesCell(
        how, payer if how == How.PROXY else "", amount, channel if how != How.HOST else "cash", note
    )


def read_status(value: object) -> StatusCell:
    """A cell of a meeting as it was sent. Raises ``Refused``."""
    if not isinstance(value, Mapping) or value.get("status") not in {str(status) for status in Status}:
        raise Refused(gettext_noop("到会这一格的内容认不出来。请刷新页面再填。"))
    status, reason = check_status(str(value["status"]), _text(value.get("reason"), 100))
    return StatusCell(status, "" if status == Status.PRESENT else reason)


def _text(value: object, longest: int) -> str:
    return squeeze(value)[:longest] if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody entered: the version they saw, and the value. ``by`` and ``at`` are told to others."""

    level: int
    value: Mapping[str, object]
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What the entries of a cell come to. ``rivals``: the differing entries somebody has to choose from, or none."""

    value: Mapping[str, object]
    version: int
    rivals: tuple[Claim, ...] = ()


def settle(claims: Iterable[Claim], *, default: Mapping[str, object]) -> Settled:
    """The value of a cell from all that was entered, whatever the order.

    >>> one, two = Claim(0, {"how": "self"}), Claim(0, {"how": "unpaid"})
    >>> settle([one, two], default={}).value == settle([two, one], default={}).value == {"how": "unpaid"}
    True
    >>> settle([one, two, Claim(1, {"how": "self"})], default={}).rivals
    ()
    """
    rows = list(claims)
    if not rows:
        return Settled(default, 0)
    level = max(claim.level for claim in rows)
    top: dict[str, Claim] = {}
    for claim in sorted(
        (c for c in rows if c.level == level), key=lambda c: c.at.isoformat() if c.at else "", reverse=True
    ):
        top.setdefault(canonical(claim.value), claim)
    ordered = sorted(top, key=lambda text: (_caution(top[text].value), text))
    rivals = tuple(top[text] for text in ordered) if len(ordered) > 1 else ()
    return Settled(top[ordered[0]].value, level + 1, rivals)


def canonical(value: object) -> str:
    """One text for one value, whatever the order of its keys."""
    return _ENCODER.encode(value)


def _caution(value: Mapping[str, object]) -> int:
    return _CAUTION.get(str(value.get("how", value.get("status", ""))), len(_CAUTION))
