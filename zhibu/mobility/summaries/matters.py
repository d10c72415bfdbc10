"""What the pages about membership events show: lists by what is to be done, one event, what a member may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet, Window
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core import codes
from zhibu.core.access import Scope
from zhibu.core.dates import add_months, full_since
from zhibu.core.work import WorkItem, WorkList
from zhibu.members.models import Measure, Member, MembershipEvent
from zhibu.members.policies import MEMBERSHIP
from zhibu.members.querysets import MembershipEvents
from zhibu.members.rules.events import (
    DISPOSAL_STEP_LABELS,
    RESTRICTED,
    SPECS,
    EventKind,
    Level,
    MeasureKind,
    Route,
    is_rechecked,
)
from zhibu.members.rules.facts import FIELD_LABELS
from zhibu.members.rules.stages import Stage, Standing
from zhibu.members.summaries.events import disposal_days
from zhibu.members.summaries.pages import shown
from zhibu.rulebook.policies import values_in_force

SETTLE = "members.settle_events"
SHOWN = 5
COUNTY_KINDS = frozenset(str(kind) for kind, spec in SPECS.items() if spec.level == Level.COUNTY)
_FILED_KINDS = frozenset(str(kind) for kind, spec in SPECS.items() if spec.route == Route.FILE)
# A decision is prepared in time: what falls due within a month is shown.
SOON = timedelta(days=30)
VIEWS = ("settle", "file", "mine", "open", "done")


def rows(scope: Scope, *, view: str, kind: str = "") -> MembershipEvents[Any]:
    """Events a list shows: to settle, to file, entered by the person, all that wait, all that are settled."""
    found = MembershipEvent.objects.readable_by(scope)
    if view == "settle":
        found = to_settle(scope)
    elif view == "file":
        found = to_file(scope)
    elif view == "mine":
        found = found.filter(proposed_user=scope.user_id)
    elif view == "open":
        found = found.open()
    else:
        found = found.exclude(state="proposed")
    if kind in SPECS:
        found = found.filter(kind=kind)
    return found.select_related("member", "branch", "member__branch").order_by("-proposed_at", "-pk")


def to_settle(scope: Scope) -> MembershipEvents[Any]:
    """What waits for this person's approval: not what the person entered, county matters only for the county."""
    found = MembershipEvent.objects.visible_to(scope, SETTLE).open()
    if not scope.has("conduct.read"):
        found = found.exclude(kind__in=RESTRICTED)
    if not _is_county(scope, SETTLE):
        found = found.exclude(kind__in=COUNTY_KINDS)
    if scope.user_id is not None:
        found = found.exclude(proposed_user=scope.user_id)
    return found


def to_file(scope: Scope) -> MembershipEvents[Any]:
    """What holds already and waits to be put on record."""
    return (
        MembershipEvent.objects.visible_to(scope, SETTLE)
        .in_effect()
        .filter(kind__in=_FILED_KINDS, filed_on=None)
    )


def _is_county(scope: Scope, permission: str) -> bool:
    return any(prefix.count(".") < 2 for prefix in scope.prefixes(permission))


def due_measures(scope: Scope, *, on: date) -> QuerySet[Measure]:
    """Measures whose end needs a decision and falls due within a month."""
    kinds = [MeasureKind.CORRECTION_PERIOD]
    if scope.has("conduct.read"):
        kinds.append(MeasureKind.PROBATION_WITHIN_PARTY)
    return (
        Measure.objects.visible_to(scope, "members.propose_events")
        .filter(kind__in=kinds, ended_on=None, due_on__lte=on + SOON)
        .select_related("member", "member__branch")
        .order_by("due_on", "pk")
    )


