"""The list of an annual review is that of the year's last day, whatever has happened since."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests.days import ago
from tests.things import printed
from tests.world import NOW, TODAY, World, make_member
from zhibu.certificates.models import Certificate
from zhibu.core.access import Denied, Refused, Scope
from zhibu.members.models import Member
from zhibu.members.rules.events import EventKind
from zhibu.members.summaries.history import History, with_then
from zhibu.mobility.actions.lost import log_search, open_case
from zhibu.mobility.actions.matters import enter_event, settle_event
from zhibu.mobility.tests.cases import entry
from zhibu.mobility.tests.transfer_steps import issued, receive
from zhibu.organizations.models import Organization
from zhibu.reviews.actions import reviews as actions
from zhibu.reviews.models import Review
from zhibu.reviews.rules import Result
from zhibu.reviews.summaries.reviewable import to_review
from zhibu.reviews.summaries.reviews import page_of, unit_lines

YEAR = TODAY.year - 1
SINCE = max(ago(20), date(TODAY.year, 1, 1))


def happened(member: Member, kind: EventKind, *, on: date = SINCE, **facts: object) -> None:
    """Entered and, where it waits, approved on that day, by itself one of this year."""
    event = enter_event(
        by=Scope.system("登记"), member=member, entry=entry(kind, decided_on=on, **facts), on=TODAY
    )
    if event.state == "proposed":
        settle_event(by=Scope.system("批准"), event=event, approve=True, settled_on=on, document="", on=TODAY)


def with_certificate(member: Member, state: str = "active") -> Member:
    Certificate.objects.create(
        member=member,
        number=f"{member.pk:010d}"[-10:],
        state=state,
        approved_on=TODAY,
        approved_by="王芳",
        approved_at=NOW,
    )
    return member


def moved(world: World, member: Member) -> None:
    """To B1, of the other township, this year."""
    receive(world, issued(world, member, on=SINCE), received_on=SINCE)


def listed(world: World, who: str, place: Organization, year: int = YEAR) -> set[int]:
    return {member.pk for member in to_review(world.scope(who), place, year)}


def test_who_left_or_was_suspended_since_is_on_the_list_and_who_came_since_is_not(world: World) -> None:
    printed(world)
    dead, suspended, leaver = world.members_a1
    newcomer = with_certificate(make_member(branch=world.a1, arrived_on=SINCE))
    joined = with_certificate(
        make_member(branch=world.a1, stage="probationary", join_date=SINCE, confirmation_date=None)
    )
    happened(dead, EventKind.DIE)
    happened(suspended, EventKind.SUSPEND_STANDING)
    moved(world, leaver)
    everyone = {dead.pk, suspended.pk, leaver.pk}
    assert listed(world, "organizer_ashi", world.a1) == everyone
    assert listed(world, "organizer_bashi", world.b1) == set()
    assert listed(world, "organizer_ashi", world.a1, TODAY.year) == {newcomer.pk, joined.pk}
    assert listed(world, "organizer_bashi", world.b1, TODAY.year) == {leaver.pk}
    lines = unit_lines(world.scope("county_organizer"), world.county, YEAR)
    assert {line.organization.pk: line.members for line in lines} == {world.ashi.pk: 3}


def test_who_was_suspended_or_lost_on_the_last_day_is_not_on_the_list_though_found_since(
    world: World,
) -> None:
    printed(world)
    suspended, lost, stays = world.members_a1
    last = date(YEAR, 12, 31)
    happened(suspended, EventKind.SUSPEND_STANDING, on=last)
    by = Scope.system("登记")
    case = open_case(by=by, member=lost, last_contact_on=last - timedelta(days=300), on=last)
    log_search(by=by, case=case, day=last, way="phone", who="卢玉", result="家人也联系不上", on=last)
    happened(lost, EventKind.FLAG_LOST_CONTACT, on=last, since=last - timedelta(days=300))
    happened(suspended, EventKind.RESTORE_STANDING)
    happened(lost, EventKind.CONTACT_REGAINED)
    assert listed(world, "organizer_ashi", world.a1) == {stays.pk}
    assert listed(world, "organizer_ashi", world.a1, TODAY.year) == {suspended.pk, lost.pk, stays.pk}


def test_the_committee_of_that_day_reviews_who_has_moved_since_and_the_new_one_does_not(world: World) -> None:
    printed(world)
    member = world.members_a1[2]
    moved(world, member)
    url = reverse("reviews:member_review", args=[member.pk])
    data = {"year": YEAR, "result": "passed", "reason": ""}
    assert world.client("organizer_ashi").post(url, data).status_code == 303
    row = Review.objects.get(member=member, year=YEAR)
    assert (row.branch_id, row.result) == (world.a1.pk, "passed")
    with pytest.raises(Denied):
        actions.review_member(
            by=world.scope("organizer_bashi"),
            member=member,
            year=YEAR,
            result=Result.FAILED,
            reason="没有参加",
            on=TODAY,
        )
    page = page_of(world.scope("organizer_ashi"), world.a1, YEAR, on=TODAY)
    assert page is not None
    assert [line.member.pk for line in page.done] == [member.pk]
    assert [line.member.branch for line in page.done] == [world.a1]
    assert world.client("organizer_ashi").get(url, {"year": YEAR}).status_code == 200
    assert world.client("organizer_ashi").get(url, {"year": TODAY.year}).status_code == 404


def test_who_was_not_there_on_the_last_day_is_refused_with_the_day(world: World) -> None:
    newcomer = with_certificate(make_member(branch=world.a1, arrived_on=SINCE))
    with pytest.raises(Refused, match="不参加") as refusal:
        actions.review_member(
            by=world.scope("organizer_ashi"),
            member=newcomer,
            year=YEAR,
            result=Result.PASSED,
            reason="",
            on=TODAY,
        )
    assert refusal.value.params["day"] == date(YEAR, 12, 31)


def test_the_condition_and_the_history_tell_the_same_of_any_day(world: World) -> None:
    printed(world)
    dead, suspended, leaver = world.members_a1
    happened(dead, EventKind.DIE)
    happened(suspended, EventKind.SUSPEND_STANDING)
    moved(world, leaver)
    for day in (SINCE - timedelta(days=1), SINCE, TODAY):
        history = History(day)
        told = with_then(Member.objects.all(), on=day).values_list("pk", "branch_then", "standing_then")
        assert {pk: (branch, standing) for pk, branch, standing in told} == {
            pk: (then.branch_id, then.standing)
            for pk in history.now
            if (then := history.then(pk, day)) is not None
        }
