"""How a record is digested. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

SHA_256 = "s1:"  # algorithm id in front of every digest; SM3 will be another


@dataclass(frozen=True, slots=True)
class Entry:
    """What a digest covers."""

    chain: int
    seq: int
    path: str
    at: datetime
    event: str
    actor_id: int | None
    actor_name: str
    subject_type: str
    subject_id: str
    data: Mapping[str, object]


def digest(entry: Entry, previous: str) -> str:
    """Digest of one record and of everything before it in its chain."""
    parts = [
        previous,
        entry.chain,
        entry.seq,
        entry.path,
        int(entry.at.timestamp() * 1_000_000),
        entry.event,
        entry.actor_id,
        entry.actor_name,
        entry.subject_type,
        entry.subject_id,
        entry.data,
    ]
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return SHA_256 + hashlib.sha256(text.encode()).hexdigest()


def anchor_digest(day: str, heads: Mapping[str, str], previous: str) -> str:
    """Digest over the heads of all chains on a day, chained to the anchor before."""
    text = json.dumps([previous, day, heads], sort_keys=True, separators=(",", ":"))
    return SHA_256 + hashlib.sha256(text.encode()).hexdigest()
