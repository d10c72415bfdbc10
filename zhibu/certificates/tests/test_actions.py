"""Numbering, ordering, handing over: what changes, what is refused, what a second call does."""

from datetime import date

import pytest

from tests.world import TODAY, World, make_member
from zhibu.audit.models import AuditRecord
from zhibu.certificates import actions
from zhibu.certificates.actions.numbering import AdoptedNumber
from zhibu.certificates.models import Booklet, Certificate
from zhibu.certificates.rules.copies import State, parse_number
from zhibu.certificates.summaries.copies import register_totals, resolve
from zhibu.core.access import Denied, Refused
from zhibu.jobs.models import Job

pytestmark = pytest.mark.dated


def test_a_batch_numbers_everybody_once_in_the_order_of_joining(world: World) -> None:
    early = make_member(
        branch=world.a1, name="卢云", join_date=date(1990, 7, 1), confirmation_date=date(1991, 7, 1)
    )
    organizer = world.scope("organizer_ashi")
    assert actions.number_members(by=organizer, organization=world.ashi, on=TODAY) == 4
    assert actions.number_members(by=organizer, organization=world.ashi, on=TODAY) == 0
    numbers = list(Certificate.objects.order_by("number").values_list("number", flat=True))
    assert [number[:9] for number in numbers] == ["001001001", "001001002", "001001003", "001001004"]
    assert all(parse_number(number) == number for number in numbers)
    assert Certificate.objects.get(member=early).number == numbers[0]


def test_serials_go_on_after_the_last_and_are_not_reused(world: World) -> None:
    organizer = world.scope("organizer_ashi")
    actions.number_members(by=organizer, organization=world.a1, on=TODAY)
    newcomer = make_member(branch=world.a1, name="吉克日木")
    actions.number_members(by=organizer, organization=world.a1, member=newcomer, on=TODAY)
    assert Certificate.objects.get(member=newcomer).number.startswith("001001004")


def test_only_the_committee_numbers_and_only_its_own_branches(world: World) -> None:
    for name in ("secretary_a1", "organizer_bashi", "inspector", "auditor", "nobody"):
        with pytest.raises(Denied):
            actions.number_members(by=world.scope(name), organization=world.a1, on=TODAY)
    assert not Certificate.objects.exists()
    assert (
        actions.number_members(by=world.scope("county_organizer"), organization=world.county, on=TODAY) == 3
    )


def test_a_branch_without_a_segment_stops_the_whole_batch(world: World) -> None:
    world.b1.segment = ""
    world.b1.save()
    make_member(branch=world.b1)
    with pytest.raises(Refused, match="团结村党支部还没有编号段"):
        actions.number_members(by=world.scope("county_organizer"), organization=world.county, on=TODAY)
    assert not Certificate.objects.exists()


def test_numbering_is_on_the_branch_chain_of_the_log(world: World) -> None:
    actions.number_members(by=world.scope("organizer_ashi"), organization=world.ashi, on=TODAY)
    record = AuditRecord.objects.get(event="certificates.number.allotted")
    assert (record.chain, record.path, record.actor_name) == (world.a1.pk, world.a1.path, "刘洋")
    assert sorted(record.data["members"]) == sorted(m.pk for m in world.members_a1)


def test_paper_numbers_are_kept_and_the_counter_moves_past_them(world: World) -> None:
    organizer = world.scope("organizer_ashi")
    first, second, third = world.members_a1
    actions.adopt_numbers(by=organizer, adopted=[AdoptedNumber(first.pk, "0010010406")], on=TODAY)
    actions.number_members(by=organizer, organization=world.a1, on=TODAY)
    given = {m: Certificate.objects.get(member=m).number for m in (first, second, third)}
    assert given[first] == "0010010406"
    assert {given[second][:9], given[third][:9]} == {"001001041", "001001042"}


def test_a_number_that_is_taken_is_refused_and_nothing_changes(world: World) -> None:
    organizer = world.scope("organizer_ashi")
    first, second, _ = world.members_a1
    actions.adopt_numbers(by=organizer, adopted=[AdoptedNumber(first.pk, "0010010406")], on=TODAY)
    with pytest.raises(Refused, match="001-001-040-6已经发给别人"):
        actions.adopt_numbers(by=organizer, adopted=[AdoptedNumber(second.pk, "0010010406")], on=TODAY)
    assert Certificate.objects.count() == 1


