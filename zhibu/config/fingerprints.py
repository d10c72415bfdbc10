"""Which keys the database was written with: the log keeps their fingerprints, so that others are known for wrong."""

from typing import Any, Final

from zhibu.audit.models import AuditRecord
from zhibu.core.crypto import KeyRingError
from zhibu.core.db import key_ring
from zhibu.core.text import gettext_noop
from zhibu.members.models import Member

KNOWN: Final = "config.keys.known"
WRONG: Final = gettext_noop(
    "密钥文件不是这个数据库的：数据库里的内容是用别的密钥加密的。请换回原来的密钥文件，可以从密钥的备份里找。"
)
HALF_INDEXED: Final = gettext_noop(
    "身份证号的索引密钥换到一半停了。请运行 zhibu keys rotate-index 接着换完。"
)


def known_keys() -> dict[str, str]:
    """Fingerprints as the log keeps them; none before they were first recorded. One query."""
    found = AuditRecord.objects.filter(event=KNOWN).order_by("-id").values_list("data", flat=True).first()
    keys: dict[str, str] = found["keys"] if found else {}
    return keys


def wrong_keys() -> str:
    """Why the ring in use does not fit the database, in Chinese; "" when it does. At most three queries.

    Every key the log knows must be there; more may be, as while data keys are turned over.
    """
    ring, known = key_ring(), known_keys()
    prints: dict[str, Any] = ring.fingerprints()
    if not known:
        return "" if _opens_a_sample() else WRONG
    missing = {name for name, value in known.items() if prints.get(name) != value}
    missing = {name for name in missing if not (name.startswith("data.") and _is_unused(name))}
    if missing == {"index"} and ring.previous_index_fingerprint() == known["index"]:
        return HALF_INDEXED
    return WRONG if missing else ""


def _opens_a_sample() -> bool:
    """Some member's number can be read and is indexed as this ring would: before anything is recorded."""
    try:
        member = (
            Member.objects.exclude(resident_id_index="")
            .order_by("pk")
            .only("resident_id", "resident_id_index")
            .first()
        )
        if member is None:
            return True
        index = key_ring().blind_index(member.resident_id, context="resident_id")
    except KeyRingError:
        return False
    return key_ring().is_indexing or index == member.resident_id_index


def _is_unused(name: str) -> bool:
    """An older data key that was dropped just before the log could be told: a newer one it knows is there."""
    current = f"data.{key_ring().current_data_key}"
    return name != current and known_keys().get(current) == key_ring().fingerprints()[current]
