"""The register of penalties (处分台账)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from zhibu.conduct.rules import REGISTERED, RegisterState, register_state
from zhibu.core.access import Scope
from zhibu.members.models import Measure, Member, MembershipEvent
from zhibu.members.rules.events import SPECS, EventKind, last_day
from zhibu.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class PenaltyLine:
    """A line of the register. ``last_day``: of the effect period; None where it has none."""

    event: MembershipEvent
    label: str
    until: date | None
    last_day: date | None
    standing: RegisterState


def penalty_rows(
    scope: Scope,
    organization: Organization,
    *,
    kind: str = "",
    standing: str = "",
    year: int | None = None,
    text: str = "",
    on: date,
) -> QuerySet[MembershipEvent]:
    """The register: decisions in effect or reversed over members now under the organization, latest first."""
    rows = MembershipEvent.objects.visible_to(scope, "conduct.read").filter(
        kind__in=[str(each) for each in REGISTERED], state__in=("in_effect", "reversed")
    )
    if organization.parent_id is not None:
        rows = rows.filter(member__branch__path__startswith=organization.path)
    if kind in REGISTERED:
        rows = rows.filter(kind=kind)
    if year is not None:
        rows = rows.filter(effective_on__year=year)
    if text:
        rows = rows.filter(member__in=Member.objects.matching(text).values("pk"))
    return with_measures(_standing(rows, standing, on)).order_by("-effective_on", "-pk")


def _standing(rows: QuerySet[MembershipEvent], standing: str, on: date) -> QuerySet[MembershipEvent]:
    """The rule ``register_state`` as a condition of the database."""
    if standing == RegisterState.REVERSED:
        return rows.filter(state="reversed")
    if standing == RegisterState.LASTING:
        return rows.filter(state="in_effect", kind=EventKind.EXPEL)
    held = rows.filter(state="in_effect").exclude(kind=EventKind.EXPEL)
    mine = Measure.objects.filter(event=OuterRef("pk"))
    in_force = Exists(mine.in_force(on))
    overdue = Exists(
        mine.filter(ends_itself=False, due_on__lte=on).filter(Q(ended_on=None) | Q(ended_on__gt=on))
    )
    if standing == RegisterState.RUNNING:
        return held.filter(in_force).exclude(overdue)
    if standing == RegisterState.DUE:
        return held.filter(overdue)
    if standing == RegisterState.ENDED:
        return held.exclude(in_force)
    return rows


def with_measures(rows: QuerySet[MembershipEvent]) -> QuerySet[Any]:
    """With the member, and ``measure_due``, ``measure_ended``, ``measure_ends_itself`` of what it started."""
    measure = Measure.objects.filter(event=OuterRef("pk")).order_by("pk")
    return rows.select_related("member__branch", "branch").annotate(
        measure_due=Subquery(measure.values("due_on")[:1]),
        measure_ended=Subquery(measure.values("ended_on")[:1]),
        measure_ends_itself=Subquery(measure.values("ends_itself")[:1]),
    )


def penalty_lines(rows: Iterable[Any], *, on: date) -> list[PenaltyLine]:
    """Rows of ``with_measures`` as lines."""
    return [_line(row, on) for row in rows]


def _line(row: Any, on: date) -> PenaltyLine:
    # An extension moves the measure's day, not the first decision's.
    until = row.measure_due or row.until
    spec = SPECS[EventKind(row.kind)]
    ended_on = row.measure_ended
    ends_itself = spec.ends_itself if row.measure_ends_itself is None else row.measure_ends_itself
    standing = register_state(
        row.kind, row.state, until=until, ended_on=ended_on, ends_itself=ends_itself, on=on
    )
    shown = min(filter(None, (until, ended_on)), default=None)
    return PenaltyLine(row, spec.label, shown, last_day(shown) if shown else None, standing)


def penalty_years(scope: Scope, organization: Organization) -> list[int]:
    """Years in which decisions took effect, latest first. One query."""
    rows = MembershipEvent.objects.visible_to(scope, "conduct.read").filter(
        kind__in=[str(each) for each in REGISTERED], state__in=("in_effect", "reversed")
    )
    if organization.parent_id is not None:
        rows = rows.filter(member__branch__path__startswith=organization.path)
    return [day.year for day in rows.dates("effective_on", "year", order="DESC")]
