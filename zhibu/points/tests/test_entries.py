"""Entries of points: two people behind each, months, automatic items, reversals."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import transaction

from tests.things import post_holding
from tests.world import TODAY, World, make_member
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Denied, Refused, Scope
from zhibu.members.models import Member
from zhibu.points import actions
from zhibu.points.actions import AutomaticFact
from zhibu.points.models import Account, Entry
from zhibu.points.summaries.locks import is_locked
from zhibu.points.summaries.totals import totals
from zhibu.points.tests.cases import FACT, approved, entry, total_of

pytestmark = pytest.mark.dated


def test_points_count_once_another_person_approved_them(world: World) -> None:
    row = entry(world)
    assert total_of(world.members_a1[1]) == 600
    assert actions.approve_entries(by=world.scope("organizer_ashi"), entries=[row], on=TODAY) == 1
    row.refresh_from_db()
    assert (row.state, row.approver, row.month, row.recorder) == ("approved", "刘洋", 202611, "阿措克布")
    assert total_of(world.members_a1[1]) == 610
    assert AuditRecord.objects.filter(event="points.entries.approved").exists()


def test_the_recorder_never_approves(world: World) -> None:
    row = entry(world)
    with pytest.raises(Refused, match="是您登记的，登记人不能审核"):
        actions.approve_entries(by=world.scope("secretary_a1"), entries=[row], on=TODAY)
    row.refresh_from_db()
    assert row.state == "proposed"


def test_nobody_approves_own_points(world: World) -> None:
    member = world.members_a1[1]
    member.user = world.people["organizer_ashi"]
    member.save()
    row = entry(world)
    with pytest.raises(Refused, match="是您本人的积分"):
        actions.approve_entries(by=world.scope("organizer_ashi"), entries=[row], on=TODAY)
    assert total_of(member) == 600


def test_the_secretary_is_approved_by_the_committee(world: World) -> None:
    post_holding(world)
    row = entry(world, member=world.members_a1[0], person="organizer_ashi")
    with pytest.raises(Refused, match="吉则日果是支部书记，积分由上级党委审核"):
        actions.approve_entries(by=world.scope("secretary_a1"), entries=[row], on=TODAY)
    actions.approve_entries(by=world.scope("county_organizer"), entries=[row], on=TODAY)
    assert total_of(world.members_a1[0]) == 610


def test_what_the_committee_decides_the_branch_does_not_approve(world: World) -> None:
    row = entry(world, item="B08", person="organizer_ashi")
    with pytest.raises(Refused, match="由上级党委审核"):
        actions.approve_entries(by=world.scope("secretary_a1"), entries=[row], on=TODAY)


@pytest.mark.parametrize("item", ["M01", "M02", "M03", "Y01", "Y02", "D01", "D02", "D04"])
def test_automatic_items_are_never_entered_by_hand(world: World, item: str) -> None:
    with pytest.raises(Refused, match="自动记，不能手工登记"):
        entry(world, item=item)
    assert not Entry.objects.exists()


def test_a_double_click_writes_one_entry(world: World) -> None:
    operation = uuid4()
    assert entry(world, operation=operation).pk == entry(world, operation=operation).pk
    with pytest.raises(Refused, match="这次登记已经用过"), transaction.atomic():
        entry(world, operation=operation, item="B04")
    assert Entry.objects.count() == 1


def test_a_monthly_item_is_entered_once_a_month(world: World) -> None:
    entry(world, item="M04")
    with pytest.raises(Refused, match="这一项每月只记一次"):
        entry(world, item="M04", fact_on=date(2026, 11, 20))
    entry(world, item="M04", fact_on=date(2026, 10, 20))


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"fact_on": date(2026, 11, 25)}, "在今天以后"),
        ({"fact_on": date(2024, 12, 31)}, "太早"),
        ({"item": "X99"}, "积分项目里没有X99"),
        ({"item": "D07"}, "不适用于普通党员"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    world: World, facts: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        entry(world, **facts)  # type: ignore[arg-type]
    assert not Entry.objects.exists()


def test_evidence_is_asked_for(world: World) -> None:
    with pytest.raises(Refused, match="没有写依据"):
        actions.record_entry(
            by=world.scope("secretary_a1"),
            member=world.members_a1[1],
            item="B02",
            fact_on=FACT,
            evidence=" ",
            operation=uuid4(),
            on=TODAY,
        )


def test_the_sibling_branch_enters_nothing(world: World) -> None:
    with pytest.raises(Denied):
        entry(world, person="secretary_a2")


def test_a_suspended_member_gets_no_points(world: World) -> None:
    Member.objects.filter(pk=world.members_a1[1].pk).update(standing="suspended")
    with pytest.raises(Refused, match="期间不记积分"):
        entry(world, member=Member.objects.get(pk=world.members_a1[1].pk))
    assert totals([world.members_a1[1].pk], 2026)[world.members_a1[1].pk].paused


def test_a_fact_counts_in_its_month_until_the_settling_day_and_later_in_the_current_one(world: World) -> None:
    fact = date(2026, 10, 20)
    assert entry(world, fact_on=fact, on=date(2026, 11, 10)).month == 202610
    late = entry(world, fact_on=fact, on=date(2026, 11, 11))
    assert (late.month, late.fact_on) == (202611, fact)


def test_a_locked_month_takes_nothing_until_an_exception_opens_it(world: World) -> None:
    by = world.scope("organizer_ashi")
    actions.lock_month(by=by, branch=world.a1, month=202611)
    assert is_locked(world.a1.pk, 202611, TODAY)
    with pytest.raises(Refused, match="2026年11月的积分已经封存"):
        entry(world)
    actions.reopen_month(by=by, branch=world.a1, month=202611, until=date(2026, 11, 27))
    assert not is_locked(world.a1.pk, 202611, TODAY)
    assert entry(world).month == 202611
    actions.relock(by=by, branch=world.a1, month=202611)
    with pytest.raises(Refused, match="已经封存"):
        entry(world)


def test_a_fact_of_a_locked_month_counts_in_the_current_one(world: World) -> None:
    actions.lock_month(by=world.scope("organizer_ashi"), branch=world.a1, month=202610)
    assert entry(world, fact_on=date(2026, 10, 20), on=date(2026, 11, 5)).month == 202611


def test_what_was_locked_before_the_approval_counts_in_the_current_month(world: World) -> None:
    row = entry(world, fact_on=date(2026, 10, 20), on=date(2026, 11, 5))
    actions.lock_month(by=world.scope("organizer_ashi"), branch=world.a1, month=202610)
    actions.approve_entries(by=world.scope("organizer_ashi"), entries=[row], on=TODAY)
    row.refresh_from_db()
    assert row.month == 202611


def test_a_refused_entry_never_counts_and_is_not_decided_twice(world: World) -> None:
    row = entry(world)
    actions.refuse_entry(by=world.scope("organizer_ashi"), entry=row, reason="签到表上没有", on=TODAY)
    assert total_of(world.members_a1[1]) == 600
    with pytest.raises(Refused, match="已由刘洋退回"):
        actions.approve_entries(by=world.scope("county_organizer"), entries=[row], on=TODAY)


def test_the_second_of_two_approvers_gets_a_sentence_and_a_double_click_none(world: World) -> None:
    row = approved(world)
    assert actions.approve_entries(by=world.scope("organizer_ashi"), entries=[row], on=TODAY) == 0
    with pytest.raises(Refused, match="已由刘洋审核通过"):
        actions.approve_entries(by=world.scope("county_organizer"), entries=[row], on=TODAY)


def test_a_reversal_restores_the_total_once_another_person_approved_it(world: World) -> None:
    row = approved(world)
    by = world.scope("secretary_a1")
    reversal = actions.reverse_entry(by=by, entry=row, reason="登记错了人", on=TODAY)
    assert total_of(world.members_a1[1]) == 610
    assert actions.reverse_entry(by=by, entry=row, reason="登记错了人", on=TODAY).pk == reversal.pk
    with pytest.raises(Refused, match="登记人不能审核"):
        actions.approve_entries(by=by, entries=[reversal], on=TODAY)
    actions.approve_entries(by=world.scope("organizer_ashi"), entries=[reversal], on=TODAY)
    assert total_of(world.members_a1[1]) == 600
    with pytest.raises(Refused, match="本身就是冲正"):
        actions.reverse_entry(by=by, entry=reversal, reason="再冲正一次", on=TODAY)


def test_a_refused_reversal_may_be_asked_for_again(world: World) -> None:
    row = approved(world)
    by = world.scope("secretary_a1")
    first = actions.reverse_entry(by=by, entry=row, reason="登记错了人", on=TODAY)
    actions.refuse_entry(by=world.scope("organizer_ashi"), entry=first, reason="没有登记错", on=TODAY)
    second = actions.reverse_entry(by=by, entry=row, reason="查了签到表，确实错了", on=TODAY)
    assert second.pk != first.pk
    assert total_of(world.members_a1[1]) == 610


def fact(member: Member, item: str, key: str = "1", **facts: object) -> AutomaticFact:
    source = {"M02": "dues", "D02": "dues", "Y01": "study"}.get(item, "meetings")
    values: dict[str, object] = {"fact_on": FACT, "source": source, **facts}
    return AutomaticFact(member.pk, item, key=key, **values)  # type: ignore[arg-type]


def post(world: World, facts: list[AutomaticFact], by: Scope | None = None) -> int:
    return actions.post_automatic(
        by=by or world.scope("organizer_ashi"), branch=world.a1, month=202611, facts=facts, on=TODAY
    )


def test_automatic_entries_are_posted_once_and_need_no_approval(world: World) -> None:
    one, two, _ = world.members_a1
    facts = [fact(one, "M01"), fact(one, "M01", "2"), fact(two, "D01", "7"), fact(two, "D01", "8")]
    assert post(world, facts) == 3, "a monthly item once a month, others once a key"
    assert post(world, facts) == 0
    assert (total_of(one), total_of(two)) == (605, 560)
    assert set(Entry.objects.values_list("recorder", "state")) == {("system", "approved")}


def test_an_item_comes_from_its_own_ledger_only(world: World) -> None:
    member = world.members_a1[1]
    with pytest.raises(Refused, match="不能从这本台账自动记积分"):
        post(world, [fact(member, "M02", source="meetings")])
    with pytest.raises(Refused, match="不能从这本台账自动记积分"):
        post(world, [fact(member, "B02", source="manual")])
    assert not Entry.objects.exists()


def test_old_and_frail_members_never_lose_for_absence(world: World) -> None:
    old = make_member(branch=world.a1, birth_date=date(1945, 3, 1), join_date=date(1970, 7, 1))
    assert post(world, [fact(old, "D01"), fact(old, "D04", "3"), fact(old, "M01")]) == 1
    assert total_of(old) == 605


def test_study_hours_bring_their_share_and_never_more_than_the_item(world: World) -> None:
    one, two, _ = world.members_a1
    assert post(world, [fact(one, "Y01", tenths=15), fact(two, "Y01", tenths=99)]) == 2
    assert (total_of(one), total_of(two)) == (615, 630)


def test_nothing_is_posted_into_a_locked_month(world: World) -> None:
    actions.lock_month(by=world.scope("organizer_ashi"), branch=world.a1, month=202611)
    with pytest.raises(Refused, match="已经封存"):
        post(world, [fact(world.members_a1[0], "M01")])


def test_a_closed_year_keeps_its_total_and_later_facts_count_in_the_next(world: World) -> None:
    member = world.members_a1[1]
    approved(world)
    by = world.scope("organizer_ashi")
    ids = [each.pk for each in world.members_a1]
    assert actions.open_year(by=by, year=2026, branch_ids=None, on=TODAY) == 3
    assert actions.open_year(by=by, year=2026, branch_ids=None, on=TODAY) == 0
    later = date(2027, 1, 12)
    assert actions.close_year_of(by=by, member_ids=ids, year=2026, on=later) == 3
    assert actions.close_year_of(by=by, member_ids=ids, year=2026, on=later) == 0
    assert Account.objects.get(member=member).total == 610
    late = entry(world, fact_on=date(2026, 12, 30), on=later)
    assert (late.month, late.fact_on.year) == (202701, 2026)
    total = totals(ids, 2026)[member.pk]
    assert (total.total, total.grade, total.closed) == (610, "one_star", True)


def test_a_year_that_was_never_opened_is_closed_all_the_same(world: World) -> None:
    by = world.scope("organizer_ashi")
    assert actions.close_year_of(by=by, member_ids=[world.members_a1[0].pk], year=2026, on=TODAY) == 1
    with pytest.raises(Refused, match="已经结账"):
        entry(world, member=world.members_a1[0])


def test_the_sibling_committee_closes_nothing(world: World) -> None:
    with pytest.raises(Denied):
        actions.close_year_of(
            by=world.scope("organizer_bashi"), member_ids=[world.members_a1[0].pk], year=2026, on=TODAY
        )
    assert not Account.objects.exists()


def test_another_class_holds_from_the_next_month(world: World) -> None:
    member = world.members_a1[1]
    actions.change_class(
        by=world.scope("secretary_a1"), member=member, member_class="C", reason="县医院证明", on=TODAY
    )
    assert post(world, [fact(member, "D01")]) == 1
    december = [fact(member, "D01", "9", fact_on=date(2026, 12, 12))]
    done = actions.post_automatic(
        by=world.scope("organizer_ashi"),
        branch=world.a1,
        month=202612,
        facts=december,
        on=date(2026, 12, 31),
    )
    assert done == 0
