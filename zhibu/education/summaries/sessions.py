"""A branch's ledger by what was studied together."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from zhibu.education.models import StudyRecord
from zhibu.education.rules.entries import span_of
from zhibu.members.models import Member
from zhibu.members.rules.stages import Standing
from zhibu.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Session:
    """What was entered together. ``people``: how many took part, ``undone``: from how many it was taken back."""

    operation: UUID
    mode: str
    subject: str
    on: date
    days: int
    tenths: int
    evidence: str
    recorder: str
    people: int
    undone: int

    @property
    def standing(self) -> int:
        """How many have the hours."""
        return self.people - self.undone

    @property
    def until(self) -> date:
        """Its last day."""
        return span_of(self.on, self.days)[1]


_KEYS = ("operation", "mode", "subject", "on", "days", "tenths", "evidence", "recorder")


def sessions_of(branch: Organization, year: int) -> QuerySet[StudyRecord, Any]:
    """Sessions of a branch's year as plain rows, the latest first: for ``paginate``, then ``session_of`` each."""
    rows = StudyRecord.objects.entries().filter(branch=branch, year=year).values(*_KEYS)
    found: QuerySet[StudyRecord, Any] = rows.annotate(people=Count("pk"), undone=Count("reversal"))
    return found.order_by("-on", "operation")


def session_of(row: dict[str, Any]) -> Session:
    """A row of ``sessions_of``."""
    return Session(**row)


def lines_of(branch: Organization, operation: UUID) -> list[StudyRecord]:
    """Who took part, with what was taken back, by pinyin. One query."""
    rows = StudyRecord.objects.entries().filter(branch=branch, operation=operation)
    return list(rows.select_related("member", "reversal").order_by("member__pinyin", "pk"))


def people_of(branch: Organization) -> list[Member]:
    """Who can take part at a branch today, by pinyin. One query."""
    rows = Member.objects.enrolled().filter(branch=branch, standing=Standing.ACTIVE)
    return list(rows.only("name", "branch", "is_floating", "join_date").order_by("pinyin", "pk"))
