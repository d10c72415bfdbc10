"""What a backup says of itself. Pure: no Django, no database."""

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final

from zhibu.core.access import Refused
from zhibu.core.crypto import KeyRing, KeyRingError
from zhibu.core.text import gettext_noop

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
SEALED_KEYS: Final = "keys.sealed"
HEADS: Final = "audit-heads.log"
FILES: Final = "files"
DATABASE: Final = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
_CONTEXT: Final = "backup.key_check"
_KNOWN: Final = "zhibu"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a backup: its size and its SHA-256."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What can be counted in a database: rows of each table, applied migrations, heads of the log, last seals.

    ``heads``: chain -> "seq:digest"; ``seals``: branch -> "month:digest" of its latest sealed month. Keys are text, as
    JSON has them.
    """

    migrations: tuple[str, ...]
    counts: Mapping[str, int]
    heads: Mapping[str, str]
    seals: Mapping[str, str]

    def differences(self, other: "Facts") -> list[str]:
        """Where ``other`` holds something else: names of tables, chains and branches."""
        found = [] if set(self.migrations) == set(other.migrations) else ["django_migrations"]
        for mine, theirs, prefix in (
            (self.counts, other.counts, ""),
            (self.heads, other.heads, "audit_audithead "),
            (self.seals, other.seals, "months_branchmonth "),
        ):
            names = sorted({*mine, *theirs})
            found += [f"{prefix}{name}" for name in names if mine.get(name) != theirs.get(name)]
        return found


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """Lets a key ring be tried without telling anything of it: a known word, encrypted and indexed."""

    data: str
    index: str

    @classmethod
    def of(cls, ring: KeyRing) -> "KeyCheck":
        """By the keys that are current now."""
        stored = ring.encrypt(_KNOWN.encode(), context=_CONTEXT)
        return cls(base64.b64encode(stored).decode(), ring.blind_index(_KNOWN, context=_CONTEXT))

    def fits(self, ring: KeyRing) -> bool:
        """The ring reads and finds what was written at the time of the backup."""
        try:
            word = ring.decrypt(base64.b64decode(self.data), context=_CONTEXT)
        except (KeyRingError, ValueError):
            return False
        return word == _KNOWN.encode() and hmac.compare_digest(
            self.index, ring.blind_index(_KNOWN, context=_CONTEXT)
        )


@dataclass(frozen=True, slots=True)
class Manifest:
    """``moment``: every change committed before it is in the backup. ``product``: version of the software."""

    product: str
    moment: datetime
    database: str
    server: str
    facts: Facts
    key_check: KeyCheck
    parts: Mapping[str, Part]

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(part.bytes for part in self.parts.values())

    @property
    def files(self) -> list[str]:
        """Names of the installation's own files, as the var folder has them."""
        return [name.removeprefix(f"{FILES}/") for name in self.parts if name.startswith(f"{FILES}/")]

    def dumps(self) -> bytes:
        """JSON, as it is signed and stored."""
        plain = asdict(self) | {"format": FORMAT, "moment": self.moment.isoformat()}
        return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True).encode()

    @classmethod
    def loads(cls, text: bytes) -> "Manifest":
        """Read what ``dumps`` wrote. Raises ``Refused`` when it is damaged or of another format."""
        try:
            raw = json.loads(text)
            if raw["format"] != FORMAT:
                raise Refused(
                    gettext_noop("这份备份的格式是第{format}版，本程序只认识第{known}版。"),
                    format=raw["format"],
                    known=FORMAT,
                    next_step=gettext_noop("请先把程序升级到做这份备份的版本。"),
                )
            facts = raw["facts"]
            return cls(
                product=str(raw["product"]),
                moment=datetime.fromisoformat(raw["moment"]),
                database=raw["database"] if raw["database"] in DATABASE else _no("database"),
                server=str(raw["server"]),
                facts=Facts(tuple(facts["migrations"]), facts["counts"], facts["heads"], facts["seals"]),
                key_check=KeyCheck(str(raw["key_check"]["data"]), str(raw["key_check"]["index"])),
                parts={
                    _inside(name): Part(int(p["bytes"]), str(p["sha256"])) for name, p in raw["parts"].items()
                },
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Refused(
                gettext_noop("备份的清单（manifest.json）坏了，读不出来。"),
                next_step=gettext_noop("请换另一份备份。"),
            ) from None


def _inside(name: str) -> str:
    """The name of a part, when it stays inside the backup's folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or str(path) != name or "\\" in name:
        _no(name)
    return name


def _no(name: str) -> str:
    raise ValueError(name)


def sign(text: bytes, ring: KeyRing) -> str:
    """Signature of a manifest by the county's signing key: "key id:base64"."""
    key_id, signature = ring.sign(text)
    return f"{key_id}:{base64.b64encode(signature).decode()}"


def is_signed(text: bytes, signature: str, ring: KeyRing) -> bool:
    """The manifest is as the county's own key signed it."""
    key_id, _colon, encoded = signature.strip().partition(":")
    try:
        return ring.public_keys().verify(int(key_id), text, base64.b64decode(encoded, validate=True))
    except ValueError:
        return False
