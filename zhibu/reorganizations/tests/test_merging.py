"""Two records of one person: previewed, merged with everything, and parted again."""

from uuid import uuid4

import pytest
from django.apps import apps
from django.urls import reverse

from tests.things import disposal_steps, merge_proposal, printed, token_of
from tests.world import TODAY, World, make_member, synthetic_resident_id
from zhibu.certificates.models import Booklet, Certificate, NumberAlias
from zhibu.certificates.summaries.copies import resolve, verify
from zhibu.core.access import Denied, Refused
from zhibu.dues import actions as dues
from zhibu.dues.actions import PaymentEntry
from zhibu.dues.models import Due, Payment
from zhibu.dues.summaries.ledger import month_rows
from zhibu.meetings import actions as meetings
from zhibu.meetings.models import Attendance, Decision
from zhibu.meetings.rules.attendance import count
from zhibu.members import actions as members
from zhibu.members.models import Measure, Member, MembershipEvent, MergeProposal
from zhibu.members.querysets import number_index
from zhibu.members.rules.events import Entry as Entry_
from zhibu.members.rules.events import EventKind
from zhibu.mobility.actions import matters
from zhibu.months import actions as months
from zhibu.months.models import BranchMonth
from zhibu.months.tests.month_steps import book, submitted
from zhibu.months.tests.month_steps import opened as month_opened
from zhibu.points.models import Entry
from zhibu.reorganizations.actions.merging import merge_members, part_members
from zhibu.reorganizations.summaries.merging import (
    JOINED,
    LABELS,
    MOVED,
    ONE_EACH,
    OWNER,
    SEALED_BY,
    STAYS,
    preview,
)

pytestmark = pytest.mark.dated


def consented(world: World) -> MergeProposal:
    """A1's second member and a newcomer of A2 are one person; both branches agree; both have booklets."""
    proposal = merge_proposal(world)
    printed(world)
    Booklet.objects.exclude(state="voided").update(state="issued")
    Certificate.objects.update(state="active")
    for clerk in ("secretary_a1", "secretary_a2"):
        members.consent_merge(by=world.scope(clerk), proposal=proposal, on=TODAY)
    proposal.refresh_from_db()
    return proposal


def part(world: World, proposal: MergeProposal) -> None:
    """Ashi says the merge was wrong, the county agrees."""
    members.propose_parting(
        by=world.scope("organizer_ashi"), proposal=proposal, reason="核对照片，不是一个人", on=TODAY
    )
    part_members(by=world.scope("county_organizer"), proposal=proposal, on=TODAY)


def a_correction(world: World, member: Member, clerk: str) -> MembershipEvent:
    """The member has half a year to mend something."""
    event = matters.enter_event(
        by=world.scope(clerk),
        member=member,
        entry=Entry_(
            EventKind.BEGIN_CORRECTION, TODAY, "支部党员大会", months=6, steps=disposal_steps(TODAY)
        ),
        on=TODAY,
    )
    return matters.settle_event(
        by=world.scope("county_organizer"),
        event=event,
        approve=True,
        settled_on=TODAY,
        document="",
        on=TODAY,
    )


def test_everything_moves_and_goes_back(world: World) -> None:
    proposal = consented(world)
    kept, dropped = proposal.kept, proposal.dropped
    event = a_correction(world, dropped, "secretary_a2")
    old = Certificate.objects.get(member=dropped)
    organizer = world.scope("organizer_ashi")
    merge_members(by=organizer, proposal=proposal, on=TODAY)
    event.refresh_from_db()
    assert event.member == kept
    assert Measure.objects.get(event=event).member == kept
    found = resolve(organizer, old.number)
    assert found is not None
    assert found.member == kept

    part(world, proposal)
    event.refresh_from_db()
    dropped.refresh_from_db()
    old.refresh_from_db()
    assert (event.member, dropped.merged_into, old.state) == (dropped, None, "active")
    assert not NumberAlias.objects.filter(text=old.number).exists()
    found = resolve(organizer, old.number)
    assert found is not None
    assert found.member == dropped


