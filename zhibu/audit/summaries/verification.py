"""Checking the log: digests, heads, anchors, copies kept elsewhere, triggers."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from zhibu.audit.guards import missing_guards
from zhibu.audit.models import AuditAnchor, AuditHead, AuditRecord
from zhibu.audit.rules import Entry, anchor_digest, digest
from zhibu.audit.summaries.breaks import Break
from zhibu.audit.summaries.witnessing import Witnessed, compare_heads

EXPLAINED = "audit.clock.explained"
Copy = tuple[date, str]
"""Day and digest of an anchor, as kept elsewhere."""


@dataclass(frozen=True, slots=True)
class Verification:
    """Result of reading the whole log. ``missing_guards``: triggers that ought to refuse changes and are not there."""

    records: int
    chains: int
    anchors: int
    broken: Break | None
    missing_guards: tuple[str, ...]
    heads: Witnessed

    @property
    def breaks(self) -> tuple[Break, ...]:
        """What was found broken: the first in the log itself, and all that the file of heads knows better."""
        return (*([self.broken] if self.broken else []), *self.heads.findings)

    @property
    def holds(self) -> bool:
        """Nothing was found broken."""
        return not self.breaks


class _Broken(Exception):
    def __init__(self, chain: int, seq: int, reason: str) -> None:
        super().__init__(reason)
        self.found = Break(chain, seq, reason)


def verify(*, copies: Collection[Copy] | None = None, older_heads: Sequence[Path] = ()) -> Verification:
    """Recompute every digest, in chain order, at constant memory. Stops at the first broken record.

    ``copies``: anchors that were kept elsewhere (``read_copies``); with them even a log
    that was rewritten as a whole, chains, heads and anchors, is found out. ``older_heads``: files of heads that
    were put aside or copied elsewhere, held against the log together with the one in use.
    """
    heads = compare_heads(older=older_heads)
    counts = {"records": 0, "chains": 0, "anchors": 0}
    broken = None
    try:
        wanted = {
            (int(chain), int(value.split(":", 1)[0]))
            for heads in AuditAnchor.objects.values_list("heads", flat=True).iterator()
            for chain, value in heads.items()
        }
        sealed = _verify_chains(counts, wanted)
        _verify_anchors(counts, sealed, copies or ())
    except _Broken as error:
        broken = error.found
    return Verification(**counts, broken=broken, missing_guards=missing_guards(), heads=heads)


def _verify_chains(counts: dict[str, int], wanted: set[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Read all records; the digests at the places that anchors name."""
    heads = {head.chain: (head.seq, head.digest) for head in AuditHead.objects.all()}
    sealed: dict[tuple[int, int], str] = {}
    ended: set[int] = set()
    chain, seq, last = -1, 0, ""
    for entry, previous, stored in _entries():
        if entry.chain != chain:
            _check_end(ended, heads, chain, seq, last)
            chain, seq, last = entry.chain, 0, ""
            counts["chains"] += 1
        if entry.seq != seq + 1:
            raise _Broken(chain, seq + 1, "missing")
        counts["records"] += 1
        if previous != last or stored != digest(entry, last):
            raise _Broken(chain, entry.seq, "changed")
        seq, last = entry.seq, stored
        if (chain, seq) in wanted:
            sealed[chain, seq] = stored
    _check_end(ended, heads, chain, seq, last)
    for empty in sorted(heads.keys() - ended):
        if heads[empty] != (0, ""):
            raise _Broken(empty, 1, "missing")
    return sealed


def _check_end(
    ended: set[int], heads: Mapping[int, tuple[int, str]], chain: int, seq: int, last: str
) -> None:
    if not seq:
        return
    ended.add(chain)
    head_seq, head_digest = heads.get(chain, (0, ""))
    if head_seq > seq:
        raise _Broken(chain, seq + 1, "missing")
    if (head_seq, head_digest) != (seq, last):
        raise _Broken(chain, seq, "head")


def _verify_anchors(
    counts: dict[str, int], sealed: Mapping[tuple[int, int], str], copies: Collection[Copy]
) -> None:
    before, heads = "", dict[str, str]()
    seen: set[Copy] = set()
    for anchor in AuditAnchor.objects.order_by("id").iterator():
        heads |= anchor.heads
        if anchor.previous != before or anchor.digest != anchor_digest(anchor.day.isoformat(), heads, before):
            raise _Broken(0, 0, "anchor_changed")
        for chain_text, value in anchor.heads.items():
            seq_text, digest_text = value.split(":", 1)
            if int(seq_text) and sealed.get((int(chain_text), int(seq_text))) != digest_text:
                raise _Broken(int(chain_text), int(seq_text), "anchor")
        counts["anchors"] += 1
        before = anchor.digest
        seen.add((anchor.day, anchor.digest))
    if not seen.issuperset(copies):
        raise _Broken(0, 0, "copy")


def _entries() -> Iterator[tuple[Entry, str, str]]:
    """Each record as it is digested, with the stored digests before and of it. Plain rows: model
    instances would double the time."""
    rows = AuditRecord.objects.order_by("chain", "seq").values_list(
        "chain",
        "seq",
        "path",
        "at",
        "event",
        "actor_id",
        "actor_name",
        "subject_type",
        "subject_id",
        "data",
        "previous",
        "digest",
    )
    for *covered, previous, stored in rows.iterator(chunk_size=2000):
        yield Entry(*covered), previous, stored


def anchored_heads() -> dict[str, str]:
    """The latest anchored head of every chain: "chain" -> "seq:digest"."""
    heads: dict[str, str] = {}
    for grown in AuditAnchor.objects.order_by("id").values_list("heads", flat=True).iterator():
        heads |= grown
    return heads


def anchor_copies() -> str:
    """All anchors as JSON lines of day and digest, to be kept somewhere else. Holds no data of anyone."""
    rows = AuditAnchor.objects.order_by("id").values_list("day", "digest")
    return "".join(json.dumps({"day": day.isoformat(), "digest": text}) + "\n" for day, text in rows)


def read_copies(text: str) -> frozenset[Copy]:
    """What ``anchor_copies`` wrote. Raises ``ValueError``."""
    copies = set()
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            row = json.loads(line)
            copies.add((date.fromisoformat(row["day"]), str(row["digest"])))
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            raise ValueError("not a file of audit anchors") from error
    return frozenset(copies)


def anchor_ahead(*, on: date) -> AuditAnchor | None:
    """The latest anchor dated after ``on`` that nobody has explained yet: a clock ran ahead, or runs behind now.
    Two queries."""
    last = AuditAnchor.objects.filter(day__gt=on).defer("heads").order_by("-id").first()
    if last is None:
        return None
    explained = AuditRecord.objects.about("audit.auditanchor", last.pk).filter(event=EXPLAINED)
    return None if explained.exists() else last
