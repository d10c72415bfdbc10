"""The void list: numbers and serials of copies that are no longer valid, as one small signed text. Pure.

certificate.md "Life cycle", "Loss": old serial on the void list. The text holds no name and no reason,
so that it may be given to anyone who checks booklets without a network::

    zhibu-void-list 1
    county 513434 越西县
    date 2026-11-24
    count 2
    0050110153/01
    020011007X/02
    ed25519 1 <base64 signature over everything above>
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from zhibu.certificates.rules.copies import format_number, parse_number
from zhibu.core.access import Refused
from zhibu.core.crypto import PublicKeys
from zhibu.core.text import gettext_noop, halfwidth

PURPOSE = b"zhibu-void-list-1\n"
"""What the signature is for, so that it fits nothing else; signed in front of the text."""

FRESH = timedelta(days=30)
"""An older list is told to be old (proposal)."""

_FIRST = "zhibu-void-list"
_VERSION = "1"
_HEAD = 4
_LARGEST = 4_000_000  # bytes; every copy a county could ever void


@dataclass(frozen=True, slots=True)
class VoidList:
    """What a genuine list says. ``copies``: sorted "NNNNNNNNNN/SS"."""

    code: str
    county: str
    issued_on: date
    copies: tuple[str, ...]

    def find(self, typed: str) -> tuple[str, ...]:
        """The void copies that a number, or a number with its serial, names; empty when none is listed.

        Raises ``Refused`` when what was typed is no certificate number.
        """
        number_text, _, serial_text = halfwidth(typed).partition("/")
        number = parse_number(number_text)
        if not serial_text:
            return tuple(copy for copy in self.copies if copy.startswith(f"{number}/"))
        if not (serial_text.isascii() and serial_text.isdigit()):
            raise Refused(gettext_noop("证本号应是数字，例如005-011-015-3/01。"))
        copy = compose_copy(number, int(serial_text))
        return (copy,) if copy in self.copies else ()

    def is_old(self, *, on: date) -> bool:
        """True when a newer list should be fetched."""
        return on - self.issued_on > FRESH


def compose_copy(number: str, serial: int) -> str:
    """How a copy is named in the list.

    >>> compose_copy("0050110153", 1)
    '0050110153/01'
    """
    return f"{number}/{serial:02d}"


def show_copy(copy: str) -> str:
    """The same for people.

    >>> show_copy("0050110153/01")
    '005-011-015-3/01'
    """
    number, _, serial = copy.partition("/")
    return f"{format_number(number)}/{serial}"


def compose_text(*, code: str, county: str, issued_on: date, copies: Iterable[tuple[str, int]]) -> str:
    """The text that is signed, ending with a line break; copies sorted, each once."""
    listed = sorted({compose_copy(number, serial) for number, serial in copies})
    head = [
        f"{_FIRST} {_VERSION}",
        f"county {code} {county}",
        f"date {issued_on.isoformat()}",
        f"count {len(listed)}",
    ]
    return "\n".join([*head, *listed]) + "\n"


def seal(text: bytes, key_id: int, signature: bytes) -> bytes:
    """The file: the text and the line with its signature."""
    return text + f"ed25519 {key_id} {base64.b64encode(signature).decode()}\n".encode()


def read_void_list(data: bytes, keys: PublicKeys) -> VoidList:
    """The list in a file, when it is whole and signed by one of the keys; needs no network.

    Raises ``Refused`` saying whether it is no such list, changed on its way, or signed by someone else.
    """
    if len(data) > _LARGEST or not data.startswith(f"{_FIRST} ".encode()):
        raise Refused(gettext_noop("这不是作废名单。请在“作废名单”页面下载，不要另存或改动。"))
    changed = Refused(gettext_noop("名单被改动过，或没有下载完整，不能用。请重新下载。"))
    body, _, last = data.removesuffix(b"\n").rpartition(b"\n")
    text = body + b"\n"
    try:
        algorithm, key_text, signature_text = last.decode("ascii").split(" ")
        signature = base64.b64decode(signature_text, validate=True)
        key_id = int(key_text)
    except (ValueError, binascii.Error):
        raise changed from None
    if algorithm != "ed25519" or data != seal(text, key_id, signature):
        raise changed
    if key_id not in keys.keys:
        raise Refused(
            gettext_noop(
                "名单是用第{key}把密钥签的，手里的公钥里没有这一把。请向发名单的组织部门要新的公钥。"
            ),
            key=key_id,
        )
    if not keys.verify(key_id, PURPOSE + text, signature):
        raise changed
    return _parse(text.decode("utf-8"))


def _parse(text: str) -> VoidList:
    """A genuine text. Raises ``Refused`` for a version this program does not know."""
    lines = text.splitlines()
    if lines[0] != f"{_FIRST} {_VERSION}":
        raise Refused(gettext_noop("名单的格式比这个程序新。请升级程序再核对。"))
    code, _, county = lines[1].removeprefix("county ").partition(" ")
    issued_on = date.fromisoformat(lines[2].removeprefix("date "))
    copies = tuple(lines[_HEAD:])
    if int(lines[3].removeprefix("count ")) != len(copies):
        raise Refused(gettext_noop("名单里的本数和列出的不一致，不能用。请重新下载。"))
    return VoidList(code, county, issued_on, copies)