def test_the_dropped_booklet_is_void_while_merged_and_good_again_when_parted(world: World) -> None:
    proposal = consented(world)
    number = Certificate.objects.filter(member=proposal.kept).values_list("number", flat=True).get()
    booklet = Booklet.objects.select_related("certificate").get(certificate__member=proposal.kept)
    MergeProposal.objects.filter(pk=proposal.pk).update(kept=proposal.dropped, dropped=proposal.kept)
    proposal = MergeProposal.objects.get(pk=proposal.pk)
    organizer = world.scope("organizer_ashi")
    assert verify(token_of(booklet), on=TODAY).outcome == "valid"
    merge_members(by=organizer, proposal=proposal, on=TODAY)
    assert verify(token_of(booklet), on=TODAY).outcome == "void"
    part(world, proposal)
    assert verify(token_of(booklet), on=TODAY).outcome == "valid"
    assert Certificate.objects.get(number=number).state == "active"


def test_what_both_have_open_is_finished_first_and_nothing_moves(world: World) -> None:
    proposal = consented(world)
    for member, clerk in ((proposal.kept, "secretary_a1"), (proposal.dropped, "secretary_a2")):
        matters.enter_event(
            by=world.scope(clerk),
            member=member,
            entry=Entry_(
                EventKind.BEGIN_CORRECTION, TODAY, "支部党员大会", months=6, steps=disposal_steps(TODAY)
            ),
            on=TODAY,
        )
    assert preview(proposal, world.scope("organizer_ashi")).clashes == ["党籍和组织处置"]
    with pytest.raises(Refused, match="先办结其中一条"):
        merge_members(by=world.scope("organizer_ashi"), proposal=proposal, on=TODAY)
    proposal.dropped.refresh_from_db()
    assert proposal.dropped.merged_into is None


def test_parting_needs_both_organizations_and_happens_once(world: World) -> None:
    proposal = consented(world)
    merge_members(by=world.scope("organizer_ashi"), proposal=proposal, on=TODAY)
    for deed in (members.propose_parting, members.decline_parting, part_members):
        told = {"reason": "不是一个人"} if deed is members.propose_parting else {}
        with pytest.raises(Denied):
            deed(by=world.scope("secretary_a1"), proposal=proposal, on=TODAY, **told)
    part(world, proposal)
    with pytest.raises(Refused, match="已经分开"):
        part(world, proposal)


def test_one_person_alone_does_not_part_two_records(world: World) -> None:
    proposal = consented(world)
    merge_members(by=world.scope("organizer_ashi"), proposal=proposal, on=TODAY)
    county = world.scope("county_organizer")
    with pytest.raises(Refused, match="先由一位同志提出"):
        part_members(by=county, proposal=proposal, on=TODAY)
    members.propose_parting(by=county, proposal=proposal, reason="照片不是一个人", on=TODAY)
    with pytest.raises(Refused, match="要由另一位同志决定"):
        part_members(by=county, proposal=proposal, on=TODAY)
    with pytest.raises(Refused, match="已经提出分开"):
        members.propose_parting(
            by=world.scope("organizer_ashi"), proposal=proposal, reason="照片不是一个人", on=TODAY
        )
    members.decline_parting(by=world.scope("county_organizer_2"), proposal=proposal, on=TODAY)
    with pytest.raises(Refused, match="先由一位同志提出"):
        part_members(by=world.scope("county_organizer_2"), proposal=proposal, on=TODAY)
    proposal.dropped.refresh_from_db()
    assert proposal.dropped.merged_into == proposal.kept


def test_the_page_sets_the_records_side_by_side_without_their_numbers(world: World) -> None:
    proposal = consented(world)
    number = synthetic_resident_id(proposal.dropped.birth_date, "1", 498)
    proposal.dropped.resident_id, proposal.dropped.resident_id_index = number, number_index(number)
    proposal.dropped.save()
    page = (
        world.client("organizer_ashi")
        .get(reverse("reorganizations:merge", args=[proposal.pk]))
        .content.decode()
    )
    assert "合并两条记录" in page
    assert "和保留的不同" in page
    assert proposal.kept.resident_id not in page
    assert number not in page
    one_side = (
        world.client("secretary_a1")
        .get(reverse("reorganizations:merge", args=[proposal.pk]))
        .content.decode()
    )
    assert "不显示内容" in one_side


