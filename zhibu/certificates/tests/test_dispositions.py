"""What becomes of a certificate: proposed by an event, carried out by a named person, taken back on appeal."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dispositions import SYSTEM, done, event_of, handed_over, outcome_of, proposed, state_of
from tests.things import printed, token_of
from tests.world import TODAY, World
from zhibu.certificates import actions
from zhibu.certificates.models import Booklet, Certificate, Custody, Disposition
from zhibu.certificates.rules.copies import Outcome, State
from zhibu.certificates.rules.dispositions import (
    CAUSES,
    BookletRule,
    Standing,
    Whereabouts,
    fitting,
    resting_state,
)
from zhibu.core.access import Refused
from zhibu.members.rules.events import SPECS, EventKind

pytestmark = pytest.mark.django_db
W = Whereabouts
KIND_OF = {spec.disposition: kind for kind, spec in SPECS.items() if spec.disposition}


@pytest.fixture
def booklet(world: World) -> Booklet:
    """The copy of the first member of A1, handed over."""
    return handed_over(world)


@pytest.mark.parametrize("cause", [cause for cause in CAUSES if cause != "withdrawn_for_cause"])
def test_each_row_of_the_table_freezes_while_it_waits_and_then_gives_its_target(
    world: World, booklet: Booklet, cause: str
) -> None:
    row = proposed(booklet, KIND_OF[cause])
    table = CAUSES[cause]
    assert (row.cause, row.target, row.booklet_rule, row.basis) == (
        cause,
        table.state,
        table.booklet,
        table.basis,
    )
    if table.booklet == BookletRule.NO_ACTION:
        assert (row.state, state_of(booklet)[0]) == ("carried_out", "frozen")
        assert outcome_of(booklet) == Outcome.ASK
        return
    assert (row.state, row.due_on) == ("proposed", TODAY + timedelta(days=30))
    waiting = State.ACTIVE if table.state == State.ACTIVE else State.FROZEN
    assert state_of(booklet) == (waiting, "issued")
    for way in fitting(table.booklet, target=table.state, has_booklet=True)[:1]:
        done(world, row, way)
    ends = table.state in (State.VOIDED, State.MEMORIAL)
    assert state_of(booklet) == (table.state, "voided" if ends else "issued")


SIX = [
    # the county's rule: 亡故, 自行脱党, 退党, 留党察看, 开除党籍, 失联
    (EventKind.DIE, W.FAMILY, Outcome.VOID),
    (EventKind.SELF_SEVERED, W.RECLAIMED, Outcome.VOID),
    (EventKind.VOLUNTARY_WITHDRAWAL, W.NOT_OBTAINABLE, Outcome.VOID),
    (EventKind.BEGIN_PARTY_PROBATION, W.BRANCH_CUSTODY, Outcome.ASK),
    (EventKind.EXPEL, W.DESTROYED, Outcome.VOID),
    (EventKind.SUSPEND_STANDING, W.NOT_OBTAINABLE, Outcome.ASK),
]


@pytest.mark.parametrize(("kind", "whereabouts", "outcome"), SIX)
def test_a_scan_says_ask_while_a_disposition_waits_and_never_tells_a_penalty(
    world: World, booklet: Booklet, kind: EventKind, whereabouts: W, outcome: Outcome
) -> None:
    assert outcome_of(booklet) == Outcome.VALID
    row = proposed(booklet, kind)
    assert outcome_of(booklet) == Outcome.ASK
    page = world.client(None).get(f"/v/{token_of(booklet)}").content.decode()
    assert SPECS[kind].label not in page
    done(world, row, whereabouts)
    assert outcome_of(booklet) == outcome
    page = world.client(None).get(f"/v/{token_of(booklet)}").content.decode()
    assert SPECS[kind].label not in page


def test_nothing_follows_without_a_certificate_or_for_an_event_that_asks_for_nothing(world: World) -> None:
    event = event_of(world.members_a1[0], EventKind.SELF_SEVERED)
    assert actions.follow_event(by=SYSTEM, event=event, on=TODAY) is None
    printed(world)
    event = event_of(world.members_a1[1], EventKind.CONFIRM)
    assert actions.follow_event(by=SYSTEM, event=event, on=TODAY) is None
    assert not Disposition.objects.exists()


def test_the_same_event_twice_proposes_once(booklet: Booklet) -> None:
    row = proposed(booklet, EventKind.DIE)
    assert row.event is not None
    again = actions.follow_event(by=SYSTEM, event=row.event, on=TODAY)
    assert again == row
    assert Disposition.objects.count() == 1


def test_a_person_without_a_copy_is_declared_void_by_the_committee(world: World) -> None:
    actions.number_members(by=world.scope("organizer_ashi"), organization=world.a1, on=TODAY)
    certificate = Certificate.objects.get(member=world.members_a1[0])
    row = actions.follow_event(
        by=SYSTEM, event=event_of(world.members_a1[0], EventKind.SELF_SEVERED), on=TODAY
    )
    assert row is not None
    certificate.refresh_from_db()
    assert certificate.state == State.FROZEN
    with pytest.raises(Refused, match="请从列出的办法里选"):
        done(world, row, W.RECLAIMED)
    done(world, row, W.DECLARED_VOID)
    certificate.refresh_from_db()
    assert certificate.state == State.VOIDED


def test_holding_a_certificate_without_a_copy_needs_nobodys_hands(world: World) -> None:
    actions.number_members(by=world.scope("organizer_ashi"), organization=world.a1, on=TODAY)
    member = world.members_a1[0]
    row = actions.follow_event(by=SYSTEM, event=event_of(member, EventKind.SUSPEND_STANDING), on=TODAY)
    assert row is not None
    assert row.state == "carried_out"
    assert Certificate.objects.get(member=member).state == State.HELD
    restored = event_of(member, EventKind.RESTORE_STANDING)
    assert actions.follow_event(by=SYSTEM, event=restored, on=TODAY) is None
    assert Certificate.objects.get(member=member).state == State.NOT_ISSUED


@pytest.mark.parametrize(
    ("whereabouts", "facts", "sentence"),
    [
        (W.FAMILY, {}, "请从列出的办法里选"),
        (W.RECLAIMED, {"place": "　"}, "请写明证本放在哪里"),
        (W.NOT_OBTAINABLE, {"note": "无"}, "至少4个字"),
        (W.RECLAIMED, {"on_day": TODAY + timedelta(days=1)}, "在今天以后"),
        (W.RECLAIMED, {"on_day": TODAY - timedelta(days=1)}, "早于事项生效"),
    ],
)
def test_a_refusal_says_what_is_missing_and_changes_nothing(
    world: World, booklet: Booklet, whereabouts: W, facts: dict[str, Any], sentence: str
) -> None:
    row = proposed(booklet, EventKind.SELF_SEVERED)
    with pytest.raises(Refused, match=sentence):
        done(world, row, whereabouts, **facts)
    row.refresh_from_db()
    assert (row.state, row.whereabouts, row.carried_out_on) == ("proposed", "", None)
    assert state_of(booklet) == ("frozen", "issued")


def test_a_family_receives_a_memorial_copy_only_with_a_name(world: World, booklet: Booklet) -> None:
    row = proposed(booklet, EventKind.DIE)
    with pytest.raises(Refused, match="交给了谁"):
        done(world, row, W.FAMILY, receiver="")
    done(world, row, W.FAMILY)
    booklet.refresh_from_db()
    assert (booklet.state, booklet.void_reason) == ("voided", "已注销，交家属留念或存档")


def test_a_branch_keeps_a_held_copy_but_leaves_voiding_to_its_committee(
    world: World, booklet: Booklet
) -> None:
    row = proposed(booklet, EventKind.EXPEL)
    with pytest.raises(Refused, match="由党委登记"):
        done(world, row, W.RECLAIMED, by="secretary_a1")
    assert state_of(booklet) == ("frozen", "issued")
    with pytest.raises(Refused, match="不包括这项操作"):
        done(world, row, W.RECLAIMED, by="organizer_bashi")
    with pytest.raises(Refused, match="不包括这项操作"):
        done(world, row, W.RECLAIMED, by="inspector")


def test_a_held_copy_is_in_custody_and_given_back_on_restoration(world: World, booklet: Booklet) -> None:
    row = proposed(booklet, EventKind.BEGIN_PARTY_PROBATION)
    done(world, row, W.BRANCH_CUSTODY, by="secretary_a1", place="村党群服务中心")
    custody = Custody.objects.get(booklet=booklet)
    assert (custody.cause, custody.place, custody.until) == ("disposition", "村党群服务中心", None)
    assert "留党察看" not in custody.reason
    assert state_of(booklet) == ("held", "issued")

    event = event_of(booklet.certificate.member, EventKind.RESTORE_RIGHTS)
    step = actions.follow_event(by=SYSTEM, event=event, on=TODAY)
    assert step is not None
    row.refresh_from_db()
    assert (row.state, row.reversed_reason) == ("reversed", "restore_rights")
    assert state_of(booklet) == ("active", "issued")
    assert (step.state, step.booklet_rule) == ("proposed", "return_to_holder")

    done(world, step, W.RETURNED, by="secretary_a1", receiver="吉则日果")
    custody.refresh_from_db()
    assert (custody.until, custody.returned_to) == (TODAY, "吉则日果")
    assert state_of(booklet) == ("active", "issued")


def test_a_copy_that_was_not_to_be_had_is_looked_for_again_or_reissued(
    world: World, booklet: Booklet
) -> None:
    row = proposed(booklet, EventKind.SUSPEND_STANDING)
    done(world, row, W.NOT_OBTAINABLE, by="secretary_a1")
    assert not Custody.objects.exists()
    event = event_of(booklet.certificate.member, EventKind.RESTORE_STANDING)
    step = actions.follow_event(by=SYSTEM, event=event, on=TODAY)
    assert step is not None
    with pytest.raises(Refused, match="至少4个字"):
        done(world, step, W.REISSUE, note="")
    done(world, step, W.REISSUE, by="secretary_a1")
    assert state_of(booklet) == ("active", "issued")
    page = world.client("secretary_a1").get(f"/certificates/dispositions/{step.pk}/").content.decode()
    assert "按补发办理" in page


def test_contact_regained_lifts_the_freeze_and_leaves_nothing_to_do(booklet: Booklet) -> None:
    proposed(booklet, EventKind.FLAG_LOST_CONTACT)
    assert state_of(booklet)[0] == "frozen"
    event = event_of(booklet.certificate.member, EventKind.CONTACT_REGAINED)
    assert actions.follow_event(by=SYSTEM, event=event, on=TODAY) is None
    assert state_of(booklet) == ("active", "issued")


def test_what_still_stands_keeps_the_certificate_when_something_else_is_lifted(
    world: World, booklet: Booklet
) -> None:
    """A held certificate stays held when a correction period begins and ends meanwhile."""
    held = proposed(booklet, EventKind.BEGIN_PARTY_PROBATION)
    done(world, held, W.BRANCH_CUSTODY)
    remark = proposed(booklet, EventKind.BEGIN_CORRECTION)
    done(world, remark, W.REMARK)
    assert state_of(booklet)[0] == "held"
    event = event_of(booklet.certificate.member, EventKind.END_CORRECTION)
    assert actions.follow_event(by=SYSTEM, event=event, on=TODAY) is None
    assert state_of(booklet)[0] == "held"
    remark.refresh_from_db()
    assert remark.state == "reversed"


def test_expulsion_of_someone_whose_copy_waits_to_be_given_back_takes_it_instead(
    world: World, booklet: Booklet
) -> None:
    held = proposed(booklet, EventKind.BEGIN_PARTY_PROBATION)
    done(world, held, W.BRANCH_CUSTODY)
    member = booklet.certificate.member
    step = actions.follow_event(by=SYSTEM, event=event_of(member, EventKind.RESTORE_RIGHTS), on=TODAY)
    assert step is not None
    expelled = proposed(booklet, EventKind.EXPEL)
    step.refresh_from_db()
    assert step.state == "dropped"
    done(world, expelled, W.RECLAIMED)
    assert not Custody.objects.filter(until=None).exists()
    assert state_of(booklet) == ("voided", "voided")


def test_an_appeal_before_anything_was_done_leaves_the_copy_as_it_was(booklet: Booklet) -> None:
    row = proposed(booklet, EventKind.EXPEL)
    assert row.event is not None
    actions.unfollow_event(by=SYSTEM, event=row.event, on=TODAY)
    row.refresh_from_db()
    assert (row.state, row.reversed_reason, row.reversed_on) == ("dropped", "appeal", TODAY)
    assert state_of(booklet) == ("active", "issued")
    assert actions.unfollow_event(by=SYSTEM, event=row.event, on=TODAY) is None


def test_an_appeal_against_a_held_certificate_gives_the_copy_back(world: World, booklet: Booklet) -> None:
    row = proposed(booklet, EventKind.BEGIN_PARTY_PROBATION)
    done(world, row, W.BRANCH_CUSTODY)
    assert row.event is not None
    actions.unfollow_event(by=SYSTEM, event=row.event, on=TODAY)
    assert state_of(booklet) == ("active", "issued")
    step = Disposition.objects.get(cause="booklet_given_back")
    done(world, step, W.RETURNED, by="secretary_a1")
    assert not Custody.objects.filter(until=None).exists()


def test_after_an_appeal_a_void_copy_stays_void_and_the_next_serial_is_printed(
    world: World, booklet: Booklet
) -> None:
    row = proposed(booklet, EventKind.EXPEL)
    done(world, row, W.DESTROYED)
    assert row.event is not None
    actions.unfollow_event(by=SYSTEM, event=row.event, on=TODAY)
    member = booklet.certificate.member
    member.standing = "active"
    member.save(update_fields=["standing"])
    assert state_of(booklet) == ("not_issued", "voided")
    actions.prepare_booklets(
        by=world.scope("organizer_ashi"),
        organization=world.a1,
        member=member,
        issue_date=TODAY,
        layout="pages",
        on=TODAY,
    )
    copies = Booklet.objects.filter(certificate=booklet.certificate).order_by("serial")
    assert [(copy.serial, copy.state) for copy in copies] == [(1, "voided"), (2, "printed")]
    assert outcome_of(booklet) == Outcome.VOID


def test_whoever_joins_again_keeps_the_number_and_gets_a_new_copy(world: World, booklet: Booklet) -> None:
    row = proposed(booklet, EventKind.VOLUNTARY_WITHDRAWAL)
    done(world, row, W.NOT_OBTAINABLE)
    number = booklet.certificate.number
    event = event_of(booklet.certificate.member, EventKind.READMIT)
    assert actions.follow_event(by=SYSTEM, event=event, on=TODAY) is None
    assert state_of(booklet) == ("not_issued", "voided")
    assert Certificate.objects.get(pk=booklet.certificate_id).number == number
    # Lifting something later does not bring the old end back.
    proposed(booklet, EventKind.FLAG_LOST_CONTACT)
    regained = event_of(booklet.certificate.member, EventKind.CONTACT_REGAINED)
    actions.follow_event(by=SYSTEM, event=regained, on=TODAY)
    assert state_of(booklet)[0] == "not_issued"


def test_a_suspended_member_removed_and_reinstated_gets_a_new_copy_when_standing_is_restored(
    world: World, booklet: Booklet
) -> None:
    held = proposed(booklet, EventKind.SUSPEND_STANDING)
    done(world, held, W.BRANCH_CUSTODY)
    removed = proposed(booklet, EventKind.REMOVE_LOST_CONTACT)
    done(world, removed, W.DECLARED_VOID)
    assert removed.event is not None
    actions.unfollow_event(by=SYSTEM, event=removed.event, on=TODAY)
    assert state_of(booklet) == ("held", "voided")
    event = event_of(booklet.certificate.member, EventKind.RESTORE_STANDING)
    assert actions.follow_event(by=SYSTEM, event=event, on=TODAY) is None
    assert state_of(booklet) == ("not_issued", "voided")


def test_a_second_click_changes_nothing_and_a_second_person_gets_a_sentence(
    world: World, booklet: Booklet
) -> None:
    row = proposed(booklet, EventKind.SELF_SEVERED)
    done(world, row, W.RECLAIMED)
    assert done(world, row, W.RECLAIMED, place="别处").place == "镇党委档案室"
    with pytest.raises(Refused, match=f"刘洋已在{TODAY}办理"):
        done(world, row, W.NOT_OBTAINABLE, by="county_organizer")
    row.refresh_from_db()
    assert row.whereabouts == W.RECLAIMED


def test_what_was_taken_back_meanwhile_cannot_be_carried_out(world: World, booklet: Booklet) -> None:
    row = proposed(booklet, EventKind.SELF_SEVERED)
    assert row.event is not None
    actions.unfollow_event(by=SYSTEM, event=row.event, on=TODAY)
    with pytest.raises(Refused, match="已经撤销"):
        done(world, row, W.RECLAIMED)
    assert state_of(booklet) == ("active", "issued")


STANDINGS = st.builds(
    Standing,
    st.sampled_from(["proposed", "carried_out"]),
    st.sampled_from([str(state) for state in State if state != State.NOT_ISSUED]),
)


@given(st.sampled_from([State.ACTIVE, State.NOT_ISSUED]), st.lists(STANDINGS, max_size=5), st.randoms())
def test_the_state_does_not_depend_on_the_order_of_what_stands(
    base: State, standing: list[Standing], random: Random
) -> None:
    shuffled = list(standing)
    random.shuffle(shuffled)
    found = resting_state(base, standing)
    assert found == resting_state(base, shuffled)
    assert found == base or found in {each.weight for each in standing}
    ends = {State.VOIDED, State.MEMORIAL}
    assert (found in ends) == any(each.weight in ends for each in standing)
