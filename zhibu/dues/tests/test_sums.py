"""What is owed and what was paid too much stand beside each other; one entry is one transaction."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.days import dashed, month_back
from tests.world import TODAY, World
from zhibu.core.access import Refused
from zhibu.core.months import shift_month
from zhibu.dues import actions
from zhibu.dues.models import Due, Payment, Receipt
from zhibu.dues.summaries.ledger import month_rows, month_totals
from zhibu.dues.summaries.pages import account_of, branch_year, totals_of, unit_lines, year_strip
from zhibu.dues.tests.cases import MONTH, entry, opened, pay
from zhibu.members.models import Member


def test_too_much_of_one_never_hides_what_another_owes(world: World) -> None:
    opened(world)
    first, second, third = world.members_a1
    pay(world, [entry(first), entry(second, amount=5)])
    Due.objects.filter(member=first).update(kind="none", amount=0)
    totals = month_totals([world.a1.pk], MONTH)[world.a1.pk]
    assert (totals.assessed, totals.paid, totals.left, totals.over) == (40, 25, 35, 20)
    rows = month_rows(world.a1, MONTH)
    assert totals_of(rows).left == sum(row.left for row in rows) == totals.left
    assert totals_of(rows).over == sum(row.over for row in rows) == totals.over
    accounts = [account_of(member, MONTH // 100, on=TODAY) for member in (first, second, third)]
    assert [(each.left, each.over) for each in accounts] == [(0, 20), (15, 0), (20, 0)]
    lines, above = unit_lines(world.scope("organizer_ashi"), world.ashi, [MONTH])
    assert next(line for line in lines if line.unit == world.a1).totals.left == 35
    assert above.left == sum(line.totals.left for line in lines)
    page = world.client("secretary_a1").get(
        reverse("dues:organization", args=[world.a1.pk]), {"month": dashed(MONTH)}
    )
    assert "另有多交0.20元，要退" in page.content.decode()
    own = world.client("secretary_a1").get(reverse("dues:account", args=[first.pk]), {"year": MONTH // 100})
    assert "这一年多交了0.20元" in own.content.decode()


def test_a_month_is_recorded_only_when_nobody_owes(world: World) -> None:
    opened(world)
    first, *others = world.members_a1
    pay(world, [entry(member) for member in world.members_a1])
    Due.objects.filter(member=first).update(amount=5)
    Due.objects.filter(member=others[0]).update(amount=35)
    states = dict(
        state for quarter in year_strip(world.a1, MONTH // 100, on=TODAY) for state in quarter.months
    )
    assert states[MONTH % 100] != "recorded"
    pay(world, [entry(others[0], amount=15)])
    states = dict(
        state for quarter in year_strip(world.a1, MONTH // 100, on=TODAY) for state in quarter.months
    )
    assert states[MONTH % 100] == "recorded"


def test_what_was_paid_where_the_member_came_from_settles_what_is_owed_here(world: World) -> None:
    moved = world.members_a1[0]
    pay(world, [entry(moved)])
    Member.objects.filter(pk=moved.pk).update(branch=world.a2)
    opened(world)
    here = month_totals([world.a1.pk, world.a2.pk], MONTH)
    row = next(row for row in month_rows(world.a2, MONTH) if row.member_id == moved.pk)
    assert (row.assessed, row.paid, row.elsewhere, row.left, row.over) == (20, 0, 20, 0, 0)
    assert here[world.a2.pk].left == sum(row.left for row in month_rows(world.a2, MONTH))
    assert (here[world.a1.pk].paid, here[world.a1.pk].over) == (20, 0)
    years = dict(branch_year(world.a2, MONTH // 100))
    assert years[moved.name][MONTH % 100 - 1].left == 0


def test_a_sealed_page_that_counts_a_payment_made_elsewhere_keeps_it(world: World) -> None:
    moved = world.members_a1[0]
    payment = pay(world, [entry(moved)])[0]
    Member.objects.filter(pk=moved.pk).update(branch=world.a2)
    opened(world)
    organizer = world.scope("organizer_ashi")
    actions.lock_month(by=organizer, branch=world.a2, month=MONTH)

    def take_back() -> Payment:
        return actions.reverse_payment(
            by=world.scope("secretary_a1"), payment=payment, reason="多收，已退", operation=uuid4(), on=TODAY
        )

    with pytest.raises(Refused, match="已经按交清封存"):
        take_back()
    assert month_totals([world.a2.pk], MONTH)[world.a2.pk].left == 20 * (
        Member.objects.filter(branch=world.a2).count() - 1
    )
    actions.reopen_month(
        by=organizer, branch=world.a2, month=MONTH, until=TODAY.replace(year=TODAY.year + 1, day=1)
    )
    assert take_back().amount == -20


def test_money_and_receipt_are_one_entry(world: World) -> None:
    opened(world)
    first, second = world.members_a1[:2]
    Receipt.objects.create(
        branch=world.a1, member=first, year=TODAY.year, number=1, issued_on=TODAY, by="阿措克布"
    )
    clerk = world.scope("secretary_a1")
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.record_payments(
            by=clerk, branch=world.a1, entries=[entry(first)], with_receipts=True, on=TODAY
        )
    assert not Payment.objects.exists()
    Receipt.objects.all().delete()
    given = [entry(first), entry(second), entry(first, month=month_back(1))]
    for _ in range(2):
        rows = actions.record_payments(by=clerk, branch=world.a1, entries=given, with_receipts=True, on=TODAY)
        assert [row.receipt_id for row in Payment.objects.filter(pk__in=[row.pk for row in rows])].count(
            None
        ) == 0
    assert list(Receipt.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_months_ahead_go_by_the_rulebook(world: World) -> None:
    member = world.members_a1[0]
    with pytest.raises(Refused, match="最多预交2个月"):
        pay(world, [entry(member, month=shift_month(MONTH, 3))])
    assert pay(world, [entry(member, month=shift_month(MONTH, 2))])[0].amount == 20
