"""Transfers of the organizational relationship, as the people of the test county see them."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.things import numbered, printed
from tests.world import NOW, TODAY, World, grant, make_member, make_user
from zhibu.accounts.models import RoleAssignment
from zhibu.audit.models import AuditRecord
from zhibu.certificates import summaries as certificates
from zhibu.certificates.models import Booklet, Certificate, Disposition, NumberAlias
from zhibu.core.access import Denied, Refused
from zhibu.members import actions as members
from zhibu.members.models import Member, MembershipEvent, PostHolding
from zhibu.members.rules import BranchPost, Facts
from zhibu.members.rules.events import Entry, EventKind
from zhibu.mobility.actions import letters, receipts
from zhibu.mobility.actions import transfers as actions
from zhibu.mobility.actions.matters import enter_event
from zhibu.mobility.models import LetterCounter, Transfer
from zhibu.mobility.summaries import transfers as summaries
from zhibu.rulebook.models import PolicyVersion

REASON = "工作调动到巴市镇"


def set_policy(key: str, **values: object) -> None:
    PolicyVersion.objects.create(
        policy=key,
        number=PolicyVersion.objects.filter(policy=key).count() + 1,
        state="confirmed",
        effective_from=date(2020, 1, 1),
        values=values,
        drafted_at=NOW,
    )


def to_b1(world: World, member: Member | None = None, *, dues: str = "") -> Transfer:
    return actions.request_transfer(
        by=world.scope("secretary_a1"),
        member=member or world.members_a1[0],
        to_branch=world.b1,
        reason=REASON,
        dues_paid_to=dues,
        on=TODAY,
    )


def agreed(world: World, member: Member | None = None) -> Transfer:
    return to_b1(world, member, dues="2026-10")


def issued(world: World, member: Member | None = None, *, on: date = TODAY) -> Transfer:
    return letters.issue_letter(by=world.scope("organizer_ashi"), transfer=agreed(world, member), on=on)


def receive(world: World, transfer: Transfer, person: str = "organizer_bashi", **facts: object) -> Transfer:
    values: dict[str, object] = {"received_on": TODAY, "on": TODAY, **facts}
    return receipts.receive_transfer(by=world.scope(person), transfer=transfer, **values)  # type: ignore[arg-type]


def out(world: World, member: Member | None = None) -> Transfer:
    row = actions.request_transfer(
        by=world.scope("secretary_a1"),
        member=member or world.members_a1[0],
        outside="中共成都市武侯区委组织部",
        reason="到成都工作",
        dues_paid_to="2026-11",
        on=TODAY,
    )
    return letters.issue_letter(by=world.scope("organizer_ashi"), transfer=row, on=TODAY)


def branch_of(member: Member) -> int:
    return Member.objects.get(pk=member.pk).branch_id


def refusals(kind: str) -> int:
    return AuditRecord.objects.filter(event="mobility.deed.refused", data__kind=kind).count()


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
    event = MembershipEvent.objects.get(pk=row.event_id)
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
    numbered(world)
    member = world.members_a1[0]
    old = Certificate.objects.get(member=member).number
    receive(world, issued(world, member))
    new = Certificate.objects.get(member=member)
    assert new.number.startswith("002001001")
    assert NumberAlias.objects.get(text=old).certificate_id == new.pk
    found = certificates.resolve(world.scope("county_organizer"), old)
    assert found is not None and found.pk == new.pk


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
    for deed in (
        lambda: actions.cancel_transfer(
            by=world.scope("secretary_a1"), transfer=row, reason="不转了不转了", on=TODAY
        ),
        lambda: letters.issue_letter(by=world.scope("organizer_ashi"), transfer=row, on=TODAY),
    ):
        with pytest.raises((Refused, Denied)):
            deed()
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
    return receipts.receive_from_outside(by=world.scope("secretary_a1"), facts=facts, on=TODAY, **given)  # type: ignore[arg-type]


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
    found = certificates.resolve(organizer, "513432-0088")
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
    receipts.confirm_receipt(
        by=world.scope("organizer_ashi"),
        transfer=out(world, known),
        received_on=TODAY,
        received_by="成都某党委",
        on=TODAY,
    )
    with pytest.raises(Refused, match="从本县转出"):
        arrive(world, facts)
    assert Member.objects.filter(resident_id_index=known.resident_id_index).count() == 1


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