def due_confirmations(scope: Scope, *, on: date) -> QuerySet[Member]:
    """Probationary members whose probation, extensions apart, is full within a month and nobody has proposed anything."""
    months = values_in_force(MEMBERSHIP, on=on).probation_months
    joined_by = full_since(on + SOON, months)
    extended = (
        MembershipEvent.objects.in_effect()
        .filter(kind=EventKind.EXTEND_PROBATION, until__gt=on + SOON)
        .values("member")
    )
    waiting = MembershipEvent.objects.open().values("member")
    return (
        Member.objects.visible_to(scope, "members.propose_events")
        .enrolled()
        .filter(stage=Stage.PROBATIONARY, standing=Standing.ACTIVE, join_date__lte=joined_by)
        .exclude(pk__in=extended)
        .exclude(pk__in=waiting)
        .select_related("branch")
        .order_by("join_date", "pk")
    )


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """What waits for the person: to approve, to file, periods that need a decision, probations that are full."""
    found: list[WorkList] = []
    listing = reverse("mobility:matters")
    if scope.has(SETTLE):
        found += _list_of_events(
            "settle", _("等我批准的党籍和组织处置"), "checklist", to_settle(scope), f"{listing}?view=settle"
        )
        found += _list_of_events(
            "file", _("等我备案的党籍和组织处置"), "archive", to_file(scope), f"{listing}?view=file"
        )
    if scope.has("members.propose_events"):
        months = values_in_force(MEMBERSHIP, on=on).probation_months
        members = list(
            due_confirmations(scope, on=on).only("name", "join_date", "branch__short_name")[: SHOWN + 45]
        )
        if members:
            items = tuple(
                WorkItem(
                    _("{name}预备期满，要讨论转正").format(name=member.name),
                    member.branch.short_name,
                    reverse("mobility:event_new", args=[member.pk, EventKind.CONFIRM]),
                    add_months(member.join_date, months),
                )
                for member in members[:SHOWN]
            )
            found.append(
                WorkList(
                    "confirmations",
                    _("预备期将满和已满的预备党员"),
                    "do",
                    "user-check",
                    items,
                    len(members),
                    f"{listing}?view=probation",
                )
            )
        measures = list(
            due_measures(scope, on=on).only("kind", "due_on", "member__name", "member__branch__short_name")[
                : SHOWN + 45
            ]
        )
        if measures:
            items = tuple(
                WorkItem(
                    _("{name}的{measure}到期，要作决定").format(
                        name=row.member.name, measure=codes.label("measure", row.kind)
                    ),
                    row.member.branch.short_name,
                    reverse("mobility:events", args=[row.member_id]),
                    row.due_on,
                )
                for row in measures[:SHOWN]
            )
            found.append(
                WorkList(
                    "measures",
                    _("到期要作决定的处分和处置"),
                    "decide",
                    "alarm",
                    items,
                    len(measures),
                    f"{listing}?view=due",
                )
            )
    return found


