"""Handing up when more was returned than came in: nothing is stuck, and what was handed up keeps its parts."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.world import TODAY, World
from zhibu.core.access import Refused
from zhibu.core.months import shift_month
from zhibu.dues import actions
from zhibu.dues.actions import PaymentEntry
from zhibu.dues.models import Payment, Remittance
from zhibu.dues.summaries.remittances import in_hand, parts_of
from zhibu.dues.tests.cases import MONTH, entry, opened, pay
from zhibu.organizations.models import Organization

pytestmark = pytest.mark.dated
DECEMBER, JANUARY, FEBRUARY = date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 28)


def take(world: World, given: PaymentEntry, on: date) -> Payment:
    return actions.record_payments(by=world.scope("secretary_a1"), branch=world.a1, entries=[given], on=on)[0]


def hand_up(
    world: World, organization: Organization, month: int, on: date, person: str = "secretary_a1"
) -> Remittance:
    held = in_hand(organization, month, shift_month(month, 1))
    return actions.send_remittance(
        by=world.scope(person),
        organization=organization,
        from_month=month,
        months=1,
        amount=held.collected,
        kept=0,
        sent_on=on,
        on=on,
    )


def test_an_extra_taken_back_after_it_was_handed_up_is_carried_over(world: World) -> None:
    member, other = world.members_a1[:2]
    opened(world, MONTH, 202612, 202701)
    row = pay(world, [entry(member, extra=50_000)])[0]
    assert hand_up(world, world.a1, MONTH, date(2026, 12, 1)).collected == 50_020
    on = date(2026, 12, 2)
    clerk = world.scope("secretary_a1")
    actions.reverse_payment(by=clerk, payment=row, reason="多收500元，已退", operation=uuid4(), on=on)
    take(world, entry(member, paid_on=on), on)
    take(world, entry(other, month=202612, paid_on=on), on)
    held = in_hand(world.a1, 202612, 202701)
    assert (held.period, held.earlier, held.collected, held.carried) == (20, -50_000, 0, 49_980)
    asked = {"from_month": "2026-12", "months": "1"}
    page = world.client("secretary_a1").get(reverse("dues:remittance_new", args=[world.a1.pk]), asked)
    assert "多退的在以后各期里扣" in page.content.decode()
    december = hand_up(world, world.a1, 202612, DECEMBER)
    assert (december.collected, december.amount) == (0, 0)
    assert [part.total for part in parts_of(december)] == [20, -20]
    take(world, entry(other, month=202701, extra=60_000, paid_on=JANUARY), JANUARY)
    january = hand_up(world, world.a1, 202701, JANUARY)
    assert january.collected == 60_020 - 49_980
    handed_up = sum(Remittance.objects.values_list("collected", flat=True))
    in_the_ledger = sum(each.amount + each.extra for each in Payment.objects.all())
    assert handed_up == in_the_ledger


def test_what_was_handed_up_keeps_its_parts_whatever_comes_later(world: World) -> None:
    first, second = world.members_a1[:2]
    opened(world)
    pay(world, [entry(first)])
    sent = hand_up(world, world.a1, MONTH, TODAY)
    organizer = world.scope("organizer_ashi")
    actions.confirm_remittance(by=organizer, remittance=sent, arrived=10, note="少一角", on=TODAY)
    above = hand_up(world, world.ashi, MONTH, TODAY, "organizer_ashi")
    before = [(part.label, part.total) for row in (sent, above) for part in parts_of(row)]
    actions.confirm_remittance(by=organizer, remittance=sent, arrived=20, note="已补交", on=TODAY)
    pay(world, [entry(second)])
    Payment.objects.update(member=second)
    for row in (sent, above):
        row.refresh_from_db()
    assert [(part.label, part.total) for row in (sent, above) for part in parts_of(row)] == before
    assert in_hand(world.ashi, 202612, 202701).earlier == 10


def test_a_committee_that_was_told_too_much_is_not_stuck_either(world: World) -> None:
    opened(world)
    pay(world, [entry(world.members_a1[0])])
    sent = hand_up(world, world.a1, MONTH, TODAY)
    organizer = world.scope("organizer_ashi")
    row = actions.confirm_remittance(by=organizer, remittance=sent, arrived=30, note="多一角", on=TODAY)
    hand_up(world, world.ashi, MONTH, TODAY, "organizer_ashi")
    actions.confirm_remittance(by=organizer, remittance=row, arrived=20, note="点错了", on=TODAY)
    held = in_hand(world.ashi, 202612, 202701)
    assert (held.collected, held.carried) == (0, 10)
    with pytest.raises(Refused, match="对不上"):
        actions.send_remittance(
            by=organizer,
            organization=world.ashi,
            from_month=202612,
            months=1,
            amount=10,
            kept=0,
            sent_on=DECEMBER,
            on=DECEMBER,
        )
    assert hand_up(world, world.ashi, 202612, DECEMBER, "organizer_ashi").collected == 0
