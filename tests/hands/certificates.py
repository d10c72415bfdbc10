"""Walks of the deeds with certificates and blank booklets."""

from datetime import timedelta

from tests.dispositions import done, handed_over, proposed
from tests.hands import Last, walk
from tests.world import TODAY, World
from zhibu.certificates import actions as certificates
from zhibu.certificates.actions import stock
from zhibu.certificates.actions import withdrawals as actions
from zhibu.certificates.models import StockEntry, StockWriteOff
from zhibu.certificates.policies_dispositions import table_in_force
from zhibu.certificates.tests import deeds, stock_steps
from zhibu.certificates.tests.test_withdrawals import START, opened, talked
from zhibu.members.rules.events import EventKind


@walk("certificates.withdrawal.approved")
def withdrawal(world: World, alone: World) -> Last:
    """Talked, given a deadline and proposed by the one person."""
    row = opened(alone)
    talked(alone, row, 1)
    talked(alone, row, 8)
    by = alone.scope("secretary_a1")
    actions.set_deadline(by=by, withdrawal=row, deadline=START + timedelta(days=30), on=TODAY)
    actions.propose_withdrawal(by=by, withdrawal=row, proposed_on=TODAY, on=TODAY)
    return lambda by: actions.approve_withdrawal(
        by=by, withdrawal=row, approved_on=TODAY, document="阿委〔2026〕2号", on=TODAY
    )


@walk("certificates.request.confirmed")
def loss_confirmed(world: World, alone: World) -> Last:
    """The member's statement on paper, entered by the one person."""
    handed_over(world)
    request = deeds.report(alone)
    return lambda by: certificates.confirm_request(
        by=by, request=request, confirmation="上门核实过", old_returned=False, on=TODAY
    )


@walk("certificates.request.settled")
def loss_reissued(world: World, alone: World) -> Last:
    """Entered by the one person, confirmed by the branch."""
    handed_over(world)
    request = deeds.confirm(world, deeds.report(alone))
    return lambda by: certificates.reissue(
        by=by, request=request, issue_date=TODAY, layout="pages", old_returned=False, on=TODAY
    )


@walk("certificates.withdrawal.answered")
def objection(world: World, alone: World) -> Last:
    """Proposed by the branch, approved by the one person; the member objects."""
    return _objected(world, approver=alone, objector=world)


@walk("certificates.withdrawal.answered:filed")
def objection_on_paper(world: World, alone: World) -> Last:
    """Approved by the committee; the one person enters what the member wrote."""
    return _objected(world, approver=world, objector=alone)


def _objected(world: World, *, approver: World, objector: World) -> Last:
    row = opened(world)
    talked(world, row, 1)
    talked(world, row, 8)
    clerk = world.scope("secretary_a1")
    actions.set_deadline(by=clerk, withdrawal=row, deadline=START + timedelta(days=30), on=TODAY)
    actions.propose_withdrawal(by=clerk, withdrawal=row, proposed_on=TODAY, on=TODAY)
    actions.approve_withdrawal(
        by=approver.scope("organizer_ashi"),
        withdrawal=row,
        approved_on=TODAY,
        document="阿委〔2026〕2号",
        on=TODAY,
    )
    actions.notify_member(by=clerk, withdrawal=row, notified_on=TODAY, on=TODAY)
    actions.object_to_withdrawal(
        by=objector.scope("member_a1"), withdrawal=row, text="党费已经补交，有收据", on=TODAY
    )
    return lambda by: actions.answer_objection(by=by, withdrawal=row, answer="收据只到六月，维持", on=TODAY)


@walk("certificates.disposition.copy_destroyed")
def destruction(world: World, alone: World) -> Last:
    """The one person reclaimed the copy and reported its destruction."""
    row = done(alone, proposed(handed_over(alone), EventKind.EXPEL), "reclaimed")
    later = TODAY + timedelta(days=table_in_force(on=TODAY).retention_days)
    certificates.report_destruction(
        by=alone.scope("organizer_ashi"), disposition=row, on_day=later, witness="任佳", on=later
    )
    return lambda by: certificates.confirm_destruction(by=by, disposition=row, on=later)


@walk("certificates.stock.arrived")
def parcel(world: World, alone: World) -> Last:
    """Sent by the one person."""
    sent = stock_steps.hand_down(stock_steps.stock_up(alone))
    return lambda by: stock.confirm_transfer(by=by, transfer=sent, received=20, day=TODAY, on=TODAY)


@walk("certificates.stock.shortfall_explained")
def short_parcel(world: World, alone: World) -> Last:
    """Sent by the one person; three did not arrive."""
    sent = stock_steps.hand_down(stock_steps.stock_up(alone))
    stock.confirm_transfer(by=world.scope("secretary_a1"), transfer=sent, received=17, day=TODAY, on=TODAY)
    return lambda by: stock.explain_shortfall(
        by=by, transfer=sent, resolution="lost", explanation="路上少的", on=TODAY
    )


@walk("certificates.stock.spoiled")
def writing_off(world: World, alone: World) -> Last:
    """Proposed by the one person, with the name of somebody who was there."""
    stock_steps.stock_up(alone)
    return _confirmed(
        stock.spoil_blanks(
            by=alone.scope("organizer_ashi"),
            organization=world.ashi,
            quantity=6,
            reason="打印机卡纸，印坏了",
            witness="任佳",
            day=TODAY,
            on=TODAY,
        )
    )


@walk("certificates.stock.difference_explained")
def explaining(world: World, alone: World) -> Last:
    """Counted and explained by the one person."""
    stock_steps.stock_up(alone)
    by = alone.scope("organizer_ashi")
    count = stock.count_blanks(by=by, organization=world.ashi, counted=40, on=TODAY)
    return _confirmed(
        stock.explain_count(by=by, count=count, explanation="漏雨泡坏", witness="任佳", on=TODAY)
    )


@walk("certificates.stock.issued")
def using(world: World, alone: World) -> Last:
    """Used up by hand, says the one person."""
    stock_steps.stock_up(alone)
    by = alone.scope("organizer_ashi")
    return _confirmed(
        stock.enter_use(by=by, organization=world.ashi, quantity=30, note="集中发证", day=TODAY, on=TODAY)
    )


@walk("certificates.stock.reversed")
def delivery_reversed(world: World, alone: World) -> Last:
    """The one person received the blanks and says that they never came."""
    stock_steps.stock_up(alone)
    entry = StockEntry.objects.get(organization=world.ashi)
    return _confirmed(
        stock.reverse_entry(by=alone.scope("organizer_ashi"), entry=entry, reason="重复登记", on=TODAY)
    )


def _confirmed(proposed: object) -> Last:
    assert isinstance(proposed, StockWriteOff)
    return lambda by: stock.confirm_write_off(by=by, write_off=proposed, on=TODAY)
