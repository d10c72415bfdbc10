"""Writing to the log. Called inside the transaction of the deed it records."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path

from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from zhibu.audit import witness
from zhibu.audit.guards import install_guards
from zhibu.audit.models import AuditAnchor, AuditHead
from zhibu.audit.rules import Entry, anchor_digest, check_plain, check_reason, digest, encode
from zhibu.audit.summaries.verification import EXPLAINED, Verification, anchor_ahead, anchored_heads, verify
from zhibu.audit.summaries.witnessing import KEPT, RENEWED, heads_file, heads_to_keep
from zhibu.audit.witness import Head
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop

SYSTEM_CHAIN = 0
Row = tuple[str | int | None, ...]
# A page waits for the verification it starts; a bigger log is verified by the command line.
LARGEST_VERIFIED_BY_PAGE = 300_000
_COLUMNS = (
    "chain, seq, path, at, event, actor_id, actor_name, subject_type, subject_id, data, previous, digest"
)
_FEW = 500
NAMED = 50
"""Broken places that the record of a verification names."""

log = logging.getLogger("zhibu.audit")


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
    """Describe a deed on a row. ``data`` must be plain JSON (no floats, dates as ISO text) and hold no
    personal value, only names of fields and ids; else ``TypeError``."""
    check_plain(data)
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


def record_marked_read(
    event: str, *, by: Scope, on: models.Model, fields: Iterable[str], reason: str, chain: int, path: str
) -> None:
    """Append that marked fields were read in full ("members.resident_id.read"), and why.

    Raises ``Refused`` when the reason is missing or itself holds a personal number. Call it before
    the value is handed out.
    """
    data = {"fields": sorted(fields), "reason": check_reason(reason)}
    record(event, by=by, on=on, chain=chain, path=path, data=data)


_gathering: ContextVar[tuple[Scope, list[Deed]] | None] = ContextVar("gathering", default=None)


@contextmanager
def gathered(*, by: Scope) -> Iterator[None]:
    """What ``by`` does inside is recorded together at the end, in its order: the heads are read and moved once.

    For one deed made of several, inside its transaction and without catching refusals: a record stays even
    where the writing it tells of was taken back to a savepoint.
    """
    if _gathering.get() is not None:  # the outer one writes
        yield
        return
    deeds: list[Deed] = []
    token = _gathering.set((by, deeds))
    try:
        yield
    finally:
        _gathering.reset(token)
    record_many(deeds, by=by)


# No savepoint of its own: a log that cannot be written takes the deed with it.
@transaction.atomic(savepoint=False)
def record_many(deeds: Iterable[Deed], *, by: Scope) -> None:
    """Append records to their chains: one query for the heads, one insert, one upsert per 300 heads.

    Chains are locked in ascending order, so that two deeds over many organizations wait for each
    other instead of deadlocking.
    """
    listed = list(deeds)
    if not listed:
        return
    gathering = _gathering.get()
    if gathering is not None and gathering[0] is by:
        gathering[1].extend(listed)
        return
    chains = sorted({each.chain for each in listed})
    heads = _locked_heads(chains)
    missing = [chain for chain in chains if chain not in heads]
    if missing:
        AuditHead.objects.bulk_create([AuditHead(chain=chain) for chain in missing], ignore_conflicts=True)
        heads |= _locked_heads(missing)
    # After the locks: within a chain, time never runs backwards.
    at = timezone.now()
    actor_id, actor_name = by.user_id, by.name
    rows: list[Row] = []
    stored_at = str(connection.ops.adapt_datetimefield_value(at))
    for each in listed:
        head = heads[each.chain]
        previous, head.seq = head.digest, head.seq + 1
        entry = Entry(
            each.chain,
            head.seq,
            each.path,
            at,
            each.event,
            actor_id,
            actor_name,
            each.subject_type,
            each.subject_id,
            each.data,
        )
        head.digest = digest(entry, previous)
        rows.append(
            (
                entry.chain,
                entry.seq,
                entry.path,
                stored_at,
                entry.event,
                actor_id,
                actor_name,
                entry.subject_type,
                entry.subject_id,
                encode(entry.data),
                previous,
                head.digest,
            )
        )
    ends = [Head(head.chain, head.seq, head.digest) for head in heads.values()]
    transaction.on_commit(partial(_tell_witness, ends, at), robust=True)
    if connection.vendor == "postgresql" and len(rows) <= _FEW:
        _insert_few(rows, heads)
        return
    _insert(rows)
    # An upsert: the CASE that bulk_update writes costs a second for 330 heads, this 10 ms.
    AuditHead.objects.bulk_create(
        heads.values(), update_conflicts=True, unique_fields=["chain"], update_fields=["seq", "digest"]
    )


def _tell_witness(ends: list[Head], at: datetime) -> None:
    """After the commit. The deed stands whatever happens to the file: the next line of the chain covers it."""
    try:
        witness.append(heads_file(), ends, at=at)
    except OSError as error:
        log.error("the file of heads could not be written: %s", error.strerror)


def _insert(rows: list[Row]) -> None:
    """Plain rows: through model instances a roster's 10,174 records took 0.63 s, this way under 0.3 s."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY audit_auditrecord ({_COLUMNS}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO audit_auditrecord ({_COLUMNS}) VALUES ({places})", rows)  # noqa: S608 (constant text)


