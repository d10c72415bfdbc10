"""The log against the file of heads: what the file knows and the database lacks."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from zhibu.audit import witness
from zhibu.audit.models import AuditHead, AuditRecord
from zhibu.audit.summaries.breaks import Break
from zhibu.audit.witness import Head

KEPT, RENEWED = "audit.heads.kept", "audit.heads.renewed"


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What the comparison found. ``ahead``: records the database has beyond the file, as after a killed process."""

    lines: int
    ahead: int
    findings: tuple[Break, ...]


def heads_file() -> Path:
    """Where the file of heads stands (settings.AUDIT_HEADS_FILE)."""
    path: Path = settings.AUDIT_HEADS_FILE
    return path


def compare_heads(*, older: Iterable[Path] = ()) -> Witnessed:
    """Hold every line of the file against the records. ``older``: files that were put aside, or copies.

    The marks the database noted are read first, then the file, then the records: what is written meanwhile
    is then in what is read later. Reads number and digest of every record.
    """
    noted = _noted_marks()
    reading = witness.read(heads_file())
    heads = list(reading.heads)
    for path in older:
        heads += witness.read(path).heads
    findings = [Break(0, line, "line_changed") for line in reading.changed]
    if noted - reading.marks:
        findings.append(Break(0, len(reading.heads), "file_cut"))
    findings += _lost(heads)
    return Witnessed(len(reading.heads), _ahead(reading), tuple(findings))


def heads_behind() -> tuple[Break, ...]:
    """Chains whose head in the database stands before the one in the file. One query."""
    last = witness.read(heads_file()).last()
    stored = dict(AuditHead.objects.values_list("chain", "seq"))
    return tuple(
        Break(chain, stored.get(chain, 0) + 1, "cut", head.seq)
        for chain, head in sorted(last.items())
        if head.seq > stored.get(chain, 0)
    )


def heads_to_keep() -> list[Head]:
    """Heads the file lacks. Not those of a chain that the file contradicts: its next line would hide that."""
    last = witness.read(heads_file()).last()
    at_last = _digests(last.values())
    return [
        Head(*row)
        for row in AuditHead.objects.filter(seq__gt=0).order_by("chain").values_list("chain", "seq", "digest")
        if row[0] not in last
        or (row[1] > last[row[0]].seq and at_last.get(last[row[0]][:2]) == last[row[0]].digest)
    ]


def _digests(heads: Iterable[Head]) -> dict[tuple[int, int], str]:
    """Digest by chain and number, of the records these heads name."""
    wanted = {head[:2] for head in heads}
    rows = AuditRecord.objects.filter(
        chain__in={chain for chain, _ in wanted}, seq__in={seq for _, seq in wanted}
    )
    found = rows.values_list("chain", "seq", "digest").iterator()
    return {(chain, seq): digest for chain, seq, digest in found if (chain, seq) in wanted}


def _noted_marks() -> set[str]:
    """Marks the log noted since the file was last begun anew. "" is none: noted of a file that had no line."""
    since = AuditRecord.objects.filter(event=RENEWED).order_by("-id").values_list("id", flat=True).first()
    rows = AuditRecord.objects.filter(event__in=[KEPT, RENEWED], id__gte=since or 0)
    return {str(data["mark"]) for data in rows.values_list("data", flat=True)} - {""}


def _lost(heads: Iterable[Head]) -> list[Break]:
    told: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for head in heads:
        told[head.chain][head.seq].add(head.digest)
    rows = AuditRecord.objects.order_by("chain", "seq").values_list("chain", "seq", "digest")
    for chain, seq, digest in rows.iterator(chunk_size=5000):
        if chain in told and told[chain].get(seq) == {digest}:
            del told[chain][seq]
    stored = dict(AuditHead.objects.values_list("chain", "seq"))
    findings = []
    for chain in sorted(told):
        cut = [seq for seq in told[chain] if seq > stored.get(chain, 0)]
        other = [seq for seq in told[chain] if seq <= stored.get(chain, 0)]
        if other:
            findings.append(Break(chain, min(other), "rewritten", max(other)))
        if cut:
            findings.append(Break(chain, stored.get(chain, 0) + 1, "cut", max(cut)))
    return findings


def _ahead(reading: witness.Reading) -> int:
    last = reading.last()
    return sum(
        max(seq - (last[chain].seq if chain in last else 0), 0)
        for chain, seq in AuditHead.objects.values_list("chain", "seq")
    )
