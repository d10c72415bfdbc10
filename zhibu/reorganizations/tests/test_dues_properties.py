"""Any order of opening, paying, ending, moving, taking back and handing up: sums are sums, nothing below 0, no period stuck."""

from contextlib import suppress
from datetime import date
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.world import World
from zhibu.core.access import Refused
from zhibu.core.months import shift_month
from zhibu.dues import actions as dues
from zhibu.dues.models import Due, DuesLock, Payment, Remittance
from zhibu.dues.summaries.ledger import Totals, month_rows, month_totals
from zhibu.dues.summaries.pages import account_of, totals_of
from zhibu.dues.summaries.remittances import in_hand, parts_of
from zhibu.members.models import Member
from zhibu.members.rules.events import Entry, EventKind
from zhibu.mobility.actions import matters
from zhibu.mobility.tests.transfer_steps import issued, receive

pytestmark = pytest.mark.dated
MONTHS = (202610, 202611, 202612)
LATER = date(2026, 12, 2)

DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["open", "pay", "pay", "back", "back", "remit", "die", "move", "seal", "category"]),
        st.integers(0, 2),
        st.integers(0, 2),
        st.integers(0, 20),
        st.sampled_from([0, 0, 30, 50_000]),
    ),
    min_size=3,
    max_size=14,
)


def deed(world: World, what: str, who: int, month: int, amount: int, extra: int) -> None:
    """One deed on A1's ledger, or where the member is now; refused ones change nothing."""
    member = Member.objects.select_related("branch").get(pk=world.members_a1[who].pk)
    clerk, organizer = world.scope("secretary_a1"), world.scope("organizer_ashi")
    if what == "open":
        dues.open_month(by=organizer, month=month, branch_ids=[world.a1.pk, world.a2.pk], on=LATER)
    elif what == "pay":
        given = dues.PaymentEntry(member.pk, month, amount, extra, LATER, "cash", "", "", operation=uuid4())
        dues.record_payments(by=clerk, branch=world.a1, entries=[given], with_receipts=True, on=LATER)
    elif what == "back":
        rows = Payment.objects.filter(member=member, branch=world.a1, reverses=None).order_by("pk")
        for row in rows[amount % 3 :][:1]:
            dues.reverse_payment(by=clerk, payment=row, reason="多收，已退", operation=uuid4(), on=LATER)
    elif what == "remit":
        remit(world)
    elif what == "seal":
        DuesLock.objects.get_or_create(
            branch=world.a1, month=month, defaults={"locked_at": "2026-12-02T00:00:00Z"}
        )
    elif what == "category":
        Member.objects.filter(pk=member.pk).update(dues_category="student" if amount % 2 else "salaried")
        dues.follow_corrections([member.pk], ["dues_category"], on=LATER)
    elif what == "die":
        day = date(month // 100, month % 100, 1)
        entry = Entry(EventKind.DIE, day, "村党支部", evidence="死亡证明", effective_on=day)
        matters.enter_event(by=clerk, member=member, entry=entry, on=LATER)
    else:
        receive(world, issued(world, member))


def remit(world: World) -> Remittance | None:
    """A1 hands up the period that follows; None when none is over."""
    follows = in_hand(world.a1, 0, 0).follows or MONTHS[0]
    if follows > MONTHS[-1]:
        return None
    held = in_hand(world.a1, follows, shift_month(follows, 1))
    return dues.send_remittance(
        by=world.scope("secretary_a1"),
        organization=world.a1,
        from_month=follows,
        months=1,
        amount=held.collected,
        kept=0,
        sent_on=LATER,
        on=LATER,
    )


def check(world: World) -> None:
    """What has to hold after every deed."""
    owed: dict[int, int] = {}
    for month in MONTHS:
        for branch in (world.a1, world.a2, world.b1):
            rows = month_rows(branch, month)
            totals = month_totals([branch.pk], month).get(branch.pk, Totals())
            shown = totals_of(rows)
            assert (totals.left, totals.over) == (shown.left, shown.over)
            assert (totals.assessed, totals.paid, totals.extra) == (shown.assessed, shown.paid, shown.extra)
            assert min(totals.left, totals.over, totals.assessed, totals.paid) >= 0
            for row in rows:
                owed[row.member_id] = owed.get(row.member_id, 0) + row.left
    for member in world.members_a1:
        assert account_of(member, 2026, on=LATER).left == owed.get(member.pk, 0)
    for sent in Remittance.objects.all():
        assert sent.collected >= 0
        assert sum(part.total for part in parts_of(sent)) == sent.collected


def sealed_rows(world: World) -> dict[int, list[tuple[object, ...]]]:
    """Dues of A1's sealed months."""
    months = DuesLock.objects.filter(branch=world.a1).values_list("month", flat=True)
    return {
        month: list(
            Due.objects.filter(branch=world.a1, month=month)
            .order_by("pk")
            .values_list("member", "kind", "amount")
        )
        for month in months
    }


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_no_order_of_deeds_breaks_a_sum_or_sticks_a_period(
    world: World, deeds: list[tuple[str, int, int, int, int]]
) -> None:
    with transaction.atomic():
        before: dict[int, list[tuple[object, ...]]] = {}
        for what, who, at, amount, extra in deeds:
            with suppress(Refused), transaction.atomic():
                deed(world, what, who, MONTHS[at], amount, extra)
            check(world)
            after = sealed_rows(world)
            assert {month: after[month] for month in before} == before
            before = after
        while remit(world) is not None:
            pass
        collected = Remittance.objects.filter(from_organization=world.a1).aggregate(n=Sum("collected"))["n"]
        rows = Payment.objects.filter(branch=world.a1, large=False, month__lte=MONTHS[-1])
        ledger = rows.aggregate(n=Sum(F("amount") + F("extra"), default=0))["n"]
        held = in_hand(world.a1, shift_month(MONTHS[-1], 1), shift_month(MONTHS[-1], 1))
        assert collected - held.carried == ledger
        transaction.set_rollback(True)
