"""Writing to the log. Called inside the transaction of the deed it records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import models, transaction
from django.utils import timezone

from zhibu.audit.models import AuditAnchor, AuditHead, AuditRecord
from zhibu.audit.rules import Entry, anchor_digest, digest
from zhibu.core.access import Scope

SYSTEM_CHAIN = 0


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to record: the organization on whose chain it stands, what happened, to what."""

    event: str
    chain: int
    path: str
    subject_type: str
    subject_id: str
    data: Mapping[str, object] = field(default_factory=dict)


def deed(
    event: str,
    *,
    on: models.Model | None,
    chain: int = SYSTEM_CHAIN,
    path: str = "",
    data: Mapping[str, object] | None = None,
) -> Deed:
    """Describe a deed on a row. ``data`` must be plain JSON and hold no personal value, only names of fields and ids."""
    subject_type = on._meta.label_lower if on is not None else ""
    subject_id = str(on.pk) if on is not None else ""
    return Deed(event, chain, path, subject_type, subject_id, data or {})


def record(
    event: str,
    *,
    by: Scope,
    on: models.Model | None,
    chain: int = SYSTEM_CHAIN,
    path: str = "",
    data: Mapping[str, object] | None = None,
) -> None:
    """Append one record. ``chain`` and ``path``: id and tree path of the organization; default the system's chain."""
    record_many([deed(event, on=on, chain=chain, path=path, data=data)], by=by)


@transaction.atomic
def record_many(deeds: Iterable[Deed], *, by: Scope) -> None:
    """Append records to their chains: two queries for the heads and one insert per 1,000 records.

    Chains are locked in ascending order, so that two deeds over many organizations wait for each
    other instead of deadlocking.
    """
    listed = list(deeds)
    if not listed:
        return
    chains = sorted({each.chain for each in listed})
    heads = {
        head.chain: head
        for head in AuditHead.objects.select_for_update().filter(chain__in=chains).order_by("chain")
    }
    missing = [chain for chain in chains if chain not in heads]
    if missing:
        AuditHead.objects.bulk_create([AuditHead(chain=chain) for chain in missing], ignore_conflicts=True)
        heads |= {
            h.chain: h
            for h in AuditHead.objects.select_for_update().filter(chain__in=missing).order_by("chain")
        }
    at: datetime = timezone.now()
    rows = []
    for each in listed:
        head = heads[each.chain]
        entry = Entry(
            each.chain,
            head.seq + 1,
            each.path,
            at,
            each.event,
            by.user_id,
            by.name,
            each.subject_type,
            each.subject_id,
            each.data,
        )
        sealed = digest(entry, head.digest)
        rows.append(
            AuditRecord(
                chain=entry.chain,
                seq=entry.seq,
                path=entry.path,
                at=at,
                event=entry.event,
                actor_id=entry.actor_id,
                actor_name=entry.actor_name,
                subject_type=entry.subject_type,
                subject_id=entry.subject_id,
                data=entry.data,
                previous=head.digest,
                digest=sealed,
            )
        )
        head.seq, head.digest = entry.seq, sealed
    AuditRecord.objects.bulk_create(rows, batch_size=1000)
    AuditHead.objects.bulk_update(list(heads.values()), ["seq", "digest"], batch_size=400)


@transaction.atomic
def set_anchor(*, on: date) -> AuditAnchor:
    """Anchor all heads for a day; calling it again on that day returns the first anchor."""
    last = AuditAnchor.objects.select_for_update().order_by("-day").first()
    if last is not None and last.day >= on:
        return last
    heads = {str(h.chain): f"{h.seq}:{h.digest}" for h in AuditHead.objects.order_by("chain")}
    previous = last.digest if last else ""
    return AuditAnchor.objects.create(
        day=on,
        at=timezone.now(),
        heads=heads,
        previous=previous,
        digest=anchor_digest(on.isoformat(), heads, previous),
    )
