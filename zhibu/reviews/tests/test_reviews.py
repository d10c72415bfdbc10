"""年审: clear ones in a batch after the unclear ones were seen, exceptions one by one, and a year that closes."""

from datetime import date

import pytest
from django.urls import reverse

from tests.days import day_in, dotted
from tests.things import printed
from tests.world import NOW, TODAY, World, make_member
from zhibu.certificates import actions as certificates
from zhibu.certificates.models import Certificate
from zhibu.core.access import Denied, Refused
from zhibu.dues.models import Due
from zhibu.meetings.models import Appraisal, Meeting
from zhibu.members.models import Member
from zhibu.months.models import BranchMonth
from zhibu.points.models import Account
from zhibu.reviews.actions import reviews as actions
from zhibu.reviews.models import Review, YearClose
from zhibu.reviews.rules import Asked, Facts, Result, doubts, seen_mark
from zhibu.reviews.summaries.booklet_lines import reviews as stamps
from zhibu.reviews.summaries.reviewable import not_reviewed_for_two_years
from zhibu.reviews.summaries.reviews import page_of

YEAR = 2025
GOOD = Facts("full", "active", 12, 12, 0, 880, "three_star", False, "qualified", 0, 0, 0, 1)


def a_year(world: World) -> None:
    """2025 of A1: everybody's twelve months were exempt, everybody was graded; the third owes one month."""
    printed(world)
    certificates.hand_over(
        by=world.scope("organizer_ashi"), organization=world.a1, handed_over_on=TODAY, receiver="", on=TODAY
    )
    meeting = Meeting.objects.create(
        branch=world.a1,
        kind="democratic_appraisal",
        month=202512,
        on=date(2025, 12, 10),
        title="民主评议",
        by="test",
        at=NOW,
    )
    for member in world.members_a1:
        Due.objects.bulk_create(
            Due(member=member, branch=world.a1, month=YEAR * 100 + n, kind="exempt") for n in range(1, 13)
        )
        Appraisal.objects.create(meeting=meeting, member=member, year=YEAR, grade="qualified")
    owing = Due.objects.get(member=world.members_a1[2], month=202510)
    owing.kind, owing.amount = "due", 20
    owing.save()


def seen(world: World, name: str = "organizer_ashi") -> str:
    """What the page of A1 shows as unclear."""
    page = page_of(world.scope(name), world.a1, YEAR, on=TODAY)
    assert page is not None
    return seen_mark([line.member.pk for line in page.unclear])


def test_clear_ones_pass_in_a_batch_and_the_others_wait_for_a_person(world: World) -> None:
    a_year(world)
    organizer = world.scope("organizer_ashi")
    page = page_of(organizer, world.a1, YEAR, on=TODAY)
    assert page is not None
    assert [line.member for line in page.unclear] == [world.members_a1[2]]
    assert [str(each) for each in page.unclear[0].doubts] == ["党费欠1个月"]
    assert (
        actions.review_clear(by=organizer, organization=world.a1, year=YEAR, seen=seen(world), on=TODAY) == 2
    )
    assert (
        actions.review_clear(by=organizer, organization=world.a1, year=YEAR, seen=seen(world), on=TODAY) == 0
    )
    assert Review.objects.filter(result="passed", is_clear=True).count() == 2


def test_the_batch_is_refused_when_the_unclear_ones_have_changed(world: World) -> None:
    a_year(world)
    mark = seen(world)
    Appraisal.objects.filter(member=world.members_a1[0]).update(grade="basic")
    with pytest.raises(Refused, match="名单刚有变化"):
        actions.review_clear(
            by=world.scope("organizer_ashi"), organization=world.a1, year=YEAR, seen=mark, on=TODAY
        )
    assert not Review.objects.exists()


def test_a_deferral_needs_a_reason_and_is_kept_when_it_is_decided_anew(world: World) -> None:
    a_year(world)
    organizer = world.scope("organizer_ashi")
    member = world.members_a1[2]
    with pytest.raises(Refused, match="要写明理由"):
        actions.review_member(
            by=organizer, member=member, year=YEAR, result=Result.DEFERRED, reason="", on=TODAY
        )
    first = actions.review_member(
        by=organizer,
        member=member,
        year=YEAR,
        result=Result.DEFERRED,
        reason="十月党费未交，补交后再审",
        on=TODAY,
    )
    assert not first.is_clear
    again = actions.review_member(
        by=organizer, member=member, year=YEAR, result=Result.PASSED, reason="已补交", on=TODAY
    )
    assert (again.pk, again.result) == (first.pk, "passed")
    assert [each["result"] for each in again.facts["earlier"]] == ["deferred"]


