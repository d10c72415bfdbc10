"""Sealed months of two records that were one person: the sheets stay, the person's year and arrears are one."""

from datetime import date

import pytest
from django.urls import reverse

from tests.things import merge_proposal
from tests.world import TODAY, World, make_member
from zhibu.core.access import Refused
from zhibu.dues import actions as dues
from zhibu.dues.models import Due, Payment
from zhibu.dues.summaries import ledger
from zhibu.dues.summaries.arrears import arrears, unpaid_months
from zhibu.dues.summaries.booklet_lines import dues as booklet
from zhibu.dues.summaries.pages import branch_year
from zhibu.dues.tests.cases import entry
from zhibu.meetings import actions as meetings
from zhibu.meetings.actions import HeldMeeting
from zhibu.meetings.models import Attendance
from zhibu.meetings.summaries.pages import year_of
from zhibu.members import actions as members
from zhibu.members.models import Member, MergeProposal
from zhibu.months import actions as months
from zhibu.months.models import BranchMonth
from zhibu.months.summaries.seals import verify_seals
from zhibu.months.tests.month_steps import book, entered, submitted, theme_day
from zhibu.points.models import Entry
from zhibu.points.summaries.totals import totals
from zhibu.reorganizations.actions.merging import merge_members, part_members
from zhibu.reviews.summaries.study import hours_of, member_year

pytestmark = pytest.mark.dated
SEPTEMBER, OCTOBER, NOVEMBER = 202609, 202610, 202611
UNPAID = {"how": "unpaid"}


def twice(world: World) -> MergeProposal:
    """A1's second member stands there twice; a proposal is agreed to."""
    first = world.members_a1[1]
    other = make_member(branch=world.a1, name=first.name, birth_date=first.birth_date, resident_id="")
    proposal = members.propose_merge(
        by=world.scope("organizer_ashi"), kept=first, dropped=other, reason="同名同日生，像是一个人", on=TODAY
    )
    return members.consent_merge(by=world.scope("county_organizer"), proposal=proposal, on=TODAY)


def sealed(world: World, month: int, *unpaid: Member) -> BranchMonth:
    """A1's month, in which these did not pay."""
    months.open_months(by=world.scope("secretary_a1"), month=month, organization=world.a1, on=TODAY)
    row = BranchMonth.objects.get(branch=world.a1, month=month)
    for member in unpaid:
        entered(world, row, member, UNPAID, on=TODAY)
    row = submitted(world, row, on=TODAY)
    return months.seal_month(by=world.scope("organizer_ashi"), branch_month=row, on=TODAY)


def merged(world: World, proposal: MergeProposal) -> tuple[Member, Member]:
    merge_members(by=world.scope("organizer_ashi"), proposal=proposal, on=TODAY)
    proposal.refresh_from_db()
    return proposal.kept, proposal.dropped


def parted(world: World, proposal: MergeProposal) -> None:
    members.propose_parting(
        by=world.scope("organizer_ashi"), proposal=proposal, reason="核对照片，不是一个人", on=TODAY
    )
    part_members(by=world.scope("county_organizer"), proposal=proposal, on=TODAY)


def owed(world: World) -> dict[int, tuple[int, int, int]]:
    found = arrears(world.scope("organizer_ashi"), on=TODAY)
    return {each.member_id: (each.run, each.months, each.owed) for each in found}


def test_a_month_paid_under_either_record_is_paid_and_one_paid_under_none_is_owed_once(world: World) -> None:
    proposal = twice(world)
    kept, dropped = proposal.kept, proposal.dropped
    rows = [sealed(world, SEPTEMBER, dropped), sealed(world, OCTOBER, kept, dropped)]
    digests = [row.digest for row in rows]
    assert owed(world) == {kept.pk: (1, 1, 20), dropped.pk: (2, 2, 40)}
    merged(world, proposal)
    assert owed(world) == {kept.pk: (1, 1, 20)}
    assert unpaid_months([kept.pk], TODAY) == {kept.pk: 1}
    year = {row.month: (row.assessed, row.paid, row.left) for row in ledger.year_of(kept, 2026) if row.kind}
    assert year == {SEPTEMBER: (20, 20, 0), OCTOBER: (20, 0, 20)}
    sheet = dict(branch_year(world.a1, 2026))
    assert list(sheet).count(kept.name) == 1
    assert len(branch_year(world.a1, 2026)) == len(world.members_a1)
    for row, digest in zip(rows, digests, strict=True):
        row.refresh_from_db()
        assert row.digest == digest
        assert len(book(row).rows) == len(world.members_a1) + 1, "the sheet names both, as it was sealed"
    assert verify_seals().broken is None
    parted(world, proposal)
    assert owed(world) == {kept.pk: (1, 1, 20), dropped.pk: (2, 2, 40)}


