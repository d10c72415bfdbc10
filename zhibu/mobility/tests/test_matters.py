"""Events of memberships: who decides, what changes, what is refused and leaves nothing behind."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.things import numbered, printed
from tests.world import TODAY, World, make_member
from zhibu.audit.models import AuditRecord
from zhibu.certificates import actions as certificates
from zhibu.certificates.models import Certificate, Disposition
from zhibu.core.access import Denied, Refused, Scope
from zhibu.members import actions as members
from zhibu.members.models import Measure, Member, MembershipEvent, PostHolding
from zhibu.members.rules import BranchPost
from zhibu.members.rules.events import (
    SPECS,
    Entry,
    EventKind,
    Limits,
    MeasureKind,
    Route,
    Situation,
    add_months,
    judge,
    may_vote,
    warnings,
)
from zhibu.members.rules.stages import Stage, Standing
from zhibu.members.summaries.events import situation_of
from zhibu.mobility.actions import matters as actions

LAST_YEAR = TODAY - timedelta(days=400)


def entry(kind: EventKind, **facts: object) -> Entry:
    """A complete entry of this kind; ``facts`` override."""
    spec = SPECS[kind]
    values = {
        "kind": kind,
        "decided_on": TODAY,
        "decided_by": "支部党员大会",
        "document": "越普委〔2026〕3号" if spec.needs_document else "",
        "since": date(2025, 1, 5) if spec.needs_since else None,
        "evidence": "会议记录和谈话记录" if spec.needs_evidence else "",
        "months": spec.months[0] if spec.months else None,
        **facts,
    }
    return Entry(**values)  # type: ignore[arg-type]


def entered(world: World, kind: EventKind, member: Member, by: str = "", **facts: object) -> MembershipEvent:
    """Entered by the clerk, or by the township for discipline."""
    who = by or ("organizer_ashi" if SPECS[kind].is_discipline else "secretary_a1")
    return actions.enter_event(by=world.scope(who), member=member, entry=entry(kind, **facts), on=TODAY)


def approved(
    world: World, event: MembershipEvent, by: str = "county_organizer", **facts: object
) -> MembershipEvent:
    """Approved by the county's organizer."""
    values = {"approve": True, "settled_on": TODAY, "document": "越组〔2026〕8号", "on": TODAY, **facts}
    return actions.settle_event(by=world.scope(by), event=event, **values)  # type: ignore[arg-type]


def issued(world: World) -> None:
    """Everyone in A1 holds a booklet."""
    printed(world)
    certificates.hand_over(
        by=world.scope("organizer_ashi"), organization=world.a1, handed_over_on=TODAY, receiver="", on=TODAY
    )


# --- the rules -----------------------------------------------------------------------------------------

FULL = Situation(Stage.FULL, Standing.ACTIVE, date(2009, 6, 28))
PROBATIONARY = Situation(Stage.PROBATIONARY, Standing.ACTIVE, date(2025, 10, 1))


def test_confirmation_takes_the_day_the_probation_is_full_not_the_day_of_approval() -> None:
    effect = judge(entry(EventKind.CONFIRM), PROBATIONARY, Limits(), on=TODAY)
    assert (effect.effective_on, effect.confirmation_date, effect.stage) == (
        date(2026, 10, 1),
        date(2026, 10, 1),
        Stage.FULL,
    )
    with pytest.raises(Refused, match="不能提前讨论转正"):
        judge(entry(EventKind.CONFIRM, decided_on=date(2026, 9, 30)), PROBATIONARY, Limits(), on=TODAY)


def test_probation_is_extended_once_and_by_half_a_year_to_a_year() -> None:
    effect = judge(entry(EventKind.EXTEND_PROBATION, months=6), PROBATIONARY, Limits(), on=TODAY)
    assert effect.until == date(2027, 4, 1)
    with pytest.raises(Refused, match="只能延长一次"):
        judge(entry(EventKind.EXTEND_PROBATION), replace(PROBATIONARY, extensions=1), Limits(), on=TODAY)
    for months in (5, 13):
        with pytest.raises(Refused, match="期限应是6—12个月"):
            judge(entry(EventKind.EXTEND_PROBATION, months=months), PROBATIONARY, Limits(), on=TODAY)