def test_only_the_committee_reviews_and_a_review_changes_no_right(world: World) -> None:
    a_year(world)
    member = world.members_a1[2]
    for name in ("secretary_a1", "organizer_bashi", "inspector"):
        with pytest.raises(Denied):
            actions.review_member(
                by=world.scope(name), member=member, year=YEAR, result=Result.PASSED, reason="", on=TODAY
            )
    actions.review_member(
        by=world.scope("organizer_ashi"),
        member=member,
        year=YEAR,
        result=Result.FAILED,
        reason="全年不参加组织生活",
        on=TODAY,
    )
    after = Member.objects.get(pk=member.pk)
    assert (after.stage, after.standing) == ("full", "active")


def test_the_review_of_this_year_begins_in_december(world: World) -> None:
    a_year(world)
    with pytest.raises(Refused, match="从12月开始"):
        actions.review_clear(
            by=world.scope("organizer_ashi"),
            organization=world.a1,
            year=TODAY.year,
            seen="",
            on=day_in(TODAY.year * 100 + 11, 24),
        )


def test_a_year_closes_when_all_is_sealed_and_reviewed_and_then_stays(world: World) -> None:
    a_year(world)
    organizer = world.scope("organizer_ashi")
    row = BranchMonth.objects.create(branch=world.a1, month=202512, state="submitted")
    with pytest.raises(Refused, match="还有1个支部月没有封存"):
        actions.close_year(by=organizer, organization=world.a1, year=YEAR, on=TODAY)
    row.state, row.digest = "sealed", "a" * 64
    row.save()
    with pytest.raises(Refused, match="还有3本党员证没有年审"):
        actions.close_year(by=organizer, organization=world.a1, year=YEAR, on=TODAY)
    actions.review_clear(by=organizer, organization=world.a1, year=YEAR, seen=seen(world), on=TODAY)
    actions.review_member(
        by=organizer,
        member=world.members_a1[2],
        year=YEAR,
        result=Result.DEFERRED,
        reason="补交后再审",
        on=TODAY,
    )
    closed = actions.close_year(by=organizer, organization=world.a1, year=YEAR, on=TODAY)
    assert closed.census["reviews"] == {"passed": 2, "deferred": 1}
    assert closed.census["members"]["all"] == 3
    assert Account.objects.filter(year=YEAR).exclude(closed_on=None).count() == 3
    assert actions.close_year(by=organizer, organization=world.a1, year=YEAR, on=TODAY).pk == closed.pk
    with pytest.raises(Refused, match="已经结账"):
        actions.review_member(
            by=organizer, member=world.members_a1[2], year=YEAR, result=Result.PASSED, reason="", on=TODAY
        )
    assert YearClose.objects.count() == 1


def test_this_year_cannot_be_closed_yet(world: World) -> None:
    with pytest.raises(Refused, match="还没有过完"):
        actions.close_year(by=world.scope("organizer_ashi"), organization=world.a1, year=TODAY.year, on=TODAY)


def test_two_years_without_a_review_are_flagged(world: World) -> None:
    a_year(world)
    flagged = not_reviewed_for_two_years(world.scope("organizer_ashi"), world.a1, YEAR)
    assert flagged.count() == 3
    actions.review_clear(
        by=world.scope("organizer_ashi"), organization=world.a1, year=YEAR, seen=seen(world), on=TODAY
    )
    assert list(flagged) == [world.members_a1[2]]


def test_the_stamp_of_the_booklet_says_what_the_review_says(world: World) -> None:
    a_year(world)
    actions.review_clear(
        by=world.scope("organizer_ashi"), organization=world.a1, year=YEAR, seen=seen(world), on=TODAY
    )
    pk = world.members_a1[0].pk
    [line] = stamps([pk])[pk]
    assert line.fields == ("合格", dotted(TODAY))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"certificate_state": "held"}, "不是有效状态"),
        ({"paid": 10}, "党费欠2个月"),
        ({"unrecorded": 3}, "有3个月没有月记"),
        ({"grade": "below_base"}, "积分低于基础分"),
        ({"veto": True}, "一票否决"),
        ({"appraisal": "basic"}, "等次较低"),
        ({"appraisal": ""}, "没有民主评议等次"),
        ({"penalties": 1}, "处分或处置"),
        ({"findings": 2}, "2个问题"),
        ({"cases": 1}, "追究或收回"),
    ],
)
def test_each_doubt_is_told(change: dict[str, object], told: str) -> None:
    facts = Facts(**{**{name: getattr(GOOD, name) for name in GOOD.__slots__}, **change})
    assert [told in str(each) for each in doubts(facts, Asked())] == [True]
    assert doubts(GOOD, Asked()) == []