def _insert_few(rows: list[Row], heads: Mapping[int, AuditHead]) -> None:
    """Records and heads in one statement, as every single deed writes them (PostgreSQL)."""
    places = ", ".join(["(" + ", ".join(["%s"] * len(rows[0])) + ")"] * len(rows))
    moved = ", ".join(["(%s, %s, %s)"] * len(heads))
    values: list[str | int | None] = []
    for head in heads.values():
        values += [head.chain, head.seq, head.digest]
    for row in rows:
        values += row
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH moved AS (INSERT INTO audit_audithead (chain, seq, digest) VALUES {moved} ON CONFLICT (chain) "  # noqa: S608 (constant text)
            "DO UPDATE SET seq = EXCLUDED.seq, digest = EXCLUDED.digest) "
            f"INSERT INTO audit_auditrecord ({_COLUMNS}) VALUES {places}",
            values,
        )


def _locked_heads(chains: list[int]) -> dict[int, AuditHead]:
    found = AuditHead.objects.select_for_update().filter(chain__in=chains).order_by("chain")
    return {head.chain: head for head in found}


def set_anchor(*, on: date) -> AuditAnchor:
    """Anchor all heads for a day; calling it again on that day returns the first anchor.

    An anchor of a later day, made while the clock ran ahead, stops nothing: this one follows it. It is said
    until somebody has looked into it (``explain_clock``).
    """
    last = AuditAnchor.objects.order_by("-id").first()
    if last is not None and last.day == on:
        return last
    anchored = anchored_heads()
    heads = {str(h.chain): f"{h.seq}:{h.digest}" for h in AuditHead.objects.order_by("chain")}
    grown = {chain: value for chain, value in heads.items() if anchored.get(chain) != value}
    previous = last.digest if last else ""
    try:
        with transaction.atomic():
            return AuditAnchor.objects.create(
                day=on,
                at=timezone.now(),
                heads=grown,
                previous=previous,
                digest=anchor_digest(on.isoformat(), anchored | heads, previous),
            )
    except IntegrityError:  # another process was quicker
        return AuditAnchor.objects.get(previous=previous)


def keep_heads(*, by: Scope) -> int:
    """Add to the file of heads what it lacks, wait for the disk, and note in the log how far the file goes;
    how many chains were added. Outside any transaction: the file tells of what is committed. A log and a file
    without a line have nothing to note."""
    missing = heads_to_keep()
    mark = witness.append(heads_file(), missing, at=timezone.now(), is_forced=True)
    if mark:
        record(KEPT, by=by, on=None, data={"mark": mark})
    return len(missing)


def renew_heads(*, by: Scope, reason: str) -> Path | None:
    """Put the file of heads aside and begin another with the heads as they are; where the old one lies now.

    For a file that has grown long, and after a restore from a backup that is older than the file: the log says
    who did it and why. Raises ``Refused`` without a reason.
    """
    reason = check_reason(reason)
    at = timezone.now()
    aside = witness.renew(heads_file(), at=at)
    mark = witness.append(heads_file(), heads_to_keep(), at=at, is_forced=True)
    record(RENEWED, by=by, on=None, data={"mark": mark, "reason": reason})
    return aside


def anchor_day(*, by: Scope, on: date) -> AuditAnchor:
    """The worker's daily deed: bring the file of heads up to date, then anchor the day."""
    keep_heads(by=by)
    return set_anchor(on=on)


@transaction.atomic
def explain_clock(*, by: Scope, reason: str, on: date) -> None:
    """Record that the audit administrator looked into anchors dated ahead of ``on``, and what was found.

    The second hand beside whoever set the clock right. Raises ``Refused`` without a reason, or when there is
    nothing to explain.
    """
    by.require_any("audit.read")
    reason = check_reason(reason)
    ahead = anchor_ahead(on=on)
    if ahead is None:
        raise Refused(gettext_noop("没有日期超前、还没有说明的锚点。"))
    record(EXPLAINED, by=by, on=ahead, data={"day": ahead.day.isoformat(), "reason": reason})


def restore_guards(*, by: Scope) -> tuple[str, ...]:
    """Put back the triggers that are missing, and record which; their names. Needs the owner of the tables."""
    with transaction.atomic():
        restored = install_guards()
        if restored:
            record("audit.guards.restored", by=by, on=None, data={"guards": list(restored)})
    return restored


def verify_log(*, by: Scope, older_heads: Sequence[Path] = ()) -> Verification:
    """Verify the whole log and append the result to the system's chain.

    Raises ``Refused`` when the log is too big to wait for (see LARGEST_VERIFIED_BY_PAGE); the
    command line has no such limit.
    """
    by.require_any("audit.read")
    size = AuditHead.objects.aggregate(models.Sum("seq"))["seq__sum"] or 0
    if size > LARGEST_VERIFIED_BY_PAGE and not by.is_system:
        raise Refused(
            gettext_noop("日志有{count}条，在网页上核对要等太久。"),
            count=size,
            next_step=gettext_noop("请让系统管理员在服务器上运行：zhibu audit verify"),
        )
    found = verify(older_heads=older_heads)
    data: dict[str, object] = {
        "records": found.records,
        "chains": found.chains,
        "anchors": found.anchors,
        "guarded": not found.missing_guards,
    }
    if found.heads.ahead:
        data["ahead"] = found.heads.ahead
    if found.breaks:
        data["found"] = [[b.chain, b.seq, b.reason, b.last] for b in found.breaks[:NAMED]]
    record("audit.log.verified" if found.holds else "audit.log.found_broken", by=by, on=None, data=data)
    return found
