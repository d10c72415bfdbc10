"""Whatever happens in whatever order: stage, standing, measures and certificate fit together."""

from datetime import date, timedelta
from itertools import pairwise

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.things import numbered
from tests.world import TODAY, World, make_member
from zhibu.audit.models import AuditRecord
from zhibu.certificates.models import Certificate, Disposition
from zhibu.core.access import Refused, Scope
from zhibu.members.models import Measure, Member, MembershipEvent
from zhibu.members.rules.events import (
    SPECS,
    EventKind,
    MeasureKind,
    Route,
)
from zhibu.mobility.actions import matters as actions
from zhibu.mobility.tests.cases import entry, issued

MOVES = st.tuples(
    st.sampled_from([kind for kind, spec in SPECS.items() if not spec.is_internal]),
    st.integers(0, 900),
    st.booleans(),
    st.booleans(),
)


def _picture(member: Member) -> tuple[object, ...]:
    """Everything an event may change."""
    return (
        Member.objects.filter(pk=member.pk)
        .values_list("stage", "standing", "join_date", "confirmation_date")
        .get(),
        sorted(
            Measure.objects.filter(member=member).values_list("pk", "kind", "due_on", "ended_on"), key=str
        ),
        sorted(MembershipEvent.objects.filter(member=member).values_list("pk", "state"), key=str),
        Certificate.objects.filter(member=member).values_list("state", flat=True).get(),
        sorted(Disposition.objects.filter(certificate__member=member).values_list("pk", "state")),
    )


def _check_consistent(member: Member) -> None:
    """The four things fit together, and the history explains the present."""
    member.refresh_from_db()
    certificate = Certificate.objects.get(member=member)
    open_measures = set(Measure.objects.filter(member=member, ended_on=None).values_list("kind", flat=True))
    assert member.standing != "suspended" or member.stage == "full"
    if member.standing == "ended":
        assert open_measures == set()
        assert certificate.state in {"frozen", "voided", "memorial", "not_issued"}
    if MeasureKind.PROBATION_WITHIN_PARTY in open_measures or member.standing == "suspended":
        assert certificate.state in {"frozen", "held", "not_issued", "voided"}
    happened = list(
        MembershipEvent.objects.filter(member=member, state__in=("in_effect", "reversed")).order_by("pk")
    )
    took_effect = sorted(happened, key=lambda event: event.settled_at or event.proposed_at)
    names = ("stage", "standing", "join_date", "confirmation_date")
    for earlier, later in pairwise(took_effect):
        assert [earlier.after[n] for n in names] == [later.before[n] for n in names]
    if took_effect:
        last = took_effect[-1].after
        assert (last["stage"], last["standing"]) == (member.stage, member.standing)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(moves=st.lists(MOVES, min_size=4, max_size=12))
def test_any_sequence_leaves_the_four_things_consistent(
    world: World, moves: list[tuple[EventKind, int, bool, bool]]
) -> None:
    by, other = Scope.system("登记"), world.scope("county_organizer")
    with transaction.atomic():
        if not Certificate.objects.exists():
            issued(world)
        member = make_member(
            branch=world.a1,
            name="卢云",
            stage="probationary",
            join_date=date(2023, 1, 5),
            confirmation_date=None,
        )
        numbered(world)
        for kind, back, approve, reverses in moves:
            day = TODAY - timedelta(days=back)
            before, records = _picture(member), AuditRecord.objects.count()
            last = MembershipEvent.objects.filter(member=member, state="in_effect").order_by("pk").last()
            try:
                if reverses and last is not None:
                    actions.reverse_event(by=other, event=last, document="1号", reason="复查", on=TODAY)
                else:
                    event = actions.enter_event(
                        by=by,
                        member=member,
                        entry=entry(
                            kind,
                            decided_on=day,
                            since=day - timedelta(days=200) if SPECS[kind].needs_since else None,
                        ),
                        on=TODAY,
                    )
                    if event.state == "proposed":
                        actions.settle_event(
                            by=other,
                            event=event,
                            approve=approve,
                            settled_on=TODAY,
                            document="",
                            note="材料不齐全",
                            on=TODAY,
                        )
            except Refused:
                trace = AuditRecord.objects.count() - records
                if _picture(member) == before:
                    assert trace == 1
                else:  # entered, and refused when it was to be approved
                    assert MembershipEvent.objects.filter(member=member).open().count() == 1
                    actions.cancel_event(
                        by=by,
                        event=MembershipEvent.objects.filter(member=member).open().get(),
                        reason="不再报批",
                        on=TODAY,
                    )
            _check_consistent(member)
        transaction.set_rollback(True)


def test_every_kind_is_labeled_sourced_and_settled_by_someone() -> None:
    assert all(spec.label and spec.source for spec in SPECS.values())
    assert {kind for kind, spec in SPECS.items() if spec.route == Route.FILE} == {
        EventKind.VOLUNTARY_WITHDRAWAL
    }
