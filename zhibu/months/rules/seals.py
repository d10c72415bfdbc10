"""The seal over a branch's month: one digest over its rows, chained to the month before. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhibu.months.rules.cells import canonical

Rows = Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything a seal covers, as plain rows in a fixed order.

    ``dues``: member, kind, fen owed, and "quarter" where they come by it. ``payments``: id, member, fen, extra, day, channel, payer, receiver, the
    payment it reverses. ``meetings``: id, kind, day, state. ``attendance``: meeting, member, status, reason.
    ``points``: id, member, item, tenths, day, the entry it reverses. ``counted``: cash, payers, signatures.
    """

    branch: int
    month: int
    counted: Sequence[object]
    dues: Rows
    payments: Rows
    meetings: Rows
    attendance: Rows
    points: Rows


def digest_of(sheet: Sheet, *, previous: str, replaced: Sequence[str] = ()) -> str:
    """SHA-256 over the rows, the digest of the month before, and the seals of this month it replaces."""
    facts = {
        "branch": sheet.branch,
        "month": sheet.month,
        "previous": previous,
        "replaced": list(replaced),
        "counted": list(sheet.counted),
        **{
            name: sorted(([*row] for row in getattr(sheet, name)), key=canonical)
            for name in ("dues", "payments", "meetings", "attendance", "points")
        },
    }
    return hashlib.sha256(canonical(facts).encode()).hexdigest()


def replaced_seals(summary: Mapping[str, object]) -> tuple[str, ...]:
    """Digests of the seals that a later one replaced, the first one first."""
    seals = summary.get("seals", ())
    return tuple(str(seal["digest"]) for seal in seals) if isinstance(seals, list) else ()


def follows(previous: str, *, before: str, before_replaced: Sequence[str]) -> bool:
    """Whether a month is chained to the month before: to its seal, or to one that was replaced since."""
    return previous in {before, *before_replaced}
