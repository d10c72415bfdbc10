"""Transfers of the organizational relationship, out of the county and into it; what waits for whom."""

from datetime import date, timedelta

import pytest

from tests.things import numbered, printed
from tests.world import TODAY, World, make_member
from zhibu.certificates.models import Certificate, Disposition
from zhibu.certificates.summaries.copies import resolve
from zhibu.core.access import Denied, Refused
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules.events import Entry, EventKind
from zhibu.members.rules.facts import Facts
from zhibu.mobility.actions import letters, matters, receipts
from zhibu.mobility.actions import transfers as actions
from zhibu.mobility.actions.arrivals import propose_arrival
from zhibu.mobility.actions.enrollments import settle_enrollments
from zhibu.mobility.actions.matters import enter_event
from zhibu.mobility.models import Transfer
from zhibu.mobility.summaries import transfers as summaries
from zhibu.mobility.tests.transfer_steps import (
    out,
    receive,
    to_b1,
)

pytestmark = pytest.mark.dated

# --- out of the county ---------------------------------------------------------------------------


def test_leaving_the_county_ends_the_membership_here_on_the_receipt(world: World) -> None:
    member = printed(world).certificate.member
    row = out(world, member)
    assert Member.objects.get(pk=member.pk).standing == "active"
    row = receipts.confirm_receipt(
        by=world.scope("organizer_ashi"),
        transfer=row,
        received_on=TODAY,
        received_by="中共成都市武侯区某街道工委",
        on=TODAY,
    )
    now = Member.objects.get(pk=member.pk)
    assert (now.standing, now.branch_id, row.state) == ("ended", world.a1.pk, "received")
    assert Disposition.objects.get(certificate__member=member).cause == "transferred_out"
    with pytest.raises(Refused, match="介绍信只能用一次"):
        receipts.confirm_receipt(
            by=world.scope("organizer_ashi"), transfer=row, received_on=TODAY, received_by="某党委", on=TODAY
        )


def test_the_branch_does_not_register_the_slip_of_a_transfer_out(world: World) -> None:
    with pytest.raises(Denied):
        receipts.confirm_receipt(
            by=world.scope("secretary_a1"),
            transfer=out(world),
            received_on=TODAY,
            received_by="某党委",
            on=TODAY,
        )
    assert Member.objects.get(pk=world.members_a1[0].pk).standing == "active"


def test_nobody_leaves_the_county_while_a_matter_waits(world: World) -> None:
    member = make_member(
        branch=world.a1, stage="probationary", join_date=date(2025, 6, 1), confirmation_date=None
    )
    enter_event(
        by=world.scope("secretary_a1"),
        member=member,
        entry=Entry(kind=EventKind.CONFIRM, decided_on=date(2026, 6, 10), decided_by="支部党员大会"),
        on=TODAY,
    )
    with pytest.raises(Refused, match="还有事项在等批准"):
        out(world, member)
    assert MembershipEvent.objects.get(member=member).state == "proposed"


# --- into the county -----------------------------------------------------------------------------

FACTS = Facts(
    name="沙马依布",
    sex="2",
    ethnic_group="07",
    birth_date=date(1990, 5, 1),
    resident_id="",
    identity_reason="外县转入，号码待补",
    education="71",
    native_place="四川喜德",
    join_date=date(2015, 7, 1),
    confirmation_date=date(2016, 7, 1),
    stage="full",
    dates_reason="",
    group="",
    phone="",
    dues_category="farmer",
    is_floating=False,
)


def arrive(world: World, facts: Facts = FACTS, **values: object) -> Transfer:
    given: dict[str, object] = {
        "branch": world.a1,
        "outside": "中共喜德县光明镇委员会",
        "letter": "喜德光字〔2026〕第8号",
        "letter_on": date(2026, 11, 10),
        "letter_until": date(2026, 12, 10),
        "dues_paid_to": "2026-11",
        "received_on": TODAY,
        "reason": "嫁到尔木村",
        **values,
    }
    proposal = propose_arrival(by=world.scope("secretary_a1"), facts=facts, on=TODAY, **given)  # type: ignore[arg-type]
    settle_enrollments(by=world.scope("organizer_ashi"), proposals=[proposal], accept=True, on=TODAY)
    return Transfer.objects.get(direction="in")


def test_a_letter_that_one_person_has_seen_makes_nobody_a_member(world: World) -> None:
    given = {
        "outside": "中共喜德县光明镇委员会",
        "letter": "喜德光字〔2026〕第8号",
        "dues_paid_to": "2026-11",
    }
    proposal = propose_arrival(
        by=world.scope("organizer_ashi"),
        branch=world.a1,
        facts=FACTS,
        letter_on=date(2026, 11, 10),
        letter_until=None,
        received_on=TODAY,
        reason="嫁到尔木村",
        on=TODAY,
        **given,
    )
    with pytest.raises(Refused, match="不能自己决定"):
        settle_enrollments(by=world.scope("organizer_ashi"), proposals=[proposal], accept=True, on=TODAY)
    assert not Member.objects.filter(name=FACTS.name).exists()
    assert not Transfer.objects.exists()
    settle_enrollments(
        by=world.scope("county_organizer"), proposals=[proposal], accept=False, note="信是假的", on=TODAY
    )
    assert not Member.objects.filter(name=FACTS.name).exists()
    assert not Transfer.objects.exists()


