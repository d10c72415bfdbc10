"""Transfers of the organizational relationship, as the people of the test county see them."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.things import printed, token_of
from tests.world import TODAY, World, grant, make_user
from zhibu.accounts.models import RoleAssignment
from zhibu.certificates.models import Booklet, Certificate, Disposition, NumberAlias
from zhibu.certificates.summaries.copies import resolve, verify
from zhibu.core.access import Denied, Refused
from zhibu.members import actions as members
from zhibu.members.models import Member, MembershipEvent, PostHolding
from zhibu.members.rules.events import Entry, EventKind
from zhibu.members.rules.stages import BranchPost
from zhibu.mobility.actions import letters
from zhibu.mobility.actions import transfers as actions
from zhibu.mobility.actions.matters import enter_event
from zhibu.mobility.models import LetterCounter, Transfer
from zhibu.mobility.summaries import transfers as summaries
from zhibu.mobility.tests.transfer_steps import (
    REASON,
    agreed,
    branch_of,
    issued,
    out,
    receive,
    refusals,
    set_policy,
    to_b1,
)

pytestmark = pytest.mark.dated

# --- between two committees -----------------------------------------------------------------------


def test_a_member_moves_with_letter_and_receipt(world: World) -> None:
    member = world.members_a1[0]
    Member.objects.filter(pk=member.pk).update(group="第一党小组")
    members.appoint_post(
        by=world.scope("secretary_a1"),
        member=member,
        organization=world.a1,
        post=BranchPost.SECRETARY,
        from_date=date(2024, 1, 5),
        on=TODAY,
    )
    row = to_b1(world)
    assert (row.state, row.direction) == ("requested", "inside")
    row = actions.agree_transfer(
        by=world.scope("secretary_a1"), transfer=row, dues_paid_to="2026年10月", on=TODAY
    )
    assert row.dues_paid_to == "2026-10"
    row = letters.issue_letter(by=world.scope("organizer_ashi"), transfer=row, on=TODAY)
    assert row.letter_text == "越西阿字〔2026〕第1号"
    assert row.valid_until == TODAY + timedelta(days=30)
    assert branch_of(member) == world.a1.pk  # until the receipt the sending branch holds the member
    row = receive(world, row)
    now = Member.objects.get(pk=member.pk)
    assert (now.branch_id, now.group, now.standing) == (world.b1.pk, "", "active")
    event = MembershipEvent.objects.get(member=member)
    assert (event.kind, event.state, event.branch_id) == ("move_branch", "in_effect", world.a1.pk)
    assert event.document == row.letter_text
    assert PostHolding.objects.get(member=member).until == TODAY


def test_the_certificate_keeps_its_number_and_copy(world: World) -> None:
    booklet = printed(world)
    member = booklet.certificate.member
    before = (booklet.certificate.number, booklet.state)
    receive(world, issued(world, member))
    after = Booklet.objects.select_related("certificate").get(pk=booklet.pk)
    assert (after.certificate.number, after.state) == before
    assert not Disposition.objects.exists()


def test_a_county_that_renumbers_gives_the_next_number_of_the_new_branch(world: World) -> None:
    set_policy("numbering", renumber_on_transfer=True)
    booklet = printed(world)
    token = token_of(booklet)
    member = booklet.certificate.member
    old = booklet.certificate.number
    receive(world, issued(world, member))
    new = Certificate.objects.get(member=member)
    assert new.number.startswith("002001001")
    assert NumberAlias.objects.get(text=old).certificate_id == new.pk
    found = resolve(world.scope("county_organizer"), old)
    assert found is not None and found.pk == new.pk
    scanned = verify(token, on=TODAY)  # the copy in the hand still names the old number
    assert (scanned.certificate_id, scanned.number) == (new.pk, old)


def test_the_members_own_page_follows(world: World) -> None:
    member = world.members_a1[0]
    receive(world, issued(world, member))
    assert world.client("member_a1").get("/members/mine/").status_code == 200
    held = RoleAssignment.objects.in_force(on=TODAY).filter(user=world.people["member_a1"])
    assert [(each.role, each.organization_id) for each in held] == [("member", world.b1.pk)]


def test_the_receiving_branch_asks_by_name_and_number(world: World) -> None:
    member = world.members_a1[1]
    clerk = make_user("secretary_b1", "团结书记")
    grant(clerk, "branch_clerk", world.b1)
    world.people["secretary_b1"] = clerk
    client = world.client("secretary_b1")
    data = {
        "name": member.name,
        "resident_id": member.resident_id,
        "to_branch": world.b1.pk,
        "reason": "搬到团结村居住",
    }
    wrong = client.post("/mobility/transfers/claim/", data | {"name": "别人"})
    assert "没有姓名和身份证号都对得上的人" in wrong.content.decode()
    assert not Transfer.objects.exists()
    assert client.post("/mobility/transfers/claim/", data).status_code == 303
    row = Transfer.objects.get()
    assert (row.from_branch_id, row.to_branch_id, row.state) == (world.a1.pk, world.b1.pk, "requested")
    # The receiving side cannot agree for the sending one.
    with pytest.raises(Denied):
        actions.agree_transfer(by=world.scope("secretary_b1"), transfer=row, dues_paid_to="2026-10", on=TODAY)
    assert client.get(f"/mobility/transfers/{row.pk}/").status_code == 200
    assert world.client("secretary_a1").get(f"/mobility/transfers/{row.pk}/").status_code == 200
    assert world.client("secretary_a2").get(f"/mobility/transfers/{row.pk}/").status_code == 404


def test_a_clerk_of_a_third_branch_can_do_nothing(world: World) -> None:
    member, third = world.members_a1[0], world.scope("secretary_a2")
    with pytest.raises(Denied):
        actions.request_transfer(by=third, member=member, to_branch=world.b1, reason=REASON, on=TODAY)
    row = issued(world)
    with pytest.raises(Denied):
        receive(world, row, "secretary_a2")
    with pytest.raises(Denied):
        actions.cancel_transfer(by=third, transfer=row, reason="别人的转接", on=TODAY)
    with pytest.raises(Denied):  # the letter is the sending committee's
        letters.reissue_letter(by=world.scope("organizer_bashi"), transfer=row, reason="过期了重开", on=TODAY)
    assert Transfer.objects.get().state == "issued"
    assert branch_of(member) == world.a1.pk
    assert refusals("move_branch") == 1


# --- inside one committee ------------------------------------------------------------------------


def test_inside_a_committee_its_approval_is_enough(world: World) -> None:
    member = world.members_a1[0]
    row = actions.request_transfer(
        by=world.scope("secretary_a1"),
        member=member,
        to_branch=world.a2,
        reason="搬到白石村居住",
        dues_paid_to="2026-10",
        on=TODAY,
    )
    row = letters.issue_letter(by=world.scope("organizer_ashi"), transfer=row, on=TODAY)
    assert (row.state, row.letter_text, row.valid_until) == ("issued", "", None)
    assert not LetterCounter.objects.exists()
    receive(world, row, "secretary_a2")
    assert branch_of(member) == world.a2.pk


def test_a_county_may_want_a_letter_inside_a_committee_too(world: World) -> None:
    set_policy("letters", letter_within_committee=True, letter_validity_days=10, unit_words="阿市镇党委=市")
    row = actions.request_transfer(
        by=world.scope("secretary_a1"),
        member=world.members_a1[0],
        to_branch=world.a2,
        reason="搬到白石村居住",
        dues_paid_to="2026-10",
        on=TODAY,
    )
    row = letters.issue_letter(by=world.scope("organizer_ashi"), transfer=row, on=TODAY)
    assert row.letter_text == "越西市字〔2026〕第1号"
    assert row.valid_until == TODAY + timedelta(days=10)


# --- letters -------------------------------------------------------------------------------------


def test_letters_are_numbered_by_committee_and_year(world: World) -> None:
    first, second = issued(world, world.members_a1[0]), issued(world, world.members_a1[1])
    assert (first.letter_number, second.letter_number) == (1, 2)
    next_year = issued(world, world.members_a1[2], on=date(2027, 1, 4))
    assert next_year.letter_text == "越西阿字〔2027〕第1号"
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.filter(pk=second.pk).update(letter_number=1)


def test_a_lapsed_letter_waits_for_people(world: World) -> None:
    row = issued(world)
    late = TODAY + timedelta(days=40)
    row.refresh_from_db()
    assert row.state == "issued"
    titles = [each.key for each in summaries.work(world.scope("organizer_ashi"), on=late)]
    assert titles == ["transfers_to_receive", "transfers_overdue"] or titles == ["transfers_overdue"]
    with pytest.raises(Refused, match="不在有效期内"):
        receive(world, row, received_on=late, on=late)
    assert branch_of(world.members_a1[0]) == world.a1.pk
    row = receive(world, row, received_on=late, on=late, late_reason="大雪封路没有赶上")
    assert "大雪封路" in row.note
    assert branch_of(world.members_a1[0]) == world.b1.pk


def test_a_letter_received_in_time_and_registered_late_needs_no_reason(world: World) -> None:
    row = receive(world, issued(world), received_on=TODAY + timedelta(days=29), on=TODAY + timedelta(days=60))
    assert row.note == ""


def test_a_letter_is_written_anew_with_a_new_number(world: World) -> None:
    row = issued(world)
    late = TODAY + timedelta(days=31)
    row = letters.reissue_letter(by=world.scope("organizer_ashi"), transfer=row, reason="路上遗失", on=late)
    assert row.letter_number == 2
    assert row.valid_until == late + timedelta(days=30)
    assert "第1号作废" in row.note
    assert receive(world, row, received_on=late, on=late).state == "received"


def test_a_letter_is_confirmed_once(world: World) -> None:
    row = receive(world, issued(world))
    with pytest.raises(Refused, match="介绍信只能用一次"):
        receive(world, row)
    assert MembershipEvent.objects.filter(kind="move_branch").count() == 1
    with pytest.raises(Refused, match="不能再办"):
        actions.cancel_transfer(by=world.scope("secretary_a1"), transfer=row, reason="不转了不转了", on=TODAY)
    with pytest.raises(Refused):
        letters.issue_letter(by=world.scope("county_organizer"), transfer=row, on=TODAY)
    assert Transfer.objects.get().state == "received"


def test_two_organizers_issue_at_once_and_the_second_is_told(world: World) -> None:
    row = agreed(world)
    stale = Transfer.objects.select_related("member").get(pk=row.pk)
    letters.issue_letter(by=world.scope("organizer_ashi"), transfer=row, on=TODAY)
    with pytest.raises(Refused, match="已经有人办过"):
        letters.issue_letter(by=world.scope("county_organizer"), transfer=stale, on=TODAY)
    assert LetterCounter.objects.get().last == 1


# --- refused -------------------------------------------------------------------------------------


def test_one_transfer_at_a_time(world: World) -> None:
    to_b1(world)
    with pytest.raises(Refused, match="已有一次转接在办"):
        out(world)
    assert Transfer.objects.count() == 1
    assert refusals("transfer_request") == 1


def test_what_cannot_be_moved(world: World) -> None:
    member = world.members_a1[0]
    by = world.scope("secretary_a1")
    for facts, sentence in (
        ({"to_branch": world.a1}, "就在这个支部"),
        ({"to_branch": world.ashi}, "不是党支部"),
        ({"outside": "成"}, "县外党组织全称"),
        ({"to_branch": world.b1, "reason": "转"}, "至少4个字"),
        ({"to_branch": world.b1, "dues_paid_to": "十月"}, "2026-10这样"),
        ({"to_branch": world.b1, "dues_paid_to": "2001-01"}, "早于入党时间"),
    ):
        with pytest.raises(Refused, match=sentence):
            actions.request_transfer(by=by, member=member, on=TODAY, **{"reason": REASON, **facts})  # type: ignore[arg-type]
    world.b1.closed_on = TODAY
    world.b1.save()
    with pytest.raises(Refused, match="已经撤销"):
        to_b1(world)
    assert not Transfer.objects.exists()


@pytest.mark.parametrize(("standing", "sentence"), [("ended", "不在册"), ("suspended", "停止党籍")])
def test_only_a_membership_in_good_standing_moves(world: World, standing: str, sentence: str) -> None:
    Member.objects.filter(pk=world.members_a1[0].pk).update(standing=standing)
    with pytest.raises(Refused, match=sentence):
        to_b1(world)


def test_a_branch_dissolved_meanwhile_receives_nobody(world: World) -> None:
    row = issued(world)
    world.b1.closed_on = TODAY
    world.b1.save()
    with pytest.raises(Refused, match="已经撤销"):
        receive(world, row)
    assert branch_of(world.members_a1[0]) == world.a1.pk
    assert not MembershipEvent.objects.exists()


def test_a_step_cannot_be_skipped(world: World) -> None:
    row = to_b1(world)
    with pytest.raises(Refused, match="支部还没有同意"):
        letters.issue_letter(by=world.scope("organizer_ashi"), transfer=row, on=TODAY)
    with pytest.raises(Refused, match="还没有开介绍信"):
        receive(world, row)
    with pytest.raises(Refused, match="早于开具日期"):
        receive(world, issued(world, world.members_a1[1]), received_on=TODAY - timedelta(days=1))


@pytest.mark.parametrize("person", ["secretary_a1", "organizer_bashi"])
def test_either_end_cancels_before_the_receipt(world: World, person: str) -> None:
    row = issued(world)
    with pytest.raises(Refused, match="至少4个字"):
        actions.cancel_transfer(by=world.scope(person), transfer=row, reason="", on=TODAY)
    row = actions.cancel_transfer(by=world.scope(person), transfer=row, reason="本人不去了", on=TODAY)
    assert (row.state, row.note) == ("canceled", "本人不去了")
    with pytest.raises(Refused, match="已经取消"):
        receive(world, row)
    assert branch_of(world.members_a1[0]) == world.a1.pk
    to_b1(world)  # another one may begin


def test_a_death_on_the_way_cancels_the_transfer(world: World) -> None:
    row = issued(world)
    enter_event(
        by=world.scope("secretary_a1"),
        member=world.members_a1[0],
        entry=Entry(
            kind=EventKind.DIE, decided_on=TODAY, decided_by="尔木村党支部", evidence="死亡证明", document=""
        ),
        on=TODAY,
    )
    row.refresh_from_db()
    assert row.state == "canceled"
    with pytest.raises(Refused, match="已经取消"):
        receive(world, row)
