"""Study hours of both ledgers: one total a year, a note at the review, points at the close."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.world import TODAY, World, make_member
from zhibu.core.access import Refused
from zhibu.education import actions as education
from zhibu.education.models import StudyRecord
from zhibu.education.rules.entries import Entry, Mode
from zhibu.meetings import actions as meetings
from zhibu.meetings.actions import HeldMeeting, enter_held_meetings
from zhibu.members.models import Member, PostHolding
from zhibu.members.rules.stages import BranchPost
from zhibu.months.models import BranchMonth
from zhibu.months.summaries.book import read_book
from zhibu.months.summaries.seals import verify_seals
from zhibu.months.tests.month_steps import sealed
from zhibu.points import actions as points
from zhibu.points.models import Account, PointsLock
from zhibu.points.models import Entry as PointsEntry
from zhibu.reviews.actions import reviews as actions
from zhibu.reviews.actions.reviews import STUDY_ITEM
from zhibu.reviews.rules import Asked, Result, doubts, notes
from zhibu.reviews.summaries.reviews import facts_of, page_of
from zhibu.reviews.summaries.study import hours_of, member_year
from zhibu.reviews.tests.test_reviews import GOOD, YEAR, a_year, seen

pytestmark = pytest.mark.dated

PAST = date(YEAR, 6, 5)


def past(
    world: World,
    tenths: int,
    member: Member,
    *,
    subject: str = "党员轮训",
    mode: Mode = Mode.CENTRALIZED_CLASS,
) -> None:
    """Hours of 2025, entered in its open year."""
    education.record_study(
        by=world.scope("secretary_a1"),
        branch=world.a1,
        entry=Entry(mode, subject, PAST, tenths, "签到表", days=5),
        member_ids=[member.pk],
        operation=uuid4(),
        on=TODAY,
    )


def test_a_meeting_counts_for_who_came_without_being_entered_again(world: World) -> None:
    first, second, third = world.members_a1
    enter_held_meetings(
        by=world.scope("secretary_a1"),
        meetings=[
            HeldMeeting(
                world.a1,
                "party_class",
                date(2026, 11, 3),
                study_tenths=20,
                exceptions={second.pk: ("online", ""), third.pk: ("absent", "")},
            ),
            HeldMeeting(world.a1, "theme_party_day", date(2026, 11, 4)),
        ],
        on=TODAY,
    )
    education.record_study(
        by=world.scope("secretary_a1"),
        branch=world.a1,
        entry=Entry(Mode.NIGHT_SCHOOL, "惠农政策", date(2026, 11, 5), 15, "签到表"),
        member_ids=[first.pk],
        operation=uuid4(),
        on=TODAY,
    )
    hours = hours_of(world.members_a1, 2026)
    assert [hours[member.pk].counted for member in world.members_a1] == [35, 20, 0]
    assert [line.meeting.kind for line in member_year(first, 2026).meetings] == ["party_class"]
    pages = world.client("secretary_a1")
    listed = pages.get(reverse("reviews:organization_study", args=[world.a1.pk])).content.decode()
    assert "差28.5" in listed
    own = world.client("member_a1").get(reverse("reviews:member_study", args=[first.pk])).content.decode()
    assert "惠农政策" in own
    assert reverse("education:sessions", args=[world.a1.pk]) not in own


def test_a_canceled_meeting_brings_nothing(world: World) -> None:
    by = world.scope("secretary_a1")
    meeting = meetings.plan_meeting(
        by=by, branch=world.a1, kind="party_class", day=date(2026, 11, 3), on=TODAY
    )
    meetings.hold_meeting(by=by, meeting=meeting, on=TODAY, study_tenths=20)
    meetings.cancel_meeting(by=by, meeting=meeting, on=TODAY)
    assert all(not each.counted for each in hours_of(world.members_a1, 2026).values())


def test_targets_are_by_post_month_of_joining_and_class(world: World) -> None:
    first, second, third = world.members_a1
    PostHolding.objects.create(
        member=first, organization=world.a1, post="secretary", from_date=date(2020, 1, 1)
    )
    Account.objects.create(member=second, year=2026, member_class="C", base=600)
    new = make_member(
        branch=world.a1, join_date=date(2026, 7, 2), confirmation_date=None, stage="probationary"
    )
    hours = hours_of([first, second, third, new], 2026)
    assert [hours[each.pk].target for each in (first, second, third, new)] == [560, 0, 320, 160]


@pytest.mark.parametrize("post", list(BranchPost))
def test_everyone_on_the_branch_committee_is_asked_for_56_hours_and_a_class(world: World, post: str) -> None:
    member = world.members_a1[0]
    PostHolding.objects.create(member=member, organization=world.a1, post=post, from_date=date(2020, 1, 1))
    leads = post != "group_leader"
    past(world, 400, member, subject="夜校", mode=Mode.NIGHT_SCHOOL)
    found = hours_of([member], YEAR)[member.pk]
    assert (found.target, found.lacks_class, found.is_short) == (560 if leads else 320, leads, leads)
    past(world, 160, member)
    found = hours_of([member], YEAR)[member.pk]
    assert (found.lacks_class, found.is_short) == (False, False)


def test_the_class_is_a_note_of_the_review_and_on_the_pages(world: World) -> None:
    a_year(world)
    member = world.members_a1[0]
    PostHolding.objects.create(
        member=member, organization=world.a1, post="publicity_member", from_date=date(2020, 1, 1)
    )
    past(world, 400, member, mode=Mode.NIGHT_SCHOOL)
    past(world, 160, member, mode=Mode.NIGHT_SCHOOL, subject="秋季夜校")
    facts = facts_of(world.members_a1, YEAR)[member.pk]
    assert (facts.study, facts.study_target, facts.lacks_class) == (560, 560, True)
    assert [str(each) for each in notes(facts, Asked())] == ["没有参加集中培训"]
    assert "没有参加集中培训" in [str(each) for each in doubts(facts, Asked(study=True))]
    url = reverse("reviews:organization_study", args=[world.a1.pk])
    shown = world.client("secretary_a1").get(url, {"year": YEAR}).content.decode()
    assert "差集中培训" in shown
    assert "支部书记和支部委员56.0学时" in shown


def test_distance_education_counts_up_to_half_of_the_target(world: World) -> None:
    member = world.members_a1[0]
    past(world, 300, member, mode=Mode.DISTANCE_EDUCATION)
    past(world, 40, member)
    hours = hours_of([member], YEAR)[member.pk]
    assert (hours.earned, hours.counted, hours.not_counted, hours.left) == (340, 200, 140, 120)


def test_missing_hours_are_a_note_and_unclear_only_where_the_county_says_so() -> None:
    short = replace(GOOD, study=185, study_target=320)
    assert doubts(short, Asked()) == []
    assert [str(each) for each in notes(short, Asked())] == ["学时差13.5"]
    assert [str(each) for each in doubts(short, Asked(study=True))] == ["学时差13.5"]
    assert notes(short, Asked(study=True)) == []
    assert notes(replace(GOOD, study=320, study_target=320), Asked()) == []


def test_the_review_is_filled_with_the_hours(world: World) -> None:
    a_year(world)
    past(world, 185, world.members_a1[0])
    facts = facts_of(world.members_a1, YEAR)[world.members_a1[0].pk]
    assert (facts.study, facts.study_target, facts.strip) == (185, 320, "p" * 12)
    page = page_of(world.scope("organizer_ashi"), world.a1, YEAR, on=TODAY)
    assert page is not None
    assert world.members_a1[0] in [line.member for line in page.clear]
    shown = world.client("organizer_ashi").get(
        reverse("reviews:organization_reviews", args=[world.a1.pk]), {"year": YEAR}
    )
    assert "18.5/32.0" in shown.content.decode()
    assert "学时差13.5" in shown.content.decode()


def test_closing_the_year_posts_points_for_the_share_of_the_hours(world: World) -> None:
    a_year(world)
    first, second, third = world.members_a1
    past(world, 160, first)
    past(world, 320, second)
    past(world, 80, second, subject="另一期")
    organizer = world.scope("organizer_ashi")
    BranchMonth.objects.create(branch=world.a1, month=202512, state="sealed", digest="a" * 64)
    PointsLock.objects.create(branch=world.a1, month=202512, locked_at=datetime(2026, 1, 9, tzinfo=UTC))
    actions.review_clear(by=organizer, organization=world.a1, year=YEAR, seen=seen(world), on=TODAY)
    actions.review_member(
        by=organizer, member=third, year=YEAR, result=Result.DEFERRED, reason="补交后再审", on=TODAY
    )
    closed = actions.close_year(by=organizer, organization=world.a1, year=YEAR, on=TODAY)
    posted = PointsEntry.objects.filter(item=STUDY_ITEM).order_by("tenths")
    assert list(posted.values_list("member_id", "tenths", "month", "source", "state")) == [
        (first.pk, 15, 202512, "study", "approved"),
        (second.pk, 30, 202512, "study", "approved"),
    ]
    totals = dict(Account.objects.filter(year=YEAR).values_list("member_id", "total"))
    assert (totals[first.pk], totals[second.pk], totals[third.pk]) == (615, 630, 600)
    assert closed.census["study"] == {"asked": 3, "reached": 1, "tenths": 560}
    assert actions.close_year(by=organizer, organization=world.a1, year=YEAR, on=TODAY).pk == closed.pk
    assert posted.count() == 2
    # What comes later counts in the open year.
    past(world, 80, first, subject="补登的一期")
    assert StudyRecord.objects.get(subject="补登的一期").year == 2026


def test_points_of_the_close_leave_a_sealed_december_as_it_was(world: World) -> None:
    sealed(world, month=202512, on=date(2026, 1, 6))
    assert verify_seals().broken is None
    fact = points.AutomaticFact(world.members_a1[0].pk, STUDY_ITEM, date(2025, 12, 31), "study", "x", 30)
    posting = points.Posting(world.a1, [fact], timezone.now())
    assert (
        points.post_year_end(by=world.scope("organizer_ashi"), year=YEAR, postings=[posting], on=TODAY) == 1
    )
    assert verify_seals().broken is None
    # Nor does a seal that is set anew after an exception take them in.
    row = BranchMonth.objects.get(month=202512)
    assert [entry.item for entry in read_book(row).entries if entry.item == STUDY_ITEM] == []


def test_the_year_end_posts_what_single_posting_would(world: World) -> None:
    keys = (
        "member_id",
        "branch_id",
        "month",
        "item",
        "tenths",
        "fact_on",
        "source",
        "source_key",
        "state",
        "recorder",
        "approver",
    )
    facts = [
        points.AutomaticFact(member.pk, STUDY_ITEM, date(2025, 12, 31), "study", f"{member.pk}:2025", tenths)
        for member, tenths in zip(world.members_a1, (15, 30, 99), strict=True)
    ]
    committee = world.scope("organizer_ashi")
    assert points.post_automatic(by=committee, branch=world.a1, month=202512, facts=facts, on=TODAY) == 3
    single = list(PointsEntry.objects.order_by("member").values_list(*keys))
    PointsEntry.objects.all().delete()
    posting = points.Posting(world.a1, facts, datetime(2026, 11, 24, tzinfo=UTC))
    assert points.post_year_end(by=committee, year=2025, postings=[posting], on=TODAY) == 3
    assert points.post_year_end(by=committee, year=2025, postings=[posting], on=TODAY) == 0
    assert list(PointsEntry.objects.order_by("member").values_list(*keys)) == single
    with pytest.raises(Refused, match="还没有过完"):
        points.post_year_end(by=committee, year=2026, postings=[posting], on=TODAY)