def test_the_ledgers_move_too_and_what_the_kept_record_has_itself_stays(world: World) -> None:
    proposal = consented(world)
    kept, dropped = proposal.kept, proposal.dropped
    for member, branch, numbers in ((kept, world.a1, (202609,)), (dropped, world.a2, (202609, 202610))):
        Due.objects.bulk_create(Due(member=member, branch=branch, month=m, amount=20) for m in numbers)
    merge_members(by=world.scope("organizer_ashi"), proposal=proposal, on=TODAY)
    moved = Due.objects.filter(member=kept).order_by("month").values_list("month", "branch_id")
    assert list(moved) == [(202609, world.a1.pk), (202610, world.a2.pk)]
    assert not Due.objects.filter(member=dropped).exists()
    part(world, proposal)
    assert Due.objects.filter(member=dropped).count() == 2


def test_rows_of_a_sealed_month_stay_where_the_seal_found_them(world: World) -> None:
    proposal = consented(world)
    dropped = proposal.dropped
    Due.objects.create(member=dropped, branch=world.a2, month=202609, amount=20)
    Due.objects.create(member=dropped, branch=world.a2, month=202610, amount=20)
    BranchMonth.objects.create(branch=world.a2, month=202609, state="sealed", digest="a" * 64)
    merge_members(by=world.scope("organizer_ashi"), proposal=proposal, on=TODAY)
    assert Due.objects.get(member=dropped).month == 202609
    assert Due.objects.get(member=proposal.kept).month == 202610


def test_every_table_that_names_a_member_says_how_it_merges() -> None:
    hanging = {
        model._meta.label_lower
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model is Member
    }
    assert hanging == set(MOVED) | set(STAYS)
    assert not set(MOVED) & set(STAYS)
    assert set(LABELS) - {"posts"} == set(MOVED)
    assert set(MOVED) >= JOINED | set(ONE_EACH) | set(SEALED_BY) | set(OWNER)
    for label, model in MOVED.items():
        assert model._meta.get_field(OWNER.get(label, "member")).related_model is Member
        for rule in model._meta.constraints:
            fields = set(getattr(rule, "fields", ()))
            if "member" in fields and not getattr(rule, "condition", None):
                assert label in ONE_EACH, f"{label}: both records may have one"


def one_branch(world: World) -> MergeProposal:
    """A1's second member stands there twice; Ashi's proposal is agreed to."""
    first = world.members_a1[1]
    other = make_member(branch=world.a1, name=first.name, birth_date=first.birth_date, resident_id="")
    proposal = members.propose_merge(
        by=world.scope("organizer_ashi"), kept=first, dropped=other, reason="同名同日生，像是一个人", on=TODAY
    )
    return members.consent_merge(by=world.scope("county_organizer"), proposal=proposal, on=TODAY)


def merged(world: World, proposal: MergeProposal) -> tuple[Member, Member]:
    """Ashi carries it out."""
    merge_members(by=world.scope("organizer_ashi"), proposal=proposal, on=TODAY)
    proposal.refresh_from_db()
    return proposal.kept, proposal.dropped


def test_absent_under_one_name_and_present_under_the_other_came(world: World) -> None:
    proposal = one_branch(world)
    kept, dropped = proposal.kept, proposal.dropped
    row = month_opened(world)
    meeting = book(row).held[0]
    before = count(Attendance.objects.filter(meeting=meeting).values_list("status", "has_vote")).voters
    meetings.set_attendance(
        by=world.scope("secretary_a1"),
        meeting=meeting,
        member_id=kept.pk,
        status="absent",
        reason="",
        seen=0,
        on=TODAY,
    )
    merged(world, proposal)
    lines = Attendance.objects.filter(meeting=meeting)
    assert lines.get(member=kept).status == "present"
    assert not lines.filter(member=dropped).exists()
    assert count(lines.values_list("status", "has_vote")).voters == before - 1
    row = months.seal_month(
        by=world.scope("organizer_ashi"), branch_month=submitted(world, row, on=TODAY), on=TODAY
    )
    assert row.members == len(world.members_a1)
    assert not Entry.objects.filter(member=dropped).exists()
    points = dict(Entry.objects.filter(member=kept, source="meetings").values_list("item", "tenths"))
    assert set(points.values()) == {5}