def test_an_order_makes_signed_copies_and_a_job(world: World) -> None:
    organizer = world.scope("organizer_ashi")
    actions.number_members(by=organizer, organization=world.a1, on=TODAY)
    batch = actions.order_print(
        by=organizer, organization=world.a1, issue_date=TODAY, layout="pages", on=TODAY
    )
    assert batch.booklets == 3
    assert Booklet.objects.filter(batch=batch, serial=1, state="printed").count() == 3
    assert batch.job_id is not None
    assert Job.objects.get(pk=batch.job_id).kind == "certificates.print"
    assert register_totals(organizer, world.a1).printed == 3


def test_a_second_order_prints_nothing_twice_unless_asked(world: World) -> None:
    organizer = world.scope("organizer_ashi")
    actions.number_members(by=organizer, organization=world.a1, on=TODAY)
    actions.order_print(by=organizer, organization=world.a1, issue_date=TODAY, layout="pages", on=TODAY)
    before = set(Booklet.objects.values_list("pk", "signature"))
    with pytest.raises(Refused, match="没有要印的证本"):
        actions.order_print(by=organizer, organization=world.a1, issue_date=TODAY, layout="pages", on=TODAY)
    again = actions.order_print(
        by=organizer, organization=world.a1, issue_date=TODAY, layout="stitched", on=TODAY, again=True
    )
    assert again.booklets == 3
    assert {(pk, bytes(s)) for pk, s in Booklet.objects.values_list("pk", "signature")} == {
        (pk, bytes(s)) for pk, s in before
    }


def test_the_clerk_cannot_order_and_the_sibling_township_neither(world: World) -> None:
    actions.number_members(by=world.scope("organizer_ashi"), organization=world.a1, on=TODAY)
    for name in ("secretary_a1", "organizer_bashi"):
        with pytest.raises(Denied):
            actions.order_print(
                by=world.scope(name), organization=world.a1, issue_date=TODAY, layout="pages", on=TODAY
            )
    assert not Booklet.objects.exists()


def test_handing_over_makes_certificates_active_once(world: World) -> None:
    organizer = world.scope("organizer_ashi")
    actions.number_members(by=organizer, organization=world.a1, on=TODAY)
    actions.order_print(by=organizer, organization=world.a1, issue_date=TODAY, layout="pages", on=TODAY)
    first = world.members_a1[0]
    assert (
        actions.hand_over(
            by=organizer, organization=world.a1, member=first, handed_over_on=TODAY, receiver="", on=TODAY
        )
        == 1
    )
    assert Certificate.objects.get(member=first).state == State.ACTIVE
    assert (
        actions.hand_over(
            by=organizer, organization=world.a1, handed_over_on=TODAY, receiver="阿措克布", on=TODAY
        )
        == 2
    )
    assert (
        actions.hand_over(by=organizer, organization=world.a1, handed_over_on=TODAY, receiver="", on=TODAY)
        == 0
    )
    assert sorted(Booklet.objects.values_list("receiver", flat=True)) == ["", "阿措克布", "阿措克布"]


def test_handing_over_before_the_issue_date_or_in_the_future_is_refused(world: World) -> None:
    organizer = world.scope("organizer_ashi")
    actions.number_members(by=organizer, organization=world.a1, on=TODAY)
    actions.order_print(by=organizer, organization=world.a1, issue_date=TODAY, layout="pages", on=TODAY)
    for day, sentence in ((date(2026, 11, 23), "早于证本上的发证日期"), (date(2026, 12, 1), "在今天以后")):
        with pytest.raises(Refused, match=sentence):
            actions.hand_over(by=organizer, organization=world.a1, handed_over_on=day, receiver="", on=TODAY)
    assert not Booklet.objects.filter(state="issued").exists()


def test_numbers_resolve_within_the_scope_only(world: World) -> None:
    actions.number_members(by=world.scope("organizer_ashi"), organization=world.a1, on=TODAY)
    number = Certificate.objects.get(member=world.members_a1[0]).number
    found = resolve(world.scope("secretary_a1"), f"{number[:3]}-{number[3:6]}-{number[6:9]}-{number[9]}/01")
    assert found is not None
    assert found.member == world.members_a1[0]
    assert resolve(world.scope("secretary_a2"), number) is None
