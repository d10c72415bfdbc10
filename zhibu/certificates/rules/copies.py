"""Certificate numbers, booklet serials, states and the verification token. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from zhibu.core.access import Refused
from zhibu.core.checkdigits import holds_mod_11_2, mod_11_2
from zhibu.core.text import gettext_noop, halfwidth

MAX_SERIAL = 999


class State(StrEnum):
    """State of a person's certificate (membership.toml enums.certificate_state)."""

    NOT_ISSUED = "not_issued"
    ACTIVE = "active"
    FROZEN = "frozen"
    HELD = "held"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"
    MEMORIAL = "memorial"


class BookletState(StrEnum):
    """State of one physical copy."""

    PRINTED = "printed"
    ISSUED = "issued"
    VOIDED = "voided"


def compose_number(committee: str, branch: str, serial: int) -> str:
    """CCC + BBB + MMM + check character, 10 characters without hyphens (certificate.md "Number").

    Raises ``Refused`` past the capacity of 999 numbers per branch.

    >>> compose_number("005", "011", 15)
    '0050110153'
    """
    if serial > MAX_SERIAL:
        raise Refused(gettext_noop("本支部的999个编号已经用完，请县委组织部给支部核定新的编号段。"))
    body = f"{committee}{branch}{serial:03d}"
    return body + mod_11_2(body)


def format_number(number: str) -> str:
    """With hyphens, as printed and shown.

    >>> format_number("0050110153")
    '005-011-015-3'
    """
    return f"{number[:3]}-{number[3:6]}-{number[6:9]}-{number[9:]}"


def parse_number(text: str) -> str:
    """Ten characters from what a person typed; raises ``Refused`` naming what is wrong.

    >>> parse_number("020-011-007-x")
    '020011007X'
    """
    number = halfwidth(text).replace("-", "").replace("—", "").replace("–", "").upper()
    if (
        len(number) != 10
        or not (number[:9].isascii() and number[:9].isdigit())
        or number[9] not in "0123456789X"
    ):
        raise Refused(gettext_noop("党员证编号应是9位数字加1位校验码，例如005-011-015-3。"))
    if not holds_mod_11_2(number):
        raise Refused(
            gettext_noop("党员证编号校验不对，末位应为{expected}。请查证本原件，不要猜。"),
            expected=mod_11_2(number[:9]),
        )
    return number


_EPOCH = date(2000, 1, 1)
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Claim:
    """What a QR code says: number, booklet serial (edition), issue date."""

    number: str
    serial: int
    issued_on: date

    def to_bytes(self) -> bytes:
        """8 bytes: version, number without check character (4), serial (1), days since 2000 (2)."""
        days = (self.issued_on - _EPOCH).days
        return (
            bytes((_VERSION,))
            + int(self.number[:9]).to_bytes(4, "big")
            + bytes((self.serial,))
            + days.to_bytes(2, "big")
        )

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Claim":
        """Undo ``to_bytes``; raises ValueError on anything else."""
        if len(raw) != 8 or raw[0] != _VERSION:
            raise ValueError("not a claim")
        body = f"{int.from_bytes(raw[1:5], 'big'):09d}"
        if len(body) != 9:
            raise ValueError("not a number")
        return cls(body + mod_11_2(body), raw[5], _EPOCH + timedelta(days=int.from_bytes(raw[6:8], "big")))


class Outcome(StrEnum):
    """What the public page says about a booklet (certificate.md "QR and verification")."""

    VALID = "valid"
    ASK = "ask"
    VOID = "void"
    UNKNOWN = "unknown"


def judge(*, certificate_state: str, booklet_state: str, standing: str) -> Outcome:
    """What a scan of a genuine code may reveal.

    Held, frozen or withdrawn, and a standing that is not active, all read the same, so that a scan
    never tells a penalty. Void tells nothing about the person.
    """
    if booklet_state == BookletState.VOIDED or certificate_state in (State.VOIDED, State.MEMORIAL):
        return Outcome.VOID
    if certificate_state in (State.HELD, State.FROZEN, State.WITHDRAWN) or standing != "active":
        return Outcome.ASK
    return Outcome.VALID
