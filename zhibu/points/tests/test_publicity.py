"""The month's list, objections and their recheck."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from tests.things import post_holding
from tests.world import TODAY, World
from zhibu.core.access import Denied, Refused
from zhibu.points import actions
from zhibu.points.actions import AutomaticFact
from zhibu.points.models import Entry, Objection, Publicity
from zhibu.points.tests import cases
from zhibu.points.tests.cases import total_of

pytestmark = pytest.mark.dated

TEXT = "那天我在场，签到表上有"
RESULT = "查了签到表，没有签字"


def test_a_month_is_published_once_for_five_days_from_the_next_day(world: World) -> None:
    by = world.scope("secretary_a1")
    row = actions.publish_month(by=by, branch=world.a1, month=202610, on=TODAY)
    assert (row.published_on, row.until) == (TODAY, date(2026, 11, 30))
    again = actions.publish_month(by=by, branch=world.a1, month=202610, on=TODAY + timedelta(days=3))
    assert again.pk == row.pk
    assert Publicity.objects.count() == 1


def test_a_month_that_is_not_over_or_has_entries_waiting_is_not_published(world: World) -> None:
    by = world.scope("secretary_a1")
    with pytest.raises(Refused, match="2026年11月还没有结束，从2026-12-01起可以公示"):
        actions.publish_month(by=by, branch=world.a1, month=202611, on=TODAY)
    cases.entry(world, fact_on=date(2026, 10, 12), on=date(2026, 11, 5))
    with pytest.raises(Refused, match="2026年10月还有1条积分没有审核"):
        actions.publish_month(by=by, branch=world.a1, month=202610, on=TODAY)
    assert not Publicity.objects.exists()


def test_a_fact_of_a_published_month_counts_in_the_current_one(world: World) -> None:
    on = date(2026, 11, 3)
    actions.publish_month(by=world.scope("secretary_a1"), branch=world.a1, month=202610, on=on)
    assert cases.entry(world, fact_on=date(2026, 10, 20), on=on).month == 202611


def test_the_member_objects_and_someone_else_rechecks(world: World) -> None:
    row = cases.objection(world)
    assert total_of(world.members_a1[0]) == 610
    for person in ("secretary_a1", "organizer_ashi"):
        with pytest.raises(Refused, match="要由别人复核"):
            actions.settle_objection(
                by=world.scope(person), objection=row, is_right=True, result=RESULT, on=TODAY
            )
    done = actions.settle_objection(
        by=world.scope("county_organizer"), objection=row, is_right=True, result=RESULT, on=TODAY
    )
    assert (done.state, done.settled_by) == ("reversed", "王芳")
    assert total_of(world.members_a1[0]) == 600
    reversal = Entry.objects.get(reverses=row.entry)
    assert (reversal.month, reversal.recorder, reversal.approver) == (202611, "吉则日果", "王芳")


def test_an_objection_that_is_not_right_changes_no_points(world: World) -> None:
    row = cases.objection(world)
    by = world.scope("county_organizer")
    actions.settle_objection(by=by, objection=row, is_right=False, result=RESULT, on=TODAY)
    assert total_of(world.members_a1[0]) == 610
    again = actions.settle_objection(by=by, objection=row, is_right=False, result=RESULT, on=TODAY)
    assert again.state == "stands"
    with pytest.raises(Refused, match="已由王芳在2026-11-24复核"):
        actions.settle_objection(
            by=world.scope("county_organizer_2"), objection=row, is_right=True, result=RESULT, on=TODAY
        )


def test_an_objection_after_the_days_of_publicity_is_refused_with_the_way_on(world: World) -> None:
    row = cases.published(world)
    with pytest.raises(
        Refused, match="公示到2026-11-29为止，已经过了。仍有不同意见的，请向支部或者上级党委反映"
    ):
        actions.file_objection(by=world.scope("member_a1"), entry=row, text=TEXT, on=date(2026, 11, 30))
    actions.file_objection(by=world.scope("member_a1"), entry=row, text=TEXT, on=date(2026, 11, 29))


def test_an_objection_before_publicity_is_refused(world: World) -> None:
    row = cases.approved(world, member=world.members_a1[0])
    with pytest.raises(Refused, match="还没有公示"):
        actions.file_objection(by=world.scope("member_a1"), entry=row, text=TEXT, on=TODAY)


def test_one_objection_is_open_at_a_time_and_a_double_click_files_one(world: World) -> None:
    row = cases.objection(world)
    by = world.scope("member_a1")
    assert actions.file_objection(by=by, entry=row.entry, text=TEXT, on=TODAY).pk == row.pk
    with pytest.raises(Refused, match="正在复核"), transaction.atomic():
        actions.file_objection(by=by, entry=row.entry, text="再说一遍，我在场", on=TODAY)
    assert Objection.objects.count() == 1


def test_nobody_objects_for_a_stranger(world: World) -> None:
    other = cases.published(world, member=world.members_a1[1])
    with pytest.raises(Denied):
        actions.file_objection(by=world.scope("member_a1"), entry=other, text=TEXT, on=TODAY)


def test_automatic_entries_and_the_secretary_are_rechecked_at_the_committee(world: World) -> None:
    member = world.members_a1[0]
    actions.post_automatic(
        by=world.scope("organizer_ashi"),
        branch=world.a1,
        month=202610,
        facts=[AutomaticFact(member.pk, "D01", date(2026, 10, 12), "meetings", "meeting:1")],
        on=TODAY,
    )
    actions.publish_month(by=world.scope("secretary_a1"), branch=world.a1, month=202610, on=TODAY)
    row = actions.file_objection(by=world.scope("member_a1"), entry=Entry.objects.get(), text=TEXT, on=TODAY)
    with pytest.raises(Refused, match="自动记的积分来自支部自己的台账，由上级党委复核"):
        actions.settle_objection(
            by=world.scope("secretary_a1"), objection=row, is_right=True, result=RESULT, on=TODAY
        )
    actions.settle_objection(
        by=world.scope("organizer_ashi"), objection=row, is_right=True, result=RESULT, on=TODAY
    )
    assert total_of(member) == 600


def test_the_secretary_of_the_branch_is_not_rechecked_in_the_branch(world: World) -> None:
    post_holding(world)
    row = cases.entry(
        world,
        member=world.members_a1[0],
        person="organizer_ashi",
        fact_on=date(2026, 10, 12),
        on=date(2026, 11, 5),
    )
    actions.approve_entries(by=world.scope("county_organizer"), entries=[row], on=date(2026, 11, 5))
    actions.publish_month(by=world.scope("secretary_a1"), branch=world.a1, month=202610, on=TODAY)
    filed = actions.file_objection(by=world.scope("member_a1"), entry=row, text=TEXT, on=TODAY)
    with pytest.raises(Refused, match="是支部书记，积分由上级党委复核"):
        actions.settle_objection(
            by=world.scope("secretary_a1"), objection=filed, is_right=True, result=RESULT, on=TODAY
        )


def test_the_list_shows_groups_and_totals_and_no_reasons(world: World) -> None:
    cases.published(world)
    page = world.client("secretary_a1").get(reverse("points:publicity", args=[world.a1.pk, 202610]))
    text = page.content.decode()
    assert "+1.0" in text
    assert "61.0" in text
    assert "志愿服务" not in text
    assert "义务植树" not in text
    assert "名次" in text