def test_what_was_paid_under_the_dropped_record_stands_in_the_account_and_the_booklet(world: World) -> None:
    proposal = twice(world)
    kept, dropped = proposal.kept, proposal.dropped
    sealed(world, OCTOBER, kept)
    merged(world, proposal)
    assert kept.pk not in owed(world)
    page = world.client("secretary_a1").get(reverse("dues:account", args=[kept.pk])).content.decode()
    assert "2026年10月" in page
    assert "没有交款记录" not in page
    line = booklet([kept.pk])[kept.pk][0]
    assert (line.on, line.fields[:2]) == (date(2026, 10, 31), ("0.20", "0.20"))
    assert Payment.objects.get(month=OCTOBER, member__in=(kept, dropped)).member == dropped


def test_points_of_sealed_months_are_in_the_year_of_the_person_and_once_a_month(world: World) -> None:
    proposal = twice(world)
    kept, dropped = proposal.kept, proposal.dropped
    sealed(world, SEPTEMBER)
    sealed(world, OCTOBER, kept)
    before = totals([kept.pk], 2026)[kept.pk]
    merged(world, proposal)
    after = totals([kept.pk], 2026)[kept.pk]
    assert Entry.objects.filter(member=dropped, item="M02").count() == 2
    assert after.total == before.total + 10 + 5, "October was paid after all; September counts once"


def test_a_month_sealed_under_one_record_is_not_owed_again_under_the_other(world: World) -> None:
    proposal = merge_proposal(world)
    for clerk in ("secretary_a1", "secretary_a2"):
        members.consent_merge(by=world.scope(clerk), proposal=proposal, on=TODAY)
    proposal.refresh_from_db()
    kept, dropped = proposal.kept, proposal.dropped
    by = world.scope("county_organizer")
    months.open_months(by=by, month=OCTOBER, organization=world.county, on=TODAY)
    row = submitted(
        world, BranchMonth.objects.get(branch=world.a2, month=OCTOBER), who="secretary_a2", on=TODAY
    )
    months.seal_month(by=world.scope("organizer_ashi"), branch_month=row, on=TODAY)
    merged(world, proposal)
    months.open_months(by=by, month=OCTOBER, organization=world.county, on=TODAY)
    assert not Due.objects.filter(member=kept, month=OCTOBER).exists()
    assert kept.pk not in owed(world)
    with pytest.raises(Refused, match="党费记在"):
        dues.record_payments(
            by=world.scope("secretary_a1"), branch=world.a1, entries=[entry(kept, month=OCTOBER)], on=TODAY
        )
    a1 = submitted(world, BranchMonth.objects.get(branch=world.a1, month=OCTOBER), on=TODAY)
    months.seal_month(by=world.scope("organizer_ashi"), branch_month=a1, on=TODAY)
    year = [(each.month, each.paid) for each in ledger.year_of(kept, 2026) if each.kind]
    assert year == [(OCTOBER, 20)]
    parted(world, proposal)
    assert [each.paid for each in ledger.year_of(dropped, 2026) if each.kind] == [20]


def test_who_came_under_either_record_came_in_the_year_of_the_person(world: World) -> None:
    proposal = twice(world)
    kept, dropped = proposal.kept, proposal.dropped
    theme_day(world)
    months.open_months(by=world.scope("secretary_a1"), month=OCTOBER, organization=world.a1, on=TODAY)
    row = BranchMonth.objects.get(branch=world.a1, month=OCTOBER)
    meeting = str(book(row).held[0].pk)
    entered(world, row, kept, {"status": "absent"}, cell=meeting, on=TODAY)
    months.seal_month(
        by=world.scope("organizer_ashi"), branch_month=submitted(world, row, on=TODAY), on=TODAY
    )
    merged(world, proposal)
    assert set(Attendance.objects.values_list("member", flat=True)) >= {kept.pk, dropped.pk}
    assert [line.status for line in year_of(kept, 2026).lines] == ["present"]
    assert verify_seals().broken is None


def test_hours_of_a_meeting_under_either_record_are_the_persons_and_count_once(world: World) -> None:
    proposal = twice(world)
    kept, dropped = proposal.kept, proposal.dropped
    meetings.enter_held_meetings(
        by=world.scope("secretary_a1"),
        meetings=[
            HeldMeeting(world.a1, "party_class", date(2026, 10, 8), study_tenths=20),
            HeldMeeting(
                world.a1,
                "party_class",
                date(2026, 10, 20),
                study_tenths=15,
                exceptions={kept.pk: ("absent", "")},
            ),
        ],
        on=TODAY,
    )
    sealed(world, OCTOBER)
    merged(world, proposal)
    year = member_year(kept, 2026)
    assert [line.meeting.study_tenths for line in year.meetings] == [15, 20]
    assert year.hours.counted == 35
    assert hours_of([kept], 2026)[kept.pk].counted == 35
    parted(world, proposal)
    assert hours_of([kept, dropped], 2026)[kept.pk].counted == 20
