"""Reads about the events of memberships: the situation an event is judged in, measures, the history."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhibu.core.access import Scope
from zhibu.core.dates import parse_date
from zhibu.members.models import Measure, Member, MembershipEvent
from zhibu.members.policies import MEMBERSHIP
from zhibu.members.rules.events import (
    EFFECT_PERIODS,
    PENALTIES,
    SPECS,
    DisposalStep,
    Entry,
    EventKind,
    InForce,
    MeasureKind,
    Situation,
    measures_on,
    plain_matter,
    probation_ends,
)
from zhibu.members.rules.posts import NO_POSTS
from zhibu.members.rules.stages import Stage, Standing
from zhibu.members.summaries.pages import stored_text
from zhibu.rulebook.policies import values_in_force

STEPS = "steps"
_DATES = frozenset({"join_date", "confirmation_date"})
_CHANGES_STATE = frozenset(
    str(kind)
    for kind, spec in SPECS.items()
    if spec.stage is not None or spec.standing is not None or kind == EventKind.REVERSE
)


def situation_of(member: Member, *, on: date, searches: int = 0) -> Situation:
    """All an event on this member is judged by. Two queries. ``searches``: entries of the search log, from mobility."""
    events = list(MembershipEvent.objects.filter(member=member).in_effect().order_by("effective_on", "pk"))
    return _situation(member, events, list(Measure.objects.filter(member=member)), on=on, searches=searches)


def situations_of(members: Sequence[Member], *, on: date) -> dict[int, Situation]:
    """``situation_of`` for many members, by id: two queries per 500."""
    found: dict[int, Situation] = {}
    for start in range(0, len(members), 500):
        some = members[start : start + 500]
        events: dict[int, list[MembershipEvent]] = {}
        measures: dict[int, list[Measure]] = {}
        ordered = MembershipEvent.objects.filter(member__in=some).in_effect().order_by("effective_on", "pk")
        for event in ordered:
            events.setdefault(event.member_id, []).append(event)
        for measure in Measure.objects.filter(member__in=some):
            measures.setdefault(measure.member_id, []).append(measure)
        for member in some:
            known = events.get(member.pk, []), measures.get(member.pk, [])
            found[member.pk] = _situation(member, *known, on=on, searches=0)
    return found


def _situation(
    member: Member, events: Iterable[MembershipEvent], measures: Iterable[Measure], *, on: date, searches: int
) -> Situation:
    last_change = suspended_on = ended_on = None
    end_reason = ""
    extensions = extension_months = party_months = 0
    punished = set()
    measures = list(measures)
    for event in events:
        kind = EventKind(event.kind)
        day = event.effective_on
        if event.kind in _CHANGES_STATE:
            last_change = day if last_change is None or (day and day > last_change) else last_change
        if kind == EventKind.SUSPEND_STANDING:
            suspended_on = day
        elif kind == EventKind.READMIT:
            extensions = extension_months = 0
        elif kind == EventKind.EXTEND_PROBATION:
            extensions += 1
            extension_months += event.months or 0
        elif kind == EventKind.BEGIN_PARTY_PROBATION:
            party_months = event.months or 0
        elif kind == EventKind.EXTEND_PARTY_PROBATION:
            party_months += event.months or 0
        if SPECS[kind].standing == Standing.ENDED:
            ended_on, end_reason = day, SPECS[kind].ends
        if event.matter and kind in PENALTIES:
            punished.add(plain_matter(event.matter))
    return Situation(
        stage=Stage(member.stage),
        standing=Standing(member.standing),
        join_date=member.join_date,
        measures=measures_on(
            [
                (MeasureKind(row.kind), InForce(row.from_date, row.due_on, row.ends_itself), row.ended_on)
                for row in measures
            ],
            on=on,
        ),
        last_change=last_change,
        extensions=extensions,
        extension_months=extension_months,
        suspended_on=suspended_on,
        ended_on=ended_on,
        end_reason=end_reason,
        searches=searches,
        party_probation_months=party_months,
        punished=frozenset(punished),
        effect_periods=tuple(
            (MeasureKind(row.kind), row.from_date, min(row.due_on, row.ended_on or row.due_on))
            for row in measures
            if row.kind in EFFECT_PERIODS and row.due_on is not None
        ),
    )


def entry_of(event: MembershipEvent) -> Entry:
    """What a person entered, as the rules take it."""
    return Entry(
        kind=EventKind(event.kind),
        decided_on=event.decided_on,
        decided_by=event.decided_by,
        document=event.document,
        effective_on=event.effective_on,
        months=event.months,
        since=event.since,
        matter=event.matter,
        grounds=event.grounds,
        evidence=event.evidence,
        becomes=becomes_of(event),
        steps=disposal_days(event),
    )


def disposal_days(event: MembershipEvent) -> dict[DisposalStep, date]:
    """The days of the steps before a disposal was decided, in their order; empty for every other event."""
    told: dict[str, str] = event.wanted.get(STEPS, {})
    days = {step: parse_date(told.get(step, "")) for step in DisposalStep}
    return {step: day for step, day in days.items() if day is not None}


def wanted_of(member: Member, changes: Mapping[str, object]) -> dict[str, list[str]]:
    """A correction as a proposal keeps it: field -> [is, becomes] as text."""
    return {
        field: [stored_text(getattr(member, field)), stored_text(value)] for field, value in changes.items()
    }


def becomes_of(event: MembershipEvent) -> dict[str, object]:
    """What a correction wants the record to say, by field; empty for every other event."""
    if event.kind != EventKind.CORRECT_RECORD:
        return {}
    wanted: dict[str, list[str]] = event.wanted
    return {
        field: (parse_date(becomes) if field in _DATES else becomes)
        for field, (_is, becomes) in wanted.items()
    }


def probation_full_since(member: Member, *, on: date) -> date | None:
    """The day the probation was full, with its extension, while nobody has confirmed; None before. At most three queries."""
    if member.stage != Stage.PROBATIONARY or member.standing != Standing.ACTIVE:
        return None
    limits = values_in_force(MEMBERSHIP, on=on).limits()
    full_on = probation_ends(situation_of(member, on=on), limits)
    return full_on if full_on <= on else None


@dataclass(frozen=True, slots=True)
class Exit:
    """How and when a membership ended."""

    reason: str
    on: date


def exits_of(member_ids: Iterable[int]) -> dict[int, Exit]:
    """The end of each of these memberships that ended by an event. One query."""
    ending = [str(kind) for kind, spec in SPECS.items() if spec.standing == Standing.ENDED]
    rows = (
        MembershipEvent.objects.in_effect()
        .filter(member__in=list(member_ids), kind__in=ending)
        .order_by("effective_on", "pk")
        .values_list("member_id", "kind", "effective_on")
    )
    return {pk: Exit(SPECS[EventKind(kind)].ends, day) for pk, kind, day in rows if day is not None}


def measures_between(member_ids: Iterable[int], since: date, until: date) -> dict[int, set[str]]:
    """Kinds of the measures that held on some day from ``since`` to ``until``, by member. A query per 500."""
    ids = list(member_ids)
    found: dict[int, set[str]] = defaultdict(set)
    for start in range(0, len(ids), 500):
        held = (
            Measure.objects.filter(member__in=ids[start : start + 500], from_date__lte=until)
            .exclude(ended_on__lte=since)
            .exclude(ends_itself=True, due_on__lte=since)
        )
        for pk, kind in held.values_list("member_id", "kind"):
            found[pk].add(kind)
    return found


def barring_measures(scope: Scope, permission: str, *, on: date) -> dict[int, set[str]]:
    """Measures in force that bar from posts (``rules.NO_POSTS``) over members in the scope, by member. One query."""
    held = Measure.objects.visible_to(scope, permission).in_force(on).filter(kind__in=NO_POSTS)
    found: dict[int, set[str]] = defaultdict(set)
    for pk, kind in held.values_list("member_id", "kind"):
        found[pk].add(kind)
    return found


def measures_of(member_ids: Iterable[int], *, on: date) -> dict[int, list[Measure]]:
    """Measures in force of each of these members. One query."""
    found: dict[int, list[Measure]] = {}
    for row in Measure.objects.in_force(on).filter(member__in=list(member_ids)).order_by("from_date", "pk"):
        found.setdefault(row.member_id, []).append(row)
    return found