def test_someone_from_outside_is_entered_numbered_and_found_by_the_old_number(world: World) -> None:
    row = arrive(world, old_number="513432-0088")
    assert (row.state, row.direction) == ("received", "in")
    member = Member.objects.get(name="沙马依布")
    assert (member.branch_id, member.standing) == (world.a1.pk, "active")
    organizer = world.scope("organizer_ashi")
    with pytest.raises(Refused, match="还没有核定编号"):
        receipts.resolve_old_number(by=organizer, transfer=row, on=TODAY)
    numbered(world)
    assert receipts.resolve_old_number(by=organizer, transfer=row, on=TODAY)
    assert not receipts.resolve_old_number(by=organizer, transfer=row, on=TODAY)
    found = resolve(organizer, "513432-0088")
    assert found is not None and found.member_id == member.pk


def test_a_foreign_number_that_is_somebody_elses_here_is_refused(world: World) -> None:
    numbered(world)
    taken = Certificate.objects.get(member=world.members_a1[0]).number
    row = arrive(world, old_number=taken)
    numbered(world)
    with pytest.raises(Refused, match="是别人的"):
        receipts.resolve_old_number(by=world.scope("organizer_ashi"), transfer=row, on=TODAY)


def test_a_person_in_the_books_is_not_entered_again(world: World) -> None:
    known = world.members_a1[1]
    facts = FACTS._replace(
        resident_id=known.resident_id, birth_date=known.birth_date, sex=known.sex, identity_reason=""
    )
    with pytest.raises(Refused, match="有在册党员"):
        arrive(world, facts)
    matters.enter_event(
        by=world.scope("secretary_a1"),
        member=known,
        entry=Entry(EventKind.DIE, TODAY, "村党支部", evidence="死亡证明"),
        on=TODAY,
    )
    with pytest.raises(Refused, match="有以前的记录"):
        arrive(world, facts)
    assert Member.objects.filter(resident_id_index=known.resident_id_index).count() == 1


def test_who_left_the_county_comes_back_on_the_old_record_with_the_old_number(world: World) -> None:
    known = world.members_a1[1]
    numbered(world)
    number = Certificate.objects.get(member=known).number
    receipts.confirm_receipt(
        by=world.scope("organizer_ashi"),
        transfer=out(world, known),
        received_on=TODAY,
        received_by="成都某党委",
        on=TODAY,
    )
    facts = FACTS._replace(
        resident_id=known.resident_id, birth_date=known.birth_date, sex=known.sex, identity_reason=""
    )
    row = arrive(world, facts)
    known.refresh_from_db()
    assert (row.member, known.standing, known.branch_id) == (known, "active", world.a1.pk)
    certificate = Certificate.objects.get(member=known)
    assert (certificate.number, certificate.state) == (number, "not_issued")
    kinds = MembershipEvent.objects.filter(member=known).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["transfer_out", "transfer_back"]


def test_a_lapsed_letter_from_outside_needs_a_reason(world: World) -> None:
    with pytest.raises(Refused, match="不在有效期内"):
        arrive(world, letter_until=date(2026, 11, 20))
    assert not Member.objects.filter(name="沙马依布").exists()
    assert "路远" in arrive(world, letter_until=date(2026, 11, 20), late_reason="路远迟到几天").note


# --- what waits ----------------------------------------------------------------------------------


def test_each_person_is_told_what_waits_for_them(world: World) -> None:
    def keys(person: str) -> list[str]:
        return [each.key for each in summaries.work(world.scope(person), on=TODAY)]

    row = to_b1(world)
    assert keys("secretary_a1") == ["transfers_to_agree"]
    assert keys("secretary_a2") == keys("organizer_bashi") == keys("inspector") == []
    actions.agree_transfer(by=world.scope("secretary_a1"), transfer=row, dues_paid_to="2026-10", on=TODAY)
    assert keys("organizer_ashi") == ["transfers_to_issue"]
    assert keys("secretary_a1") == []
    letters.issue_letter(by=world.scope("organizer_ashi"), transfer=row, on=TODAY)
    assert keys("organizer_bashi") == ["transfers_to_receive"]
    (waiting,) = summaries.work(world.scope("organizer_bashi"), on=TODAY)
    assert waiting.items[0].due == TODAY + timedelta(days=29)
    assert waiting.total == 1
    receive(world, row)
    assert keys("organizer_bashi") == keys("organizer_ashi") == []
