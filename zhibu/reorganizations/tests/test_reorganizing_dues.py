"""Branches merged, split and taken back on a day before opened months: dues follow once, sealed and paid ones stay."""

from contextlib import suppress
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.world import TODAY, World, make_member
from zhibu.core.access import Refused
from zhibu.dues import actions as dues
from zhibu.dues.models import Due, DuesLock, Payment, QuarterDecision
from zhibu.dues.summaries.ledger import Totals, month_rows, month_totals
from zhibu.dues.summaries.pages import account_of, totals_of
from zhibu.members.models import Member
from zhibu.months import actions as months
from zhibu.months.models import BranchMonth
from zhibu.months.summaries.seals import verify_seals
from zhibu.months.tests.month_steps import submitted
from zhibu.organizations.models import Organization
from zhibu.reorganizations.models import Reorganization
from zhibu.reorganizations.rules.steps import MergeBranches, Move, SplitBranch
from zhibu.reorganizations.tests.deeds import done, undone, village

pytestmark = [pytest.mark.dated, pytest.mark.usefixtures("done_today")]
SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = MONTHS = (202609, 202610, 202611, 202612)
BACK = date(2026, 9, 15)


def opened(world: World, *which: int) -> None:
    """The county keeps the books of dues of these months."""
    for month in which:
        dues.open_month(by=world.scope("county_organizer"), month=month, on=TODAY)


def at(member: Member) -> dict[int, int]:
    return dict(Due.objects.filter(member=member).values_list("month", "branch_id"))


def pay(world: World, member: Member, month: int, place: Organization | None = None) -> None:
    dues.record_payments(
        by=world.scope("county_organizer"),
        branch=place or world.a1,
        entries=[dues.PaymentEntry(member.pk, month, 20, 0, TODAY, "cash", "", "", operation=uuid4())],
        on=TODAY,
    )


def merge(world: World) -> MergeBranches:
    return MergeBranches(sources=(world.a1.pk,), into=world.a2.pk)


def test_months_opened_after_the_day_of_a_merger_are_owed_at_the_successor(world: World) -> None:
    first, second = world.members_a1[:2]
    opened(world, *MONTHS)
    pay(world, second, NOVEMBER)
    a1, a2 = world.a1.pk, world.a2.pk
    deed = done(world, merge(world), effective_on=BACK)
    assert at(first) == {SEPTEMBER: a1, OCTOBER: a2, NOVEMBER: a2, DECEMBER: a2}
    assert at(second) == {SEPTEMBER: a1, OCTOBER: a2, NOVEMBER: a1, DECEMBER: a2}
    totals = month_totals([a1, a2], NOVEMBER)
    assert (totals[a1].paid, totals[a2].left) == (20, 40)
    undone(world, deed)
    assert set(at(first).values()) == set(at(second).values()) == {a1}


def test_what_was_opened_at_the_successor_goes_back_when_the_deed_is_taken_back(world: World) -> None:
    member = world.members_a1[0]
    deed = done(world, merge(world), effective_on=BACK)
    opened(world, DECEMBER)
    assert at(member) == {DECEMBER: world.a2.pk}
    undone(world, deed)
    assert at(member) == {DECEMBER: world.a1.pk}


def test_a_sealed_month_stays_where_it_was_sealed(world: World) -> None:
    member = world.members_a1[0]
    for month in (OCTOBER, NOVEMBER):
        months.open_months(by=world.scope("secretary_a1"), month=month, organization=world.a1, on=TODAY)
    row = BranchMonth.objects.get(branch=world.a1, month=OCTOBER)
    row = submitted(world, row, on=TODAY)
    months.seal_month(by=world.scope("organizer_ashi"), branch_month=row, on=TODAY)
    done(world, merge(world), effective_on=BACK)
    assert at(member) == {OCTOBER: world.a1.pk, NOVEMBER: world.a2.pk}
    assert verify_seals().broken is None


def test_a_month_behind_a_seal_of_the_successor_stays_with_the_branch_that_held_the_member(
    world: World,
) -> None:
    opened(world, OCTOBER, NOVEMBER, DECEMBER)
    DuesLock.objects.create(branch=world.a2, month=NOVEMBER, locked_at="2026-12-01T00:00:00Z")
    done(world, merge(world), effective_on=BACK)
    a1, a2 = world.a1.pk, world.a2.pk
    assert at(world.members_a1[0]) == {OCTOBER: a1, NOVEMBER: a1, DECEMBER: a2}