@pytest.mark.parametrize(
    ("kind", "months", "until", "by_itself"),
    [
        (EventKind.WARN, 12, date(2025, 3, 15), True),
        (EventKind.WARN_SERIOUSLY, 18, date(2025, 9, 15), True),
        (EventKind.REMOVE_FROM_POST, 24, date(2026, 3, 15), True),
        (EventKind.BEGIN_PARTY_PROBATION, 24, date(2026, 3, 15), False),
    ],
)
def test_penalties_hold_for_half_open_periods(
    kind: EventKind, months: int, until: date, by_itself: bool
) -> None:
    day = date(2024, 3, 15)
    effect = judge(entry(kind, decided_on=day, months=months), FULL, Limits(), on=TODAY)
    assert (effect.until, effect.ends_itself) == (until, by_itself)


def test_probation_within_the_party_is_extended_only_from_one_year_and_never_past_two() -> None:
    from zhibu.members.rules.events import InForce

    held = {MeasureKind.PROBATION_WITHIN_PARTY: InForce(date(2025, 9, 1), date(2026, 9, 1))}
    one = replace(FULL, measures=held, party_probation_months=12)
    assert judge(entry(EventKind.EXTEND_PARTY_PROBATION), one, Limits(), on=TODAY).until == date(2027, 9, 1)
    with pytest.raises(Refused, match="总共不超过两年"):
        judge(
            entry(EventKind.EXTEND_PARTY_PROBATION),
            replace(one, party_probation_months=24),
            Limits(),
            on=TODAY,
        )
    with pytest.raises(Refused, match="期满才能作恢复权利"):
        judge(entry(EventKind.RESTORE_RIGHTS, decided_on=date(2026, 8, 31)), one, Limits(), on=TODAY)


def test_six_months_of_silence_and_a_search_come_before_the_flag() -> None:
    with pytest.raises(Refused, match="要到2026-12-01"):
        judge(entry(EventKind.FLAG_LOST_CONTACT, since=date(2026, 6, 1)), FULL, Limits(), on=TODAY)
    with pytest.raises(Refused, match="至少要有1次查找记录"):
        judge(entry(EventKind.FLAG_LOST_CONTACT), FULL, Limits(), on=TODAY)
    effect = judge(entry(EventKind.FLAG_LOST_CONTACT), replace(FULL, searches=1), Limits(), on=TODAY)
    assert effect.starts == MeasureKind.LOST_CONTACT_FLAG


def test_removal_of_a_lost_member_waits_two_years_from_the_suspension() -> None:
    suspended = replace(FULL, standing=Standing.SUSPENDED, suspended_on=date(2025, 1, 10))
    with pytest.raises(Refused, match="要到2027-01-10"):
        judge(entry(EventKind.REMOVE_LOST_CONTACT), suspended, Limits(), on=TODAY)


def test_one_matter_is_answered_once() -> None:
    known = replace(FULL, matters=frozenset({"违反群众纪律"}))
    with pytest.raises(Refused, match="同一问题不再重复处理"):
        judge(entry(EventKind.BEGIN_CORRECTION, matter="违反群众纪律"), known, Limits(), on=TODAY)


def test_readmission_within_five_years_is_a_warning_with_its_source() -> None:
    out = replace(FULL, standing=Standing.ENDED, ended_on=date(2024, 5, 1), end_reason="expelled")
    again = entry(EventKind.READMIT, effective_on=TODAY)
    assert judge(again, out, Limits(), on=TODAY).stage == Stage.PROBATIONARY
    assert ["2029-05-01" in str(warning) for warning in warnings(again, out, Limits())] == [True]
    assert warnings(again, replace(out, ended_on=date(2021, 5, 1)), Limits()) == []


def test_days_out_of_order_are_refused_with_the_day() -> None:
    with pytest.raises(Refused, match="在今天以后"):
        judge(entry(EventKind.DIE, decided_on=TODAY + timedelta(days=1)), FULL, Limits(), on=TODAY)
    with pytest.raises(Refused, match="早于入党时间2009-06-28"):
        judge(entry(EventKind.WARN, decided_on=date(2009, 6, 27)), FULL, Limits(), on=TODAY)
    with pytest.raises(Refused, match="早于已经登记的上一次变动"):
        judge(
            entry(EventKind.VOLUNTARY_WITHDRAWAL, decided_on=date(2020, 1, 1)),
            replace(FULL, last_change=date(2021, 1, 1)),
            Limits(),
            on=TODAY,
        )


