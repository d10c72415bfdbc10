"""What the pages of the log show."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from zhibu.audit.models import AuditRecord
from zhibu.audit.querysets import AuditRecords
from zhibu.audit.summaries.breaks import Break
from zhibu.core.access import Scope


def search(
    *,
    scope: Scope,
    since: date | None,
    until: date | None,
    person: str,
    event: str,
    organization: str,
) -> AuditRecords[AuditRecord]:
    """Records the scope may read, newest first; empty words do not filter. ``until`` is exclusive.

    One more query when ``organization`` is given: which nodes its words mean.
    """
    found = AuditRecord.objects.visible_to(scope, "audit.read").between(since, until)
    if person:
        found = found.filter(actor_name__icontains=person)
    if event:
        found = found.filter(event=event)
    if organization:
        found = found.filter(chain__in=_organizations("ids_matching")(organization))
    return found.order_by("-id")


@dataclass(frozen=True, slots=True)
class Line:
    """A record in words. ``place`` is the organization's short name, or the system."""

    record: AuditRecord
    event: str
    subject: str
    place: str


def lines(rows: Sequence[AuditRecord]) -> list[Line]:
    """Records in words. One query for the names of their organizations."""
    names = _organizations("names_of")({row.chain for row in rows if row.chain})
    system = gettext("系统")
    return [
        Line(
            row,
            event_label(row.event),
            subject_label(row.subject_type),
            names.get(row.chain, str(row.chain)) if row.chain else system,
        )
        for row in rows
    ]


def facts(row: AuditRecord) -> list[tuple[str, str]]:
    """The data of a record: label and value."""
    return [(fact_label(key), _plain(key, value)) for key, value in row.data.items()]


def _plain(key: str, value: object) -> str:
    """Codes of fields and roles in words; a reason is left as it was written."""
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if value is None:
        return ""
    if isinstance(value, list):
        return "、".join(_plain(key, each) for each in value)
    if isinstance(value, dict) and key == "conditions":
        names = _labels()["conditions"]
        return gettext("、").join(
            gettext("{name}：{value}").format(name=names.get(name, name), value=said)
            if said
            else names.get(name, name)
            for name, said in value.items()
        )
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return _labels().get(f"values_{key}", {}).get(str(value), str(value))


def _organizations(deed: str) -> Any:
    return import_string(settings.ORGANIZATION_LABELS[deed])


@dataclass(frozen=True, slots=True)
class LastVerification:
    """What the log itself says about the last time it was verified."""

    record: AuditRecord
    holds: bool

    @property
    def sentences(self) -> list[str]:
        """What was found broken, in Chinese; none when the log held."""
        data = self.record.data
        found = [*data.get("found", ())]
        if "chain" in data:  # as records before the file of heads say it
            found.append([data["chain"], data["seq"], data["reason"]])
        return [Break(*each).sentence for each in found]

    @property
    def ahead(self) -> int:
        """Records the database had beyond the file of heads."""
        return int(self.record.data.get("ahead", 0))

    @property
    def is_guarded(self) -> bool:
        """All triggers that refuse changes were in place."""
        return bool(self.record.data["guarded"])


def last_verification() -> LastVerification | None:
    """The latest recorded verification, by page or command line. One query."""
    row = (
        AuditRecord.objects.filter(event__in=["audit.log.verified", "audit.log.found_broken"])
        .order_by("-id")
        .first()
    )
    return LastVerification(row, row.event == "audit.log.verified") if row else None


@dataclass(frozen=True, slots=True)
class Neighbors:
    """Ids of the records before and after one in its chain."""

    previous: int | None
    following: int | None


def neighbors(row: AuditRecord, *, scope: Scope) -> Neighbors:
    """Where to go from a record. One query."""
    around = dict(
        AuditRecord.objects.visible_to(scope, "audit.read")
        .filter(chain=row.chain, seq__in=[row.seq - 1, row.seq + 1])
        .values_list("seq", "id")
    )
    return Neighbors(around.get(row.seq - 1), around.get(row.seq + 1))


@cache
def _labels() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(Path(__file__).parent.with_name("events.toml").read_text("utf-8"))


def event_labels() -> Mapping[str, str]:
    """Event -> Chinese, in the order of events.toml."""
    return _labels()["events"]


def route_labels() -> Mapping[str, str]:
    """What is handed out as a file, by the name of its address."""
    return _labels()["values_route"]


def event_label(event: str) -> str:
    """The Chinese name of an event; the code itself when events.toml does not know it."""
    return event_labels().get(event, event)


def subject_label(subject_type: str) -> str:
    """The Chinese name of a kind of row; the code itself when events.toml does not know it."""
    return _labels()["subjects"].get(subject_type, subject_type)


def fact_label(key: str) -> str:
    """The Chinese name of a key of ``data``; the key itself when events.toml does not know it."""
    return _labels()["facts"].get(key, key)
