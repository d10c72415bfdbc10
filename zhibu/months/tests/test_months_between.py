"""What happens in the ledgers between submission and seal, and behind a month that is sealed: no sum drifts apart."""

from datetime import date
from uuid import uuid4

import pytest

from tests.world import TODAY, World, make_member
from zhibu.core.access import Refused
from zhibu.dues import actions as dues
from zhibu.dues.models import Due, Payment
from zhibu.meetings import actions as meetings
from zhibu.members.models import Member
from zhibu.months import actions as months
from zhibu.months.models import BranchMonth
from zhibu.months.summaries.seals import verify_seals
from zhibu.months.tests.month_steps import EARLY, MONTH, THEME_DAY, book, entered, opened, sealed, submitted

pytestmark = pytest.mark.dated


def seal(world: World, row: BranchMonth) -> BranchMonth:
    """Ashi confirms."""
    return months.seal_month(by=world.scope("organizer_ashi"), branch_month=row, on=EARLY)


def taken_back(world: World, member: Member) -> None:
    """The clerk gives the money back in the ledger of dues."""
    payment = Payment.objects.filter(member=member, month=MONTH, reverses=None).latest("pk")
    dues.reverse_payment(
        by=world.scope("secretary_a1"), payment=payment, reason="多收，已退", operation=uuid4(), on=EARLY
    )


def net(member: Member) -> int:
    """Fen that stand as paid for the month."""
    return sum(payment.amount + payment.extra for payment in Payment.objects.filter(member=member))


def test_money_given_back_after_submission_is_not_sealed_as_paid(world: World) -> None:
    row, member = submitted(world, opened(world)), world.members_a1[1]
    taken_back(world, member)
    with pytest.raises(Refused, match=f"{member.name}.*提交以后又有改动") as refused:
        seal(world, row)
    assert "退回支部" in refused.value.next_step
    row = months.return_month(
        by=world.scope("organizer_ashi"), branch_month=row, reason="党费台账又有改动", on=EARLY
    )
    entered(world, row, member, {"how": "unpaid"})
    row = seal(world, submitted(world, row))
    assert row.summary["paid"] == 40 == sum(p.amount for p in Payment.objects.filter(month=MONTH))


def test_money_given_back_and_taken_again_is_written_again(world: World) -> None:
    row, member = submitted(world, opened(world)), world.members_a1[1]
    for _ in range(2):
        months.return_month(by=world.scope("organizer_ashi"), branch_month=row, reason="请再核对", on=EARLY)
        taken_back(world, member)
        assert net(member) == 0
        row = submitted(world, row)
        assert net(member) == 20, "the cell still says paid, and the cash was counted with it"
    row = seal(world, row)
    assert row.summary["paid"] == 60 == sum(p.amount for p in Payment.objects.filter(month=MONTH))


def test_a_voluntary_sum_in_the_ledger_stands_beside_the_payment_of_the_page(world: World) -> None:
    row, member = submitted(world, opened(world)), world.members_a1[1]
    more = dues.PaymentEntry(member.pk, MONTH, 0, 300, THEME_DAY, "cash", "", "", operation=uuid4())
    dues.record_payments(by=world.scope("secretary_a1"), branch=world.a1, entries=[more], on=EARLY)
    row = seal(world, row)
    assert (row.summary["paid"], row.summary["cash"], row.summary["elsewhere"]) == (360, 60, 300)
    assert net(member) == 320


def test_a_list_of_those_present_that_changed_after_submission_is_not_sealed(world: World) -> None:
    row = submitted(world, opened(world))
    meetings.set_attendance(
        by=world.scope("secretary_a1"),
        meeting=book(row).held[0],
        member_id=world.members_a1[0].pk,
        status="absent",
        reason="",
        seen=0,
        on=EARLY,
    )
    with pytest.raises(Refused, match="到会签名3人次，各行合计2人次"):
        seal(world, row)
    months.return_month(by=world.scope("organizer_ashi"), branch_month=row, reason="到会改过", on=EARLY)
    assert seal(world, submitted(world, row)).summary["came"] == 2


def test_who_came_to_the_ledger_after_submission_is_not_sealed_as_paid(world: World) -> None:
    row = submitted(world, opened(world))
    newcomer = make_member(branch=world.a1)
    dues.open_month(by=world.scope("secretary_a1"), month=MONTH, branch_ids=[world.a1.pk], on=TODAY)
    assert Due.objects.filter(branch=world.a1, month=MONTH).count() == 4
    with pytest.raises(Refused, match=f"{newcomer.name}的党费在支部提交以后又有改动"):
        seal(world, row)


def test_a_meeting_planned_after_submission_is_settled_before_the_seal(world: World) -> None:
    row = submitted(world, opened(world))
    meetings.plan_meeting(
        by=world.scope("secretary_a1"), branch=world.a1, kind="party_class", day=date(2026, 10, 20), on=TODAY
    )
    with pytest.raises(Refused, match="还没有登记是否召开"):
        seal(world, row)


def test_no_month_is_opened_behind_one_that_is_sealed(world: World) -> None:
    make_member(branch=world.a2)
    sealed(world)
    with pytest.raises(Refused, match="2026年10月已经封存"):
        months.open_months(by=world.scope("secretary_a1"), month=202609, organization=world.a1, on=TODAY)
    by = world.scope("organizer_ashi")
    assert months.open_months(by=by, month=202609, organization=world.ashi, on=TODAY) == 1
    assert list(BranchMonth.objects.filter(month=202609).values_list("branch", flat=True)) == [world.a2.pk]
    assert not Due.objects.filter(month=202609, branch=world.a1).exists()
    assert verify_seals().broken is None
