"""Dues: ledger, entry, accounts, assessments, reliefs, receipts, quarters, handing up, arrears."""

from collections.abc import Mapping
from uuid import uuid4

from django.utils import timezone

from tests.access_matrix import (
    ASHI,
    BASHI,
    CLERK_A1,
    CLERK_A2,
    CLERKS,
    COMMITTEES,
    COUNTY,
    INSPECTOR,
    MEMBER,
    Captured,
    Row,
    deed,
    page,
)
from tests.days import dashed, month_back
from tests.world import TODAY, World
from zhibu.core.months import month_code, month_of
from zhibu.dues import actions
from zhibu.dues.rules.quarters import quarter_start
from zhibu.dues.tests.cases import opened, paid, relief, remittance

READERS = {200: CLERKS + COMMITTEES + COUNTY + INSPECTOR}
READ_A1 = {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR, 404: CLERK_A2 + BASHI}
DO_A1 = {200: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}
DONE_A1 = {303: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}
ASSESS = {200: COMMITTEES + COUNTY}
ASSESS_A1 = {200: ASHI + COUNTY, 404: BASHI}
ASSESSED_A1 = {303: ASHI + COUNTY, 404: BASHI}
OWN_A1 = {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR + MEMBER, 404: CLERK_A2 + BASHI}


def a1(world: World) -> Captured:
    return {"organization_id": world.a1.pk}


def a1_opened(world: World) -> Captured:
    opened(world, month_of(timezone.localdate()))
    return a1(world)


def ashi(world: World) -> Captured:
    return {"organization_id": world.ashi.pk}


def member(world: World) -> Captured:
    return {"member_id": world.members_a1[0].pk}


def payment(world: World) -> Captured:
    return {"payment_id": paid(world).pk}


def receipt(world: World) -> Captured:
    issued = actions.issue_receipts(
        by=world.scope("secretary_a1"), branch=world.a1, payment_ids=[paid(world).pk], on=TODAY
    )
    return {"receipt_id": issued[0].pk}


def a1_receipts(world: World) -> Captured:
    receipt(world)
    return a1(world)


def asked(world: World) -> Captured:
    return {"relief_id": relief(world).pk}


def granted(world: World) -> Captured:
    row = relief(world)
    actions.settle_relief(by=world.scope("county_organizer"), relief=row, approve=True, on=TODAY)
    return {"relief_id": row.pk}


def sent(world: World) -> Captured:
    return {"remittance_id": remittance(world).pk}


def tick_first(world: World) -> Mapping[str, object]:
    pk = world.members_a1[0].pk
    return {**COMMON, f"paid-{pk}": "1", f"op-{pk}": str(uuid4()), f"amount-{pk}": "0.20"}


def of_a_member(world: World) -> Mapping[str, object]:
    return {**COMMON, "months": [str(month_of(timezone.localdate()))], "operation": str(uuid4())}


def request_of_relief(world: World) -> Mapping[str, object]:
    today = timezone.localdate()
    month = month_code(month_of(today))
    return {
        "kind": "exempt",
        "from_month": month,
        "last_month": month,
        "requested_on": today.isoformat(),
        "resolved_on": today.isoformat(),
        "grounds": "长期住院，没有收入",
    }


def consent(world: World) -> Mapping[str, object]:
    today = timezone.localdate()
    return {
        "allowed": "yes",
        "from_month": quarter_start(month_of(today)),
        "decided_on": today.isoformat(),
        "reason": "在外务工，每季回来一次",
    }


def batch(world: World) -> Mapping[str, object]:
    month = f"{timezone.localdate().year}-01"
    return {"category": "farmer", "amount": "0.50", "from_month": month, "step": "apply", "seen": "3"}


COMMON = {"paid_on": TODAY.isoformat(), "channel": "cash", "receiver": "卢玉"}

ROWS: tuple[Row, ...] = (
    page("dues:ledger", READERS),
    page("dues:organization", READ_A1, a1_opened),
    deed("dues:opening", DONE_A1, a1, data={"month": dashed(month_back())}),
    page("dues:entry", DO_A1, a1_opened),
    deed("dues:entry", DONE_A1, a1_opened, data=tick_first),
    page("dues:account", OWN_A1, member),
    page("dues:member_panel", OWN_A1, member),
    page("dues:member_payment", DO_A1, member),
    deed("dues:member_payment", DONE_A1, member, data=of_a_member),
    page("dues:reversal", DO_A1, payment),
    deed("dues:reversal", DONE_A1, payment, data={"reason": "多收，已退", "operation": str(uuid4())}),
    page("dues:assessments", ASSESS),
    page("dues:organization_assessments", ASSESS_A1, a1),
    deed("dues:organization_assessments", ASSESSED_A1, a1, data={"step": "apply"}),
    page("dues:assessment_batch", ASSESS_A1, a1, data=batch),
    deed("dues:assessment_batch", ASSESSED_A1, a1, data=batch),
    page("dues:quarterly", READERS),
    page("dues:quarterly_new", DO_A1, member),
    deed("dues:quarterly_new", DONE_A1, member, data=consent),
    page("dues:reliefs", READERS),
    page("dues:relief", READ_A1, asked),
    page("dues:relief_new", DO_A1, member),
    deed("dues:relief_new", DONE_A1, member, data=request_of_relief),
    deed("dues:relief_settlement", ASSESSED_A1, asked, data={"approve": "yes"}),
    deed(
        "dues:relief_end",
        ASSESSED_A1,
        granted,
        data={"until_month": dashed(month_back(-2)), "note": "已经出院"},
    ),
    page("dues:receipts", READ_A1, a1_receipts),
    deed("dues:receipts_issue", DONE_A1, a1_receipts),
    page("dues:receipts_print", READ_A1, a1_receipts),
    page("dues:receipt_print", READ_A1, receipt),
    page("dues:remittances", READERS),
    page("dues:organization_remittances", READ_A1, a1),
    page("dues:remittance_new", DO_A1, a1, data={"from_month": dashed(month_back(1)), "months": "1"}),
    deed(
        "dues:remittance_new",
        DONE_A1,
        a1,
        data={
            "from_month": dashed(month_back(1)),
            "months": "1",
            "amount": "0",
            "kept": "0",
            "sent_on": TODAY.isoformat(),
        },
    ),
    # The giver sees it and is told that the taker confirms.
    page("dues:remittance_confirmation", {200: ASHI + COUNTY, 404: CLERK_A2 + BASHI}, sent),
    deed(
        "dues:remittance_confirmation",
        {303: ASHI + COUNTY, 404: CLERK_A2 + BASHI},
        sent,
        data={"arrived": "0.20"},
    ),
    page("dues:arrears", READERS),
    page("dues:organization_arrears", READ_A1, a1_opened),
    page("dues:ledger_workbook", READ_A1, a1_opened),
    page("dues:arrears_workbook", READ_A1, a1_opened),
    page("dues:remittances_workbook", READ_A1, a1),
    # The branch next door is neither end of it.
    page("dues:remittance_print", READ_A1, sent),
)
