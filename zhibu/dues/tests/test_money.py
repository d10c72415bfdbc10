"""Receipts, handing up, arrears, the lines of the booklet."""

from datetime import date
from uuid import uuid4

import pytest

from tests.world import TODAY, World, make_member
from zhibu.core.access import Denied, Refused
from zhibu.dues import actions
from zhibu.dues.models import Remittance
from zhibu.dues.summaries.arrears import arrears, lapsed, unpaid_months
from zhibu.dues.summaries.booklet_lines import dues as booklet_lines
from zhibu.dues.summaries.ledger import month_totals, year_of
from zhibu.dues.summaries.remittances import in_hand, to_confirm
from zhibu.dues.tests.cases import MONTH, entry, opened, pay, relief, remittance
from zhibu.organizations.models import Organization

pytestmark = pytest.mark.dated


def send(world: World, organization: Organization, person: str, **facts: object) -> Remittance:
    values: dict[str, object] = {"from_month": 202610, "months": 1, "amount": 20, "kept": 0, **facts}
    return actions.send_remittance(
        by=world.scope(person),
        organization=organization,
        sent_on=TODAY,
        on=TODAY,
        **values,  # type: ignore[arg-type]
    )


def test_receipts_are_numbered_by_branch_and_year(world: World) -> None:
    opened(world, 202610, MONTH)
    first, second = world.members_a1[:2]
    rows = pay(
        world,
        [entry(first), entry(first, month=202610), entry(second), entry(second, month=202610, extra=100_000)],
    )
    taken_back = rows[3]
    actions.reverse_payment(
        by=world.scope("secretary_a1"), payment=taken_back, reason="退回", operation=uuid4(), on=TODAY
    )
    ids = [row.pk for row in rows]
    clerk = world.scope("secretary_a1")
    issued = actions.issue_receipts(by=clerk, branch=world.a1, payment_ids=ids, on=TODAY)
    assert [(row.year, row.number) for row in issued] == [(2026, 1), (2026, 2)]
    assert actions.issue_receipts(by=clerk, branch=world.a1, payment_ids=ids, on=TODAY) == []
    third = pay(world, [entry(world.members_a1[2])])[0]
    assert actions.issue_receipts(by=clerk, branch=world.a1, payment_ids=[third.pk], on=TODAY)[0].number == 3
    with pytest.raises(Denied):
        actions.issue_receipts(by=world.scope("secretary_a2"), branch=world.a1, payment_ids=ids, on=TODAY)


def test_what_is_handed_up_adds_up_and_arrives(world: World) -> None:
    sent = remittance(world)
    assert send(world, world.a1, "secretary_a1") == sent
    with pytest.raises(Refused, match="已经由"):
        send(world, world.a1, "secretary_a1", amount=10, kept=10)
    assert list(to_confirm(world.scope("organizer_ashi"))) == [sent]
    with pytest.raises(Denied):
        actions.confirm_remittance(by=world.scope("secretary_a1"), remittance=sent, arrived=20, on=TODAY)
    ashi = world.scope("organizer_ashi")
    with pytest.raises(Refused, match="写明情况"):
        actions.confirm_remittance(by=ashi, remittance=sent, arrived=10, on=TODAY)
    row = actions.confirm_remittance(by=ashi, remittance=sent, arrived=10, note="少一角", on=TODAY)
    assert (row.state, row.arrived) == ("differs", 10)
    row = actions.confirm_remittance(by=ashi, remittance=sent, arrived=20, note="已补交", on=TODAY)
    assert row.state == "confirmed"
    assert actions.confirm_remittance(by=ashi, remittance=sent, arrived=20, on=TODAY) == row
    with pytest.raises(Refused, match="不能再改"):
        actions.confirm_remittance(by=ashi, remittance=sent, arrived=10, note="又少", on=TODAY)
    assert in_hand(world.ashi, 202610, 202611).collected == 20
    assert send(world, world.ashi, "organizer_ashi", amount=15, kept=5).to_organization_id == world.county.pk
    with pytest.raises(Refused, match="县委往上缴"):
        send(world, world.county, "county_organizer")


