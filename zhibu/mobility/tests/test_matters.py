"""Events of memberships: who decides, what changes, what is refused and leaves nothing behind."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from tests.dispositions import event_of
from tests.things import disposal_steps
from tests.world import TODAY, World, make_member
from zhibu.audit.models import AuditRecord
from zhibu.certificates.models import Certificate, Disposition
from zhibu.core.access import Denied, Refused
from zhibu.members import actions as members
from zhibu.members.models import Measure, MembershipEvent, PostHolding
from zhibu.members.rules.events import (
    EventKind,
)
from zhibu.members.rules.stages import BranchPost, Standing
from zhibu.members.summaries.events import situation_of
from zhibu.mobility.actions import matters as actions
from zhibu.mobility.summaries.matters import SOON, due_confirmations, steps_of
from zhibu.mobility.tests.cases import LAST_YEAR, approved, entered, entry, issued

pytestmark = pytest.mark.dated


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


def test_a_later_penalty_of_the_kind_finds_the_first_one_run_out(world: World) -> None:
    member = world.members_a1[1]
    first = entered(world, EventKind.WARN, member, decided_on=LAST_YEAR)
    approved(world, first, settled_on=LAST_YEAR)
    assert Measure.objects.in_force(LAST_YEAR).filter(member=member).count() == 1
    assert Measure.objects.in_force(TODAY).filter(member=member).count() == 0
    second = approved(world, entered(world, EventKind.WARN, member))
    assert Measure.objects.in_force(TODAY).get(member=member).event == second
    assert second.until == date(2027, 11, 24)


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


def test_the_clerk_enters_and_the_township_approves_on_their_pages(world: World) -> None:
    member = world.members_a1[1]
    clerk, township = world.client("secretary_a1"), world.client("organizer_ashi")
    offered = clerk.get(reverse("mobility:events", args=[member.pk])).content.decode()
    assert "限期改正" in offered
    assert "留党察看" not in offered
    url = reverse("mobility:event_new", args=[member.pk, "begin_correction"])
    assert "组织处置办法" in clerk.get(url).content.decode()
    data = {"decided_on": "2026-11-20", "decided_by": "支部党员大会", "months": "6"}
    days = {step.value: day.isoformat() for step, day in disposal_steps(date(2026, 11, 20)).items()}
    missing = clerk.post(url, data | days | {"talk": ""})
    assert missing.status_code == 422 and "同本人谈话" in missing.content.decode()
    data |= days
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
        "effective_on": "2099-12-24",
        "evidence": "死亡证明",
    }
    response = world.client("secretary_a1").post(url, data)
    assert response.status_code == 422
    assert "在今天以后" in response.content.decode()
    assert situation_of(member, on=TODAY).standing == Standing.ACTIVE
    assert not MembershipEvent.objects.exists()


def test_the_steps_tell_who_attested_a_death_on_the_day_it_was_entered_here(world: World) -> None:
    early = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)  # half past one in the morning of the 24th here
    event = event_of(world.members_a1[1], EventKind.DIE, decided_by="县医院", proposed_at=early)
    attested, entry, *_ = steps_of(event)
    assert (attested.title, entry.title, entry.on) == ("县医院证明", "登记", date(2026, 11, 24))


def test_a_probation_that_was_full_before_a_move_can_still_be_confirmed(world: World) -> None:
    member = make_member(
        branch=world.a1, name="卢云", stage="probationary", join_date=date(2025, 9, 1), confirmation_date=None
    )
    actions.enter_event(
        by=world.scope("organizer_ashi"),
        member=member,
        entry=entry(EventKind.MOVE_BRANCH, decided_on=date(2026, 10, 20)),
        on=TODAY,
        internal=True,
    )
    event = approved(world, entered(world, EventKind.CONFIRM, member))
    assert event.effective_on == date(2026, 9, 1)


def test_who_joined_on_29_february_is_listed_in_the_month_before_the_probation_is_full(world: World) -> None:
    member = make_member(
        branch=world.a1,
        name="卢云",
        stage="probationary",
        join_date=date(2024, 2, 29),
        confirmation_date=None,
    )
    listed = [
        member in due_confirmations(world.scope("secretary_a1"), on=date(2025, 2, 28) - early)
        for early in (SOON + timedelta(days=1), SOON)
    ]
    assert listed == [False, True]


def test_what_waited_before_the_end_of_a_membership_waits_no_longer(world: World) -> None:
    issued(world)
    member = world.members_a1[1]
    approved(world, entered(world, EventKind.BEGIN_CORRECTION, member))
    assert Disposition.objects.get(certificate__member=member).state == "proposed"
    approved(world, entered(world, EventKind.PERSUADED_WITHDRAWAL, member))
    states = (
        Disposition.objects.filter(certificate__member=member).order_by("pk").values_list("cause", "state")
    )
    assert list(states) == [("correction_period", "dropped"), ("persuaded_withdrawal", "proposed")]