def _list_of_events(
    key: str, label: str, icon: str, events: MembershipEvents[Any], url: str
) -> list[WorkList]:
    first: list[Any] = list(
        events.select_related("member__branch")
        .only("kind", "member__name", "member__branch__short_name")
        .annotate(total=Window(Count("pk")))
        .order_by("proposed_at", "pk")[:SHOWN]
    )
    if not first:
        return []
    items = tuple(
        WorkItem(
            _("{name}：{event}").format(name=event.member.name, event=_(SPECS[EventKind(event.kind)].label)),
            event.member.branch.short_name,
            reverse("mobility:event", args=[event.pk]),
        )
        for event in first
    )
    return [WorkList(key, label, "decide", icon, items, first[0].total, url)]


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the life of an event."""

    on: date
    title: str
    icon: str
    detail: str = ""


def steps_of(event: MembershipEvent) -> list[Step]:
    """How far the event is, oldest first."""
    spec = SPECS[EventKind(event.kind)]
    document = _("文号：{document}").format(document=event.document) if event.document else ""
    # A death is attested, not decided.
    said = (
        Step(event.decided_on, _("{body}证明").format(body=event.decided_by), "file-text", document)
        if event.kind == EventKind.DIE
        else Step(event.decided_on, _("{body}决定").format(body=event.decided_by), "gavel", document)
    )
    found = [Step(day, label, "circle-check") for label, day in disposal_steps(event)]
    found.append(said)
    found.append(
        Step(
            timezone.localdate(event.proposed_at),
            _("登记"),
            "pencil",
            _("登记人：{by}").format(by=event.proposed_by),
        )
    )
    settled = event.settled_on or (timezone.localdate(event.settled_at) if event.settled_at else None)
    detail = "，".join(filter(None, [event.settled_by, event.settled_document, _noted(event)]))
    if event.state == "refused" and settled:
        found.append(Step(settled, _("上级不批准"), "circle-x", detail))
    elif event.state == "canceled" and settled:
        found.append(Step(settled, _("撤回"), "arrow-back-up", detail))
    elif spec.route == Route.APPROVE and settled:
        rechecked = is_rechecked(EventKind(event.kind), event.decided_by)
        title = _("照处分决定核对") if rechecked else _("上级批准")
        found.append(Step(settled, title, "circle-check", detail))
    if event.effective_on and event.state in {"in_effect", "reversed"}:
        found.append(Step(event.effective_on, _("生效"), "flag"))
    if event.filed_on:
        found.append(Step(event.filed_on, _("上级备案"), "archive", event.filed_by))
    if event.state == "reversed":
        reversal = MembershipEvent.objects.filter(reverses=event).first()
        if reversal and reversal.effective_on:
            by = "，".join(filter(None, [reversal.proposed_by, reversal.document]))
            found.append(Step(reversal.effective_on, _("申诉复查后撤销"), "rotate", by))
    return found


def disposal_steps(event: MembershipEvent) -> list[tuple[str, date]]:
    """The steps before a disposal was decided, in words with their days."""
    return [(_(DISPOSAL_STEP_LABELS[step]), day) for step, day in disposal_days(event).items()]


def wanted_lines(event: MembershipEvent) -> list[tuple[str, str, str]]:
    """What a correction changes, in words: label, what the record says, what it is to say."""
    if event.kind != EventKind.CORRECT_RECORD:
        return []
    wanted: dict[str, list[str]] = event.wanted
    return [
        (_(label), shown(field, wanted[field][0]), shown(field, wanted[field][1]))
        for field, label in FIELD_LABELS.items()
        if field in wanted
    ]


def _noted(event: MembershipEvent) -> str:
    return _("历史资料补录") if event.settled_note == "past" else event.settled_note


def measures_now(member: Member, scope: Scope, *, on: date, own: bool = False) -> Sequence[Measure]:
    """Measures in force; discipline only for who may read it, and for the member."""
    found = Measure.objects.in_force(on).filter(member=member).select_related("event")
    if not own and not scope.covers("conduct.read", member.branch.path):
        found = found.exclude(event__kind__in=RESTRICTED)
    return list(found.order_by("from_date", "pk"))


def events_of(member: Member, scope: Scope, *, own: bool = False) -> MembershipEvents[Any]:
    """The member's events, latest first; restricted ones only for who may read them, and for the member."""
    found = MembershipEvent.objects.filter(member=member)
    if own:
        found = found.exclude(state="proposed")
    elif not scope.covers("conduct.read", member.branch.path):
        found = found.exclude(kind__in=RESTRICTED)
    return found.order_by("-decided_on", "-pk")


def kinds_filter() -> list[tuple[str, str]]:
    """Kinds for a list's filter."""
    return [
        (str(kind), spec.label)
        for kind, spec in SPECS.items()
        if not spec.is_internal or kind == EventKind.CORRECT_RECORD
    ]


def may_read(event: MembershipEvent, scope: Scope) -> bool:
    """Whether the scope may open this event."""
    path = event.member.branch.path
    return scope.covers("conduct.read" if event.kind in RESTRICTED else "members.read", path)