def test_what_came_late_is_in_the_next_remittance(world: World) -> None:
    remittance(world)
    opened(world, MONTH)
    late = pay(world, [entry(world.members_a1[1], month=202610), entry(world.members_a1[1])])
    held = in_hand(world.a1, MONTH, 202612)
    assert (held.period, held.earlier, held.follows) == (20, 20, 202611)
    with pytest.raises(Refused, match="对不上，差0"):
        send(world, world.a1, "secretary_a1", from_month=MONTH, amount=20)
    with pytest.raises(Refused, match="这次要从2026年11月开始"):
        send(world, world.a1, "secretary_a1", from_month=202609, amount=40)
    for row in late:
        actions.reverse_payment(
            by=world.scope("secretary_a1"), payment=row, reason="退回", operation=uuid4(), on=TODAY
        )
    assert in_hand(world.a1, MONTH, 202612).collected == 0
    rows = Remittance.objects.filter(from_organization=world.a1)
    ledger = sum(
        totals.paid + totals.extra
        for month in (202610, MONTH)
        for totals in month_totals([world.a1.pk], month).values()
    )
    assert sum(row.collected for row in rows) + in_hand(world.a1, MONTH, 202612).collected == ledger


def test_arrears_count_consecutive_months_and_skip_exempt_ones(world: World) -> None:
    months = [202604, 202605, 202606, 202607, 202608, 202609, 202610]
    opened(world, *months)
    owes, pays, some = world.members_a1
    pay(world, [entry(pays, month=month) for month in months[1:]])
    pay(world, [entry(pays, month=202604)], "organizer_ashi", decision="凉阿委〔2026〕8号")
    pay(world, [entry(some, month=202607)])
    found = {row.member_id: row for row in arrears(world.scope("secretary_a1"), on=TODAY)}
    assert (found[owes.pk].run, found[owes.pk].since, found[owes.pk].owed) == (7, 202604, 140)
    assert (found[some.pk].run, found[some.pk].months) == (3, 6)
    assert pays.pk not in found
    assert [row.member_id for row in lapsed(world.scope("secretary_a1"), TODAY)] == [owes.pk]
    assert unpaid_months([owes.pk, pays.pk, some.pk], TODAY) == {owes.pk: 7, some.pk: 3}
    assert arrears(world.scope("secretary_a2"), on=TODAY, path=world.a1.path) == []
    pay(world, [entry(owes, month=202607, amount=10)])
    assert unpaid_months([owes.pk], TODAY) == {owes.pk: 3}
    assert unpaid_months([owes.pk], date(2026, 11, 26)) == {owes.pk: 3}


def test_exempt_months_and_the_present_one_are_not_late(world: World) -> None:
    asked = relief(world)
    actions.settle_relief(by=world.scope("organizer_ashi"), relief=asked, approve=True, on=TODAY)
    opened(world)
    assert arrears(world.scope("secretary_a1"), on=TODAY) == []
    late = arrears(world.scope("secretary_a1"), on=date(2026, 11, 26))
    assert {row.member_id for row in late} == {member.pk for member in world.members_a1[1:]}


def test_the_booklet_shows_what_the_ledger_says(world: World) -> None:
    opened(world, 202610, MONTH)
    first, second = world.members_a1[:2]
    pay(world, [entry(first, month=202610), entry(first, extra=80, receiver="卢玉")])
    asked = relief(world, second)
    actions.settle_relief(by=world.scope("organizer_ashi"), relief=asked, approve=True, on=TODAY)
    member = make_member(branch=world.a1)
    lines = booklet_lines([first.pk, second.pk, member.pk])
    assert [(line.on, line.fields) for line in lines[first.pk]] == [
        (date(2026, 10, 31), ("0.20", "0.20", "2026.11.24", "阿措克布")),
        (date(2026, 11, 30), ("0.20", "1.00", "2026.11.24", "卢玉")),
    ]
    assert [line.fields for line in lines[second.pk]] == [("0.00", "", "", "")]
    assert lines[member.pk] == []
    year = year_of(first, 2026)
    assert sum(row.paid + row.extra for row in year) == 120
    assert booklet_lines([]) == {}