def test_two_lines_of_one_meeting_are_two_again_when_parted(world: World) -> None:
    proposal = one_branch(world)
    kept, dropped = proposal.kept, proposal.dropped
    row = month_opened(world)
    Attendance.objects.filter(member=kept).update(status="absent")
    merged(world, proposal)
    part(world, proposal)
    told = dict(Attendance.objects.filter(member__in=(kept, dropped)).values_list("member_id", "status"))
    assert told == {kept.pk: "absent", dropped.pk: "present"}
    months_of = Due.objects.filter(month=row.month, member__in=(kept, dropped))
    assert months_of.count() == 2


def test_a_payment_ahead_on_the_dropped_record_pays_the_one_due(world: World) -> None:
    proposal = one_branch(world)
    kept, dropped = proposal.kept, proposal.dropped
    row = month_opened(world)
    given = PaymentEntry(dropped.pk, row.month, 20, 0, TODAY, "cash", "", "", operation=uuid4())
    dues.record_payments(
        by=world.scope("secretary_a1"), branch=world.a1, entries=[given], with_receipts=True, on=TODAY
    )
    merged(world, proposal)
    assert Due.objects.get(month=row.month, member__in=(kept, dropped)).member == kept
    row = submitted(world, row, on=TODAY)
    payment = Payment.objects.get(month=row.month, member__in=(kept, dropped))
    assert (payment.member, payment.amount) == (kept, 20)
    assert payment.receipt is not None and payment.receipt.member == kept
    assert next(each for each in month_rows(world.a1, row.month) if each.member_id == kept.pk).left == 0
    row = months.seal_month(by=world.scope("organizer_ashi"), branch_month=row, on=TODAY)
    assert row.state == "sealed"


def test_a_record_that_has_left_is_not_kept_instead_of_one_that_is_there(world: World) -> None:
    proposal = one_branch(world)
    matters.enter_event(
        by=world.scope("secretary_a1"),
        member=proposal.kept,
        entry=Entry_(EventKind.DIE, TODAY, "村党支部", evidence="死亡证明"),
        on=TODAY,
    )
    with pytest.raises(Refused, match="已经不在册"):
        merge_members(by=world.scope("organizer_ashi"), proposal=proposal, on=TODAY)
    proposal.dropped.refresh_from_db()
    assert proposal.dropped.merged_into is None


def test_the_second_account_of_one_person_no_longer_opens_the_dropped_record(world: World) -> None:
    proposal = one_branch(world)
    kept, dropped = proposal.kept, proposal.dropped
    Member.objects.filter(user=world.people["member_a1"]).update(user=None)
    Member.objects.filter(pk=kept.pk).update(user=world.people["member_a1"])
    Member.objects.filter(pk=dropped.pk).update(user=world.people["nobody"])
    merged(world, proposal)
    dropped.refresh_from_db()
    assert dropped.user is None
    part(world, proposal)
    dropped.refresh_from_db()
    assert dropped.user == world.people["nobody"]


def test_open_decisions_go_with_the_person(world: World) -> None:
    proposal = one_branch(world)
    meeting = book(month_opened(world)).held[0]
    decision = Decision.objects.create(
        meeting=meeting, text="修好村道", owner=proposal.dropped, owner_name=proposal.dropped.name
    )
    kept, dropped = merged(world, proposal)
    decision.refresh_from_db()
    assert decision.owner == kept
    part(world, proposal)
    decision.refresh_from_db()
    assert decision.owner == dropped