@given(day=st.dates(date(1921, 7, 1), date(2100, 1, 1)), months=st.integers(0, 60))
def test_months_later_is_never_earlier_and_keeps_the_day_where_it_can(day: date, months: int) -> None:
    later = add_months(day, months)
    assert later >= day
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_who_may_vote() -> None:
    assert may_vote("full", "active", set())
    assert not may_vote("probationary", "active", set())
    assert not may_vote("full", "suspended", set())
    assert not may_vote("full", "active", {MeasureKind.PROBATION_WITHIN_PARTY})
    assert may_vote("full", "active", {MeasureKind.CORRECTION_PERIOD, MeasureKind.WARNING})


# --- the deeds -----------------------------------------------------------------------------------------


def test_what_needs_approval_changes_nothing_until_another_person_approves(world: World) -> None:
    issued(world)
    member = world.members_a1[1]
    event = entered(world, EventKind.SELF_SEVERED, member)
    member.refresh_from_db()
    assert (event.state, member.standing) == ("proposed", "active")
    assert Certificate.objects.get(member=member).state == "active"
    approved(world, event)
    member.refresh_from_db()
    assert member.standing == "ended"
    assert Disposition.objects.get(event=event).cause == "self_severed"
    assert Certificate.objects.get(member=member).state == "frozen"


def test_the_person_who_entered_it_cannot_approve_it(world: World) -> None:
    event = entered(world, EventKind.SELF_SEVERED, world.members_a1[1], by="organizer_ashi")
    with pytest.raises(Refused, match="不能自己批准"):
        approved(world, event, by="organizer_ashi")
    with pytest.raises(Denied):
        approved(world, event, by="secretary_a1")
    event.refresh_from_db()
    assert event.state == "proposed"


def test_voluntary_withdrawal_holds_at_once_and_is_only_filed(world: World) -> None:
    member = world.members_a1[1]
    event = entered(world, EventKind.VOLUNTARY_WITHDRAWAL, member)
    member.refresh_from_db()
    assert (event.state, member.standing, event.filed_on) == ("in_effect", "ended", None)
    with pytest.raises(Refused, match="已经由"):
        approved(world, event)
    filed = actions.file_event(
        by=world.scope("organizer_ashi"), event=event, filed_on=TODAY, document="", on=TODAY
    )
    assert (filed.filed_on, filed.filed_by) == (TODAY, "刘洋")


def test_the_second_to_decide_is_told_who_was_first(world: World) -> None:
    event = entered(world, EventKind.BEGIN_CORRECTION, world.members_a1[1])
    stale = MembershipEvent.objects.get(pk=event.pk)
    approved(world, event, by="organizer_ashi")
    with pytest.raises(Refused, match="已经由") as told:
        approved(world, stale, approve=False, note="材料不全，请补充")
    assert told.value.params["who"] == "刘洋"
    event.refresh_from_db()
    assert event.state == "in_effect"


def test_expulsion_is_settled_by_the_county_only(world: World) -> None:
    event = entered(world, EventKind.EXPEL, world.members_a1[1], by="county_organizer_2")
    with pytest.raises(Denied):
        approved(world, event, by="organizer_ashi")
    assert approved(world, event).state == "in_effect"


def test_a_death_closes_what_waits_and_ends_posts(world: World) -> None:
    member = world.members_a1[1]
    members.appoint_post(
        by=world.scope("secretary_a1"),
        member=member,
        organization=world.a1,
        post=BranchPost.SECRETARY,
        from_date=date(2024, 1, 5),
        on=TODAY,
    )
    waiting = entered(world, EventKind.BEGIN_CORRECTION, member)
    entered(world, EventKind.DIE, member, effective_on=date(2026, 11, 20))
    waiting.refresh_from_db()
    assert waiting.state == "canceled"
    assert PostHolding.objects.get(member=member).until == date(2026, 11, 20)
    with pytest.raises(Refused, match="党籍已在2026-11-20终止"):
        entered(world, EventKind.WARN, member)


def test_a_second_matter_waits_for_the_first(world: World) -> None:
    member = world.members_a1[1]
    entered(world, EventKind.BEGIN_CORRECTION, member)
    with pytest.raises(Refused, match="还在等批准"):
        entered(world, EventKind.SELF_SEVERED, member)
    assert MembershipEvent.objects.filter(member=member).count() == 1


def test_the_same_penalty_twice_at_a_time_is_refused_and_a_later_one_is_not(world: World) -> None:
    member = world.members_a1[1]
    first = entered(world, EventKind.WARN, member, decided_on=LAST_YEAR)
    approved(world, first, settled_on=LAST_YEAR)
    assert Measure.objects.in_force(LAST_YEAR).filter(member=member).count() == 1
    assert Measure.objects.in_force(TODAY).filter(member=member).count() == 0
    second = approved(world, entered(world, EventKind.WARN, member))
    assert Measure.objects.in_force(TODAY).get(member=member).event == second
    with pytest.raises(Refused, match="不能重叠"):
        entered(world, EventKind.WARN, member)


