"""Who did the first part of a deed of two reads who else can do it; another finds the button."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.access_matrix import certificates_dispositions as dispositions
from tests.access_matrix import dues
from tests.days import dashed, month_back
from tests.dispositions import handed_over
from tests.hands import alone, with_every_role
from tests.world import TODAY, World
from zhibu.certificates.actions import stock, withdrawals
from zhibu.certificates.models import StockEntry, Withdrawal
from zhibu.certificates.tests import deeds, stock_steps
from zhibu.certificates.tests.test_withdrawals import START, opened, talked
from zhibu.mobility.actions import letters, transfers
from zhibu.mobility.tests import transfer_steps
from zhibu.points import actions as points
from zhibu.points.tests import cases

Made = Mapping[str, object]


def loss(world: World, one: World) -> Made:
    handed_over(world)
    return {"request_id": deeds.report(one).pk}


def confirmed_loss(world: World, one: World) -> Made:
    handed_over(world)
    return {"request_id": deeds.confirm(world, deeds.report(one)).pk}


def withdrawal(world: World, one: World) -> Made:
    row = opened(world)
    talked(world, row, 1)
    talked(world, row, 8)
    by = one.scope("secretary_a1")
    withdrawals.set_deadline(by=by, withdrawal=row, deadline=START + timedelta(days=30), on=TODAY)
    withdrawals.propose_withdrawal(by=by, withdrawal=row, proposed_on=TODAY, on=TODAY)
    return {"withdrawal_id": row.pk}


def objected_withdrawal(world: World, one: World) -> Made:
    made = withdrawal(world, world)
    row = Withdrawal.objects.get()
    withdrawals.approve_withdrawal(
        by=one.scope("organizer_ashi"),
        withdrawal=row,
        approved_on=TODAY,
        document="阿委〔2026〕2号",
        on=TODAY,
    )
    by = world.scope("secretary_a1")
    withdrawals.notify_member(by=by, withdrawal=row, notified_on=TODAY, on=TODAY)
    withdrawals.object_to_withdrawal(
        by=world.scope("member_a1"), withdrawal=row, text="党费已经补交，有收据", on=TODAY
    )
    return made


def objection(world: World, one: World) -> Made:
    row = points.file_objection(
        by=one.scope("secretary_a1"), entry=cases.published(world), text="那天本人在场，签到表上有", on=TODAY
    )
    return {"objection_id": row.pk}


def transfer(world: World, one: World) -> Made:
    row = letters.issue_letter(
        by=world.scope("organizer_ashi"), transfer=transfer_steps.agreed(one), on=TODAY
    )
    return {"transfer_id": row.pk}


def transfer_out(world: World, one: World) -> Made:
    row = transfers.request_transfer(
        by=one.scope("secretary_a1"),
        member=world.members_a1[0],
        outside="中共成都市武侯区委组织部",
        reason="到成都工作",
        dues_paid_to=dashed(month_back()),
        on=TODAY,
    )
    return {"transfer_id": row.pk}


def parcel(world: World, one: World) -> Made:
    return {"transfer_id": stock_steps.hand_down(stock_steps.stock_up(one)).pk}


def short_parcel(world: World, one: World) -> Made:
    sent = stock_steps.hand_down(stock_steps.stock_up(one))
    return {"transfer_id": stock_steps.confirm(world, sent, 17).pk}


def write_off(world: World, one: World) -> Made:
    stock_steps.stock_up(one)
    entry = StockEntry.objects.get(organization=world.ashi)
    by = one.scope("organizer_ashi")
    return {"write_off_id": stock.reverse_entry(by=by, entry=entry, reason="重复登记", on=TODAY).pk}


PAGES: list[tuple[str, Callable[[World, World], Made], str]] = [
    ("dues:remittance_confirmation", lambda _world, one: dues.sent(one), "确认收到"),
    ("certificates:request", loss, "核实，注销旧证本"),
    ("certificates:request", confirmed_loss, "补发新证本"),
    ("certificates:withdrawal", withdrawal, "党委批准"),
    ("certificates:withdrawal", objected_withdrawal, "答复异议"),
    ("certificates:stock_arrival", parcel, "签收"),
    ("certificates:stock_refusal", parcel, "拒收"),
    ("certificates:stock_shortfall", short_parcel, "说明差额"),
    ("certificates:stock_write_off", write_off, "确认减少"),
    ("certificates:disposition", lambda _world, one: dispositions.reported(one), "我在场，确认销毁"),
    ("points:objection", objection, "登记复核结论"),
    ("mobility:transfer", transfer, "接收"),
    ("mobility:transfer", transfer_out, "开介绍信"),
]


@pytest.mark.parametrize(("name", "first", "button"), PAGES)
def test_the_first_person_reads_who_else_can_do_it_and_another_finds_the_button(
    world: World, name: str, first: Callable[[World, World], Made], button: str
) -> None:
    one = alone(world, with_every_role(world, "everything", "吉克阿鲁"))
    other = alone(world, with_every_role(world, "everything_too", "沙马依古"))
    address = reverse(name, kwargs=dict(first(world, one)))
    own, others = (each.client("secretary_a1").get(address).content.decode() for each in (one, other))
    assert "等待另一人确认：" in own
    assert f"{button}</button>" not in own
    assert "等待另一人确认：" not in others
    assert f"{button}</button>" in others
