"""How records and anchors are digested, and what a record may hold. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop, halfwidth
from zhibu.core.wording import said

SHA_256 = "s1:"  # algorithm id in front of every digest; SM3 will be another
SHORTEST_REASON = 4

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PERSONAL_NUMBER = re.compile(r"\d{11,}|\d{17}[xX]")
encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


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
    """Digest of one record and of everything before it in its chain.

    The time counts in whole microseconds, what both databases keep.
    """
    text = encode(
        (
            previous,
            entry.chain,
            entry.seq,
            entry.path,
            (entry.at - _EPOCH) // _MICROSECOND,
            entry.event,
            entry.actor_id,
            entry.actor_name,
            entry.subject_type,
            entry.subject_id,
            entry.data,
        )
    )
    return SHA_256 + hashlib.sha256(text.encode()).hexdigest()


def anchor_digest(day: str, heads: Mapping[str, str], previous: str) -> str:
    """Digest over the heads of all chains on a day, chained to the anchor before."""
    return SHA_256 + hashlib.sha256(encode((previous, day, heads)).encode()).hexdigest()


def check_plain(data: object) -> None:
    """Raise ``TypeError`` unless the data comes back from either database exactly as it went in.

    Floats do not (jsonb turns 1e16 into a whole number), nor do NUL characters, keys that are not
    text, dates, or decimals.
    """
    if data is None or isinstance(data, bool | int):
        return
    if isinstance(data, str):
        if "\0" in data:
            raise TypeError("audit data cannot hold NUL characters")
    elif isinstance(data, Mapping):
        for key, value in data.items():
            if not isinstance(key, str):
                raise TypeError(f"audit data has a key that is not text: {type(key).__name__}")
            check_plain(key)
            check_plain(value)
    elif isinstance(data, list | tuple):
        for value in data:
            check_plain(value)
    else:
        raise TypeError(f"audit data must be plain JSON without floats, not {type(data).__name__}")


def check_reason(text: str) -> str:
    """The reason a person gave for a logged deed, tidied. Raises ``Refused`` when it says nothing or too much."""
    reason = said(text)[:200]
    if len(reason) < SHORTEST_REASON:
        raise Refused(gettext_noop("请写明理由，至少{count}个字。"), count=SHORTEST_REASON)
    if _PERSONAL_NUMBER.search(halfwidth(reason)):
        raise Refused(
            gettext_noop("理由会记入审计日志，里面不能写身份证号或手机号。"),
            next_step=gettext_noop("请去掉号码，只写为什么要看，例如：核对党员证信息。"),
        )
    return reason