def test_the_pages_show_the_unclear_first_and_print_the_sheet(world: World) -> None:
    a_year(world)
    client = world.client("organizer_ashi")
    url = reverse("reviews:organization_reviews", args=[world.a1.pk])
    page = client.get(url, {"year": YEAR}).content.decode()
    assert "要逐人审的1本看过了，其余2本通过" in page
    first, *others = [
        page.index(f">{member.name}<") for member in (world.members_a1[2], *world.members_a1[:2])
    ]
    assert first < min(others)
    assert "党费欠1个月" in page
    answer = client.post(
        reverse("reviews:reviews_clear", args=[world.a1.pk]), {"year": YEAR, "seen": seen(world)}
    )
    assert answer.status_code == 303
    assert Review.objects.count() == 2
    sheet = client.get(reverse("reviews:reviews_print", args=[world.a1.pk]), {"year": YEAR})
    assert sheet.content[:4] == b"%PDF"
    mine = world.client("member_a1").get(reverse("reviews:review_panel", args=[world.members_a1[0].pk]))
    assert "2025年" in mine.content.decode()


def test_the_list_is_turned_page_by_page_and_the_batch_takes_all_pages(world: World) -> None:
    a_year(world)
    more = [make_member(branch=world.a1) for _ in range(60)]
    for n, member in enumerate(more):
        Certificate.objects.create(
            member=member,
            number=f"00900{n + 500:04d}0",
            state="active",
            approved_on=TODAY,
            approved_by="王芳",
            approved_at=NOW,
        )
        Due.objects.bulk_create(
            Due(member=member, branch=world.a1, month=YEAR * 100 + m, kind="exempt") for m in range(1, 13)
        )
        Appraisal.objects.create(meeting=Meeting.objects.get(), member=member, year=YEAR, grade="qualified")
    client, url = world.client("organizer_ashi"), reverse("reviews:organization_reviews", args=[world.a1.pk])
    page = client.get(url, {"year": YEAR}).content.decode()
    assert "其余62本通过" in page
    assert page.count('class="nw lead') == 50
    assert client.get(url, {"year": YEAR, "page": 2}).content.decode().count('class="nw lead') == 13
    client.post(reverse("reviews:reviews_clear", args=[world.a1.pk]), {"year": YEAR, "seen": seen(world)})
    assert Review.objects.count() == 62
    passed = client.get(url, {"year": str(YEAR), "show": "passed"}).content.decode()
    assert passed.count('class="nw lead') == 50
    assert (
        client.get(url, {"year": str(YEAR), "show": "unclear"}).content.decode().count('class="nw lead') == 1
    )


def test_who_has_a_result_is_shown_with_what_the_reviewer_had(world: World) -> None:
    a_year(world)
    organizer, member = world.scope("organizer_ashi"), world.members_a1[2]
    actions.review_member(
        by=organizer, member=member, year=YEAR, result=Result.DEFERRED, reason="补交后再审", on=TODAY
    )
    Due.objects.filter(member=member, month=202510).update(kind="exempt", amount=0)
    page = page_of(organizer, world.a1, YEAR, on=TODAY)
    assert page is not None
    [line] = page.done
    assert (line.facts.paid, line.facts.months, line.facts.strip[9]) == (11, 12, "o")


def test_the_reviewer_returns_to_the_list_of_the_unit(world: World) -> None:
    a_year(world)
    client, member = world.client("organizer_ashi"), world.members_a1[2]
    url = reverse("reviews:member_review", args=[member.pk])
    assert (
        f'name="unit" value="{world.ashi.pk}"'
        in client.get(url, {"year": YEAR, "unit": world.ashi.pk}).content.decode()
    )
    sent = {"year": YEAR, "result": "passed", "reason": ""}
    answer = client.post(url, sent | {"unit": world.ashi.pk})
    assert (
        answer["Location"] == reverse("reviews:organization_reviews", args=[world.ashi.pk]) + f"?year={YEAR}"
    )
    elsewhere = client.post(url, sent | {"unit": world.bashi.pk})
    assert elsewhere["Location"].startswith(reverse("reviews:organization_reviews", args=[world.a1.pk]))