def test_a_reversal_puts_everything_back_and_keeps_the_history(world: World) -> None:
    issued(world)
    member = world.members_a1[1]
    event = approved(world, entered(world, EventKind.SELF_SEVERED, member))
    actions.reverse_event(
        by=world.scope("county_organizer"),
        event=event,
        document="越组复〔2026〕1号",
        reason="事实不清",
        on=TODAY,
    )
    member.refresh_from_db()
    event.refresh_from_db()
    assert (member.standing, event.state) == ("active", "reversed")
    assert Certificate.objects.get(member=member).state == "active"
    assert list(
        MembershipEvent.objects.filter(member=member).order_by("pk").values_list("kind", flat=True)
    ) == ["self_severed", "reverse"]
    with pytest.raises(Refused, match="已经撤销"):
        actions.reverse_event(
            by=world.scope("county_organizer"), event=event, document="2号", reason="再撤", on=TODAY
        )


def test_a_refusal_leaves_one_audit_record_and_nothing_else(world: World) -> None:
    member = world.members_a1[1]
    before = (MembershipEvent.objects.count(), Measure.objects.count(), AuditRecord.objects.count())
    with pytest.raises(Refused):
        entered(world, EventKind.CONFIRM, member)
    after = (MembershipEvent.objects.count(), Measure.objects.count(), AuditRecord.objects.count())
    assert after == (before[0], before[1], before[2] + 1)
    record = AuditRecord.objects.latest("at", "seq")
    assert (record.event, record.chain, record.data["kind"]) == (
        "mobility.deed.refused",
        world.a1.pk,
        "confirm",
    )


# --- any sequence --------------------------------------------------------------------------------------

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


# --- the pages -----------------------------------------------------------------------------------------


def test_the_clerk_enters_and_the_township_approves_on_their_pages(world: World) -> None:
    member = world.members_a1[1]
    clerk, township = world.client("secretary_a1"), world.client("organizer_ashi")
    offered = clerk.get(reverse("mobility:events", args=[member.pk])).content.decode()
    assert "限期改正" in offered
    assert "留党察看" not in offered
    url = reverse("mobility:event_new", args=[member.pk, "begin_correction"])
    assert "组织处置办法" in clerk.get(url).content.decode()
    data = {"decided_on": "2026-11-20", "decided_by": "支部党员大会", "months": "6"}
    assert clerk.post(url, data).status_code == 303
    event = MembershipEvent.objects.get(member=member)
    page = reverse("mobility:event", args=[event.pk])
    assert "上级党组织的意见" not in clerk.get(page).content.decode()
    assert "上级党组织的意见" in township.get(page).content.decode()
    answer = {"answer": "approve", "settled_on": "2026-11-24", "document": "阿委〔2026〕9号"}
    assert township.post(reverse("mobility:event_settlement", args=[event.pk]), answer).status_code == 303
    assert Measure.objects.get(member=member).due_on == date(2027, 5, 24)
    assert "限期改正" in clerk.get(reverse("members:member", args=[member.pk])).content.decode()


def test_penalties_are_hidden_from_the_inspector_and_shown_to_the_member(world: World) -> None:
    member = world.members_a1[0]
    event = approved(world, entered(world, EventKind.WARN, member))
    inspector = world.client("inspector")
    assert inspector.get(reverse("mobility:event", args=[event.pk])).status_code == 404
    assert "警告" not in inspector.get(reverse("members:member", args=[member.pk])).content.decode()
    assert "警告" in world.client("member_a1").get(reverse("members:mine")).content.decode()


def test_a_wrong_day_is_told_on_the_form_and_nothing_is_written(world: World) -> None:
    member = world.members_a1[1]
    url = reverse("mobility:event_new", args=[member.pk, "die"])
    data = {
        "decided_on": "2026-11-24",
        "decided_by": "村党支部",
        "effective_on": "2026-12-24",
        "evidence": "死亡证明",
    }
    response = world.client("secretary_a1").post(url, data)
    assert response.status_code == 200
    assert "在今天以后" in response.content.decode()
    assert situation_of(member, on=TODAY).standing == Standing.ACTIVE
    assert not MembershipEvent.objects.exists()
