"""Appeals: lists, one appeal with what it is against, who may re-examine it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zhibu.accounts.models import RoleAssignment, User
from zhibu.accounts.vocabulary import vocabulary
from zhibu.certificates.models import Withdrawal
from zhibu.conduct.models import Appeal
from zhibu.conduct.rules import (
    OPEN_APPEALS,
    WITHDRAWAL_APPEALABLE,
    AppealState,
    Involved,
    is_settled_by_county,
    may_be_appealed,
)
from zhibu.core.access import Scope
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules.events import ADVERSE, RESTRICTED, SPECS, EventKind

REEXAMINE = "conduct.reexamine"
DONE = [str(state) for state in AppealState if state not in OPEN_APPEALS]


def appeal_rows(scope: Scope, *, view: str = "") -> QuerySet[Appeal]:
    """Appeals in the scope: ``mine`` to examine, ``filed`` (nobody assigned), ``assigned``, ``done``; else all. One query."""
    rows = Appeal.objects.visible_to(scope, REEXAMINE)
    if view == "mine":
        rows = rows.filter(state=AppealState.ASSIGNED, examiner_user=scope.user_id)
    elif view == "filed":
        rows = rows.filter(state=AppealState.FILED)
    elif view == "assigned":
        rows = rows.filter(state=AppealState.ASSIGNED)
    elif view == "done":
        rows = rows.filter(state__in=DONE)
    order = ("-decided_on", "-pk") if view == "done" else ("filed_on", "pk")
    return (
        rows.defer("statement", "result")
        .select_related("member__branch", "event", "withdrawal")
        .order_by(*order)
    )


def appeals_of(member: Member) -> list[Appeal]:
    """One member's appeals, latest first. One query."""
    return list(
        Appeal.objects.filter(member=member)
        .select_related("event", "withdrawal")
        .order_by("-filed_on", "-pk")
    )


def what_of(appeal: Appeal) -> str:
    """What an appeal is against, in words."""
    return label_of(appeal.event)


def label_of(event: MembershipEvent | None) -> str:
    """The decision in words; without an event it is a withdrawal of the certificate."""
    return _(SPECS[EventKind(event.kind)].label) if event is not None else _("收回党员证")


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision over a member, as the member page shows it. ``open_appeal``: one is being dealt with."""

    label: str
    on: date | None
    decided_by: str
    document: str
    state: str
    event: MembershipEvent | None = None
    withdrawal: Withdrawal | None = None
    may_appeal: bool = False
    open_appeal: bool = False


def decisions_over(member: Member, appeals: Iterable[Appeal]) -> list[Decision]:
    """Adverse decisions and disposals over a member in effect or reversed, and withdrawals. Two queries."""
    kinds = [str(kind) for kind, spec in SPECS.items() if spec.is_adverse or spec.is_disposal]
    events = (
        MembershipEvent.objects.filter(member=member, kind__in=kinds, state__in=("in_effect", "reversed"))
        .defer("grounds", "evidence")
        .order_by("-effective_on", "-pk")
    )
    waiting = [appeal for appeal in appeals if appeal.state in OPEN_APPEALS]
    open_events = {appeal.event_id for appeal in waiting}
    open_withdrawals = {appeal.withdrawal_id for appeal in waiting}
    found = [
        Decision(
            label_of(event),
            event.effective_on,
            event.decided_by,
            event.document or event.settled_document,
            event.state,
            event=event,
            may_appeal=may_be_appealed(event.kind, event.state) and event.pk not in open_events,
            open_appeal=event.pk in open_events,
        )
        for event in events
    ]
    withdrawals = (
        Withdrawal.objects.filter(certificate__member=member, state__in=WITHDRAWAL_APPEALABLE)
        .defer("facts", "objection", "objection_answer")
        .order_by("-pk")
    )
    found += [
        Decision(
            label_of(None),
            row.approved_on,
            row.approved_by,
            row.approval_document,
            "in_effect",
            withdrawal=row,
            may_appeal=row.pk not in open_withdrawals,
            open_appeal=row.pk in open_withdrawals,
        )
        for row in withdrawals
    ]
    return found


def is_adverse(decision: Decision) -> bool:
    """True for what a member may appeal at some time."""
    return decision.event is None or decision.event.kind in ADVERSE


def is_restricted(appeal: Appeal) -> bool:
    """About a penalty or a review, which only ``conduct.read`` opens."""
    return appeal.event is not None and appeal.event.kind in RESTRICTED


def involved_in(appeal: Appeal) -> Involved:
    """Who took part in what the appeal is against. Expects member, event and withdrawal loaded."""
    member_user = appeal.member.user_id
    if appeal.event is not None:
        event = appeal.event
        users = {event.proposed_user_id, event.settled_user_id} - {None}
        # Names stand for those whose accounts nobody recorded (an import, an older installation).
        names = set()
        if event.proposed_user_id is None:
            names.add(event.proposed_by)
        if event.settled_user_id is None:
            names.add(event.settled_by)
        return Involved(frozenset(pk for pk in users if pk), frozenset(names - {""}), member_user)
    row = appeal.withdrawal
    if row is None:
        return Involved(member_user=member_user)
    names = {row.opened_by, row.proposed_by, row.approved_by, row.objection_answered_by} - {""}
    return Involved(frozenset(), frozenset(names), member_user)


def examination_path(appeal: Appeal) -> str:
    """Path the examiner's right must cover: the branch's; the county's own where the county approved."""
    path = appeal.member.branch.path
    if appeal.event is not None and is_settled_by_county(appeal.event.kind):
        return path.split(".")[0] + "."
    return path


@dataclass(frozen=True, slots=True)
class Examiner:
    """Someone who may re-examine, and where the right is held."""

    user: User
    place: str


def examiners_for(appeal: Appeal, *, on: date) -> list[Examiner]:
    """People who may be asked to re-examine this appeal, nearest place first. One query."""
    steps = [int(step) for step in examination_path(appeal).split(".") if step]
    roles = [name for name, role in vocabulary().roles.items() if REEXAMINE in role.permissions]
    held = (
        RoleAssignment.objects.in_force(on=on)
        .filter(
            role__in=roles,
            organization__in=steps,
            organization__closed_on=None,
            user__is_active=True,
        )
        .select_related("user", "organization")
        .order_by("-organization__path", "user__name", "user_id")
    )
    involved = involved_in(appeal)
    found: dict[int, Examiner] = {}
    for row in held:
        if row.user_id in involved.users or row.user_id == involved.member_user:
            continue
        if row.user.name in involved.names:
            continue
        found.setdefault(row.user_id, Examiner(row.user, row.organization.short_name))
    return list(found.values())
