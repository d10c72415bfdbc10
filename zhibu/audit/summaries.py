"""Checking the log."""

from collections.abc import Iterator
from dataclasses import dataclass

from zhibu.audit.models import AuditAnchor, AuditHead, AuditRecord
from zhibu.audit.rules import Entry, anchor_digest, digest


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the log does not hold. ``reason`` is a code: changed, missing, head, anchor."""

    chain: int
    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class Verification:
    """Result of reading the whole log."""

    records: int
    chains: int
    anchors: int
    broken: Break | None


def verify() -> Verification:
    """Recompute every digest, in chain order, at constant memory. Stops at the first broken record."""
    records, chains, anchors = 0, 0, 0
    heads = {head.chain: head for head in AuditHead.objects.all()}
    sealed: dict[tuple[int, int], str] = {}
    wanted = {
        (int(c), int(v.split(":", 1)[0])) for a in AuditAnchor.objects.all() for c, v in a.heads.items()
    }
    ends: dict[int, tuple[int, str]] = {}
    for row, previous in _with_previous():
        records += 1
        seq_before, digest_before = previous
        if row.seq != seq_before + 1:
            return Verification(records, chains, anchors, Break(row.chain, seq_before + 1, "missing"))
        entry = Entry(
            row.chain,
            row.seq,
            row.path,
            row.at,
            row.event,
            row.actor_id,
            row.actor_name,
            row.subject_type,
            row.subject_id,
            row.data,
        )
        if row.previous != digest_before or row.digest != digest(entry, digest_before):
            return Verification(records, chains, anchors, Break(row.chain, row.seq, "changed"))
        if seq_before == 0:
            chains += 1
        ends[row.chain] = (row.seq, row.digest)
        if (row.chain, row.seq) in wanted:
            sealed[(row.chain, row.seq)] = row.digest
    for chain, head in heads.items():
        if ends.get(chain, (0, "")) != (head.seq, head.digest):
            return Verification(records, chains, anchors, Break(chain, head.seq, "head"))
    for chain, (seq, _) in ends.items():
        if chain not in heads:
            return Verification(records, chains, anchors, Break(chain, seq, "head"))
    before = ""
    for anchor in AuditAnchor.objects.order_by("day"):
        if anchor.previous != before or anchor.digest != anchor_digest(
            anchor.day.isoformat(), anchor.heads, before
        ):
            return Verification(records, chains, anchors, Break(0, 0, "anchor"))
        for chain_text, value in anchor.heads.items():
            seq_text, digest_text = value.split(":", 1)
            if int(seq_text) and sealed.get((int(chain_text), int(seq_text))) != digest_text:
                return Verification(records, chains, anchors, Break(int(chain_text), int(seq_text), "anchor"))
        anchors += 1
        before = anchor.digest
    return Verification(records, chains, anchors, None)


def _with_previous() -> Iterator[tuple[AuditRecord, tuple[int, str]]]:
    """Each record with seq and digest of the one before it in its chain; (0, "") for the first."""
    chain, previous = None, (0, "")
    for row in AuditRecord.objects.order_by("chain", "seq").iterator(chunk_size=2000):
        if row.chain != chain:
            chain, previous = row.chain, (0, "")
        yield row, previous
        previous = (row.seq, row.digest)