def test_a_split_takes_the_months_and_the_consents_of_its_members_along(world: World) -> None:
    goes, stays = world.members_a1[:2]
    opened(world, OCTOBER, NOVEMBER)
    for member in (goes, stays):
        consent = dues.QuarterEntry(True, OCTOBER, date(2026, 10, 2), "在外务工，每季回来一次")
        dues.decide_quarterly(by=world.scope("secretary_a1"), member=member, entry=consent, on=TODAY)
    split = SplitBranch(source=world.a1.pk, members=(goes.pk,), new=village(1))
    deed = done(world, split, effective_on=BACK)
    new = Organization.objects.get(code="V1")
    assert at(goes) == {OCTOBER: new.pk, NOVEMBER: new.pk}
    assert set(at(stays).values()) == {world.a1.pk}
    opened(world, DECEMBER)
    assert Due.objects.filter(member=goes, by_quarter=True).count() == 3
    assert QuarterDecision.objects.filter(branch=new, carried=True).count() == 1
    with pytest.raises(Refused, match="不能整体撤销"):
        undone(world, deed)


def test_a_branch_that_goes_to_another_committee_keeps_its_months(world: World) -> None:
    opened(world, OCTOBER, NOVEMBER)
    done(world, Move(unit=world.a1.pk, parent=world.bashi.pk), effective_on=BACK)
    assert set(at(world.members_a1[0]).values()) == {world.a1.pk}


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["open", "open", "pay", "pay", "seal", "merge", "undo", "join", "consent"]),
        st.integers(0, 2),
        st.integers(0, 3),
    ),
    min_size=4,
    max_size=12,
)


def deed(world: World, what: str, who: int, month: int) -> None:
    """One deed; refused ones change nothing."""
    member = Member.objects.select_related("branch").get(pk=world.members_a1[who].pk)
    if what == "open":
        opened(world, MONTHS[month])
    elif what == "pay":
        row = Due.objects.filter(member=member, month=MONTHS[month]).select_related("branch").first()
        pay(world, member, MONTHS[month], row.branch if row else member.branch)
    elif what == "seal":
        place = (world.a1, world.a2)[who % 2]
        dues.lock_month(by=world.scope("county_organizer"), branch=place, month=MONTHS[month])
    elif what == "merge":
        done(world, merge(world), effective_on=date(2026, 8 + month, (1, 15)[who % 2]))
    elif what == "undo":
        for plan in Reorganization.objects.filter(state="done").order_by("-pk")[:1]:
            undone(world, plan)
    elif what == "join":
        make_member(branch=world.a2)
    else:
        given = dues.QuarterEntry(True, OCTOBER, date(2026, 10, 2), "在外务工，每季回来一次")
        dues.decide_quarterly(by=world.scope("county_organizer"), member=member, entry=given, on=TODAY)


def check(world: World) -> None:
    """Every month is owed once; sums are sums; nothing is owed at a branch that was closed before it and could follow."""
    owed: dict[int, int] = {}
    places = (world.a1, world.a2, world.b1)
    for month in MONTHS:
        for place in places:
            rows = month_rows(place, month)
            totals = month_totals([place.pk], month).get(place.pk, Totals())
            shown = totals_of(rows)
            assert (totals.left, totals.over, totals.paid) == (shown.left, shown.over, shown.paid)
            for row in rows:
                owed[row.member_id] = owed.get(row.member_id, 0) + row.left
    for member in world.members_a1:
        assert account_of(member, 2026, on=TODAY).left == owed.get(member.pk, 0)
    closed = {place.pk: place.closed_on for place in Organization.objects.all() if place.closed_on}
    locks = set(DuesLock.objects.values_list("branch_id", "month"))
    for due in Due.objects.filter(branch__in=closed).select_related("member"):
        began = date(due.month // 100, due.month % 100, 1)
        if began < closed[due.branch_id]:
            continue
        held = {(due.branch_id, due.month)} | {
            (due.member.branch_id, month) for month in MONTHS if month >= due.month
        }
        is_paid = Payment.objects.filter(member=due.member, month=due.month, amount__gt=0).exists()
        assert is_paid or held & locks, "an open month stayed with a branch that was closed before it"


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(deeds=DEEDS)
def test_no_order_of_mergers_and_months_owes_one_twice_or_changes_a_sealed_one(
    world: World, deeds: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        before: dict[tuple[int, int], list[Any]] = {}
        for what, who, month in deeds:
            with suppress(Refused), transaction.atomic():
                deed(world, what, who, month)
            check(world)
            after = {
                key: list(
                    Due.objects.filter(branch=key[0], month=key[1])
                    .order_by("pk")
                    .values_list("member", "kind", "amount", "by_quarter")
                )
                for key in DuesLock.objects.values_list("branch_id", "month")
            }
            assert {key: after[key] for key in before} == before
            before = after
        transaction.set_rollback(True)
