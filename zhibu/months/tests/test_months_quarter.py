"""Months of who pays by the quarter: sealed without a point lost, the money taken later, the points at its end."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.world import TODAY, World
from zhibu.core.access import Refused
from zhibu.dues import actions as dues
from zhibu.dues.models import Due, Payment
from zhibu.members.models import Member
from zhibu.mobility.tests.transfer_steps import issued, receive
from zhibu.months import actions as months
from zhibu.months.models import BranchMonth
from zhibu.months.summaries.seals import verify_seals
from zhibu.months.tests.month_steps import book, entered, submitted
from zhibu.points.models import Entry

pytestmark = pytest.mark.dated
OCTOBER, NOVEMBER, DECEMBER = 202610, 202611, 202612
ENDS = {OCTOBER: date(2026, 11, 6), NOVEMBER: date(2026, 12, 6), DECEMBER: date(2027, 1, 6)}
PAID_ON = date(2026, 12, 28)


def consent(world: World, member: Member, from_month: int = OCTOBER) -> None:
    given = dues.QuarterEntry(True, from_month, date(2026, 10, 2), "在外务工，每季回来一次")
    dues.decide_quarterly(by=world.scope("secretary_a1"), member=member, entry=given, on=TODAY)


def opened(world: World, month: int) -> BranchMonth:
    months.open_months(by=world.scope("secretary_a1"), month=month, organization=world.a1, on=ENDS[month])
    return BranchMonth.objects.get(branch=world.a1, month=month)


def sealed(world: World, month: int) -> BranchMonth:
    """A1's month is opened, handed in and sealed soon after its end."""
    row = submitted(world, opened(world, month), on=ENDS[month])
    return months.seal_month(by=world.scope("organizer_ashi"), branch_month=row, on=ENDS[month])


def paid(world: World, member: Member, *which: int, day: date = PAID_ON, on: date = ENDS[DECEMBER]) -> None:
    dues.record_payments(
        by=world.scope("secretary_a1"),
        branch=world.a1,
        entries=[
            dues.PaymentEntry(member.pk, month, 20, 0, day, "cash", "", "", operation=uuid4())
            for month in which
        ],
        with_receipts=True,
        on=on,
    )


def points(member: Member) -> list[tuple[str, int, int]]:
    """Item, month of the fact, month it counts in."""
    rows = Entry.objects.filter(member=member, source="dues").order_by("fact_on")
    return [(row.item, row.fact_on.year * 100 + row.fact_on.month, row.month) for row in rows]


def test_whoever_pays_within_the_quarter_loses_no_point_and_gets_those_of_its_months(world: World) -> None:
    member, other = world.members_a1[:2]
    consent(world, member)
    october = sealed(world, OCTOBER)
    sealed(world, NOVEMBER)
    assert (october.summary["unpaid"], october.summary["paid"], october.summary["cash"]) == (0, 40, 40)
    assert points(member) == []
    digest = october.digest
    paid(world, member, OCTOBER, NOVEMBER, DECEMBER)
    sealed(world, DECEMBER)
    assert points(member) == [("M02", month, DECEMBER) for month in (OCTOBER, NOVEMBER, DECEMBER)]
    assert points(other) == [("M02", month, month) for month in (OCTOBER, NOVEMBER, DECEMBER)]
    october.refresh_from_db()
    assert october.digest == digest
    assert verify_seals().broken is None
    line = next(each for each in book(october).rows if each.member.pk == member.pk)
    assert (line.line.paid, line.line.is_unpaid) == (0, False), "the sealed page stays as it was"


def test_whoever_pays_ahead_has_the_point_in_each_month(world: World) -> None:
    member = world.members_a1[0]
    consent(world, member)
    opened(world, OCTOBER)
    paid(world, member, OCTOBER, NOVEMBER, DECEMBER, day=date(2026, 10, 20), on=TODAY)
    for month in (OCTOBER, NOVEMBER, DECEMBER):
        sealed(world, month)
    assert points(member) == [("M02", month, month) for month in (OCTOBER, NOVEMBER, DECEMBER)]


def test_whoever_did_not_pay_by_its_end_loses_a_point_for_each_month_then(world: World) -> None:
    member = world.members_a1[0]
    consent(world, member)
    sealed(world, OCTOBER)
    sealed(world, NOVEMBER)
    opened(world, DECEMBER)
    paid(world, member, OCTOBER, day=date(2027, 1, 3))
    row = submitted(world, BranchMonth.objects.get(branch=world.a1, month=DECEMBER), on=ENDS[DECEMBER])
    page = world.client("organizer_ashi").get(reverse("months:month", args=[world.a1.pk, DECEMBER]))
    assert page.status_code == 200
    months.seal_month(by=world.scope("organizer_ashi"), branch_month=row, on=ENDS[DECEMBER])
    assert points(member) == [("D02", NOVEMBER, DECEMBER), ("D02", DECEMBER, DECEMBER)]
    with pytest.raises(Refused, match="已经封存"):
        paid(world, member, NOVEMBER)


def test_without_consent_a_month_paid_later_costs_its_point(world: World) -> None:
    member = world.members_a1[0]
    row = opened(world, OCTOBER)
    entered(world, row, member, {"how": "unpaid"})
    months.seal_month(
        by=world.scope("organizer_ashi"),
        branch_month=submitted(world, row, on=ENDS[OCTOBER]),
        on=ENDS[OCTOBER],
    )
    assert points(member) == [("D02", OCTOBER, OCTOBER)]
    consent(world, member)
    assert points(member) == [("D02", OCTOBER, OCTOBER)]
    with pytest.raises(Refused, match="已经封存"):
        paid(world, member, OCTOBER)


def test_the_page_proposes_no_money_of_who_pays_by_the_quarter_and_says_where_it_comes(world: World) -> None:
    member = world.members_a1[0]
    consent(world, member)
    row = opened(world, OCTOBER)
    page = world.client("secretary_a1").get(reverse("months:month", args=[world.a1.pk, OCTOBER]))
    assert "按季交，在党费台账登记" in page.content.decode()
    assert entered(world, row, member, {"how": "self"}).outcome == "refused"
    submitted(world, row, on=ENDS[OCTOBER])
    assert not Payment.objects.filter(member=member).exists()


def test_what_the_page_took_before_the_branch_consented_stands(world: World) -> None:
    member = world.members_a1[0]
    row = submitted(world, opened(world, OCTOBER), on=ENDS[OCTOBER])
    consent(world, member)
    row = months.seal_month(by=world.scope("organizer_ashi"), branch_month=row, on=ENDS[OCTOBER])
    assert row.summary["paid"] == 60
    assert points(member) == [("M02", OCTOBER, OCTOBER)]


def test_whoever_moved_within_the_quarter_pays_what_was_let_wait_where_it_is_owed(world: World) -> None:
    member = world.members_a1[1]
    consent(world, member)
    sealed(world, OCTOBER)
    opened(world, NOVEMBER)
    receive(world, issued(world, member))
    at = dict(Due.objects.filter(member=member).values_list("month", "branch_id"))
    assert at == {OCTOBER: world.a1.pk, NOVEMBER: world.b1.pk}
    assert not Due.objects.get(member=member, month=NOVEMBER).by_quarter, "B1 has not consented"
    paid(world, member, OCTOBER, on=PAID_ON)
    sealed(world, NOVEMBER)
    sealed(world, DECEMBER)
    assert points(member) == [("M02", OCTOBER, DECEMBER)]
