"""What is recorded although nothing was written: readings, files handed out, refusals. Bounded, so that nobody
floods the log by asking again and again."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import models
from django.utils import timezone

from zhibu.audit.actions import SYSTEM_CHAIN, record
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Scope

READ_AGAIN: Final = timedelta(minutes=10)
"""Looking at the same thing again within this time is the same reading."""
REFUSALS_AN_HOUR: Final = 20
"""Of one person and one sort; the last one says that more may have followed."""

# Conditions whose value a person types: only that there was one is recorded.
_TYPED: Final = frozenset({"q", "text", "name", "person", "organization"})
_PLAIN: Final = re.compile(r"[a-z][a-z_]{0,29}|\d{1,6}|\d{4}-\d{2}(-\d{2})?")
_NAME: Final = re.compile(r"[a-z][a-z_]{0,29}")


def note_reading(
    event: str,
    *,
    by: Scope,
    on: models.Model | None,
    chain: int = SYSTEM_CHAIN,
    path: str = "",
    data: Mapping[str, object] | None = None,
) -> None:
    """Record that someone reads this, unless the same person did within ``READ_AGAIN``. One query more."""
    subject = {"subject_type": on._meta.label_lower, "subject_id": str(on.pk)} if on is not None else {}
    last = AuditRecord.objects.filter(
        actor_id=by.user_id, event=event, at__gt=timezone.now() - READ_AGAIN, **subject
    )
    if not any(each.data == dict(data or {}) for each in last.only("data")[:50]):
        record(event, by=by, on=on, chain=chain, path=path, data=data)


def note_file(
    *,
    by: Scope,
    route: str,
    ids: Mapping[str, object],
    conditions: Mapping[str, str],
    rows: int | None,
    address: str,
) -> None:
    """Record that a list, print or copy leaves as a file: which, of what, under which conditions, how many rows.

    ``conditions`` is the query of the address; nothing a person typed is kept of it.
    """
    data: dict[str, object] = {
        "route": route,
        **_plain_ids(ids),
        "conditions": plain_conditions(conditions),
        "address": address,
    }
    record("audit.file.handed_out", by=by, on=None, data=data | ({} if rows is None else {"rows": rows}))


def note_refusal(
    *, by: Scope, route: str, ids: Mapping[str, object], method: str, status: int, address: str
) -> None:
    """Record that a page or deed was refused to a signed-in person: 403, 404 of a row, 409."""
    data: dict[str, object] = {
        "route": route,
        **_plain_ids(ids),
        "method": method,
        "status_code": status,
        "address": address,
    }
    _record_bounded("audit.access.refused", by, data)


def note_refused_form(
    *, by: Scope, route: str, ids: Mapping[str, object], fields: Iterable[str], address: str
) -> None:
    """Record that what a person filled in was not accepted: on which page, in which fields; nothing of what it was.

    ``fields``: names, "" for what a rule says of the whole. Counted apart from other refusals, so that misspelled
    forms do not use up the records of doors that were tried.
    """
    names = sorted(set(fields))
    data: dict[str, object] = {
        "route": route,
        **_plain_ids(ids),
        "fields": [name for name in names if name],
        "by_rule": "" in names,
        "address": address,
    }
    _record_bounded("audit.form.refused", by, data)


def _record_bounded(event: str, by: Scope, data: dict[str, object]) -> None:
    """So many an hour of one person; the last one says that more may have followed."""
    earlier = AuditRecord.objects.filter(
        actor_id=by.user_id, event=event, at__gt=timezone.now() - timedelta(hours=1)
    )
    count = len(earlier.values_list("pk")[:REFUSALS_AN_HOUR])
    if count < REFUSALS_AN_HOUR:
        more = {"more_unrecorded": True} if count == REFUSALS_AN_HOUR - 1 else {}
        record(event, by=by, on=None, data=data | more)


def plain_conditions(query: Mapping[str, str]) -> dict[str, str]:
    """Conditions without anything personal: codes, numbers and days as they are, of the rest only the name.

    >>> plain_conditions({"state": "issued", "q": "王伟", "page": "3", "since": "2026-01-01", "kind": ""})
    {'state': 'issued', 'q': '', 'since': '2026-01-01'}
    """
    return {
        name: value if name not in _TYPED and _PLAIN.fullmatch(value) else ""
        for name, value in query.items()
        if value and name != "page" and _NAME.fullmatch(name)
    }


def _plain_ids(ids: Mapping[str, object]) -> dict[str, object]:
    """What the address captured: numbers, UUIDs and codes. Any other text may be a person's."""
    kept = {
        name: str(value)
        for name, value in ids.items()
        if isinstance(value, int | UUID) or _PLAIN.fullmatch(str(value))
    }
    return {"ids_of": kept} if kept else {}
