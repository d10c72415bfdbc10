"""Transfers of the organizational relationship: both ends see one, the steps are each side's own."""

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
    OFFICES,
    Captured,
    Row,
    deed,
    page,
)
from tests.days import dashed, month_back
from tests.world import TODAY, World
from zhibu.mobility.actions import letters, receipts
from zhibu.mobility.actions import transfers as actions
from zhibu.mobility.models import Transfer

# A1 sends to B1: Ashi's side and Bashi's side, not the sibling branch.
SEEN = {200: CLERK_A1 + COMMITTEES + COUNTY + INSPECTOR, 404: CLERK_A2}
ENDS = CLERK_A1 + COMMITTEES + COUNTY


def _requested(world: World, *, dues: str = "") -> Transfer:
    return actions.request_transfer(
        by=world.scope("secretary_a1"),
        member=world.members_a1[0],
        to_branch=world.b1,
        reason="工作调动到巴市镇",
        dues_paid_to=dues,
        on=TODAY,
    )


def _issued(world: World) -> Transfer:
    return letters.issue_letter(
        by=world.scope("organizer_ashi"), transfer=_requested(world, dues=dashed(month_back(1))), on=TODAY
    )


def requested(world: World) -> Captured:
    return {"transfer_id": _requested(world).pk}


def agreed(world: World) -> Captured:
    return {"transfer_id": _requested(world, dues=dashed(month_back(1))).pk}


def issued(world: World) -> Captured:
    return {"transfer_id": _issued(world).pk}


def received(world: World) -> Captured:
    row = receipts.receive_transfer(
        by=world.scope("organizer_bashi"), transfer=_issued(world), received_on=TODAY, on=TODAY
    )
    return {"transfer_id": row.pk}


def some(world: World) -> Captured:
    _issued(world)
    return {}


def member(world: World) -> Captured:
    return {"member_id": world.members_a1[1].pk}


def member_with_transfer(world: World) -> Captured:
    _issued(world)
    return {"member_id": world.members_a1[0].pk}


def outward(world: World) -> dict[str, object]:
    return {"to_branch": world.b1.pk, "outside": "", "reason": "工作调动到巴市镇", "dues_paid_to": ""}


A1_HANDLED = {200: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}
AGREE = {"agreement-dues_paid_to": dashed(month_back(1))}
RECEIPT = {"receipt-received_on": TODAY.isoformat(), "receipt-late_reason": ""}
CANCEL = {"cancel-reason": "本人不去了"}
AGAIN = {"letter-reason": "路上遗失"}

ROWS: tuple[Row, ...] = (
    page("mobility:transfers", {200: CLERKS + COMMITTEES + COUNTY + INSPECTOR}, some),
    page("mobility:transfer_candidates", {200: OFFICES}, data={"q": "吉则"}),
    page("mobility:transfer_claim", {200: OFFICES}),
    deed("mobility:transfer_claim", {422: OFFICES}, data={"name": ""}, note="incomplete"),
    page("mobility:transfer_arrival", {200: OFFICES}),
    deed("mobility:transfer_arrival", {422: OFFICES}, data={"name": ""}, note="incomplete"),
    page("mobility:transfer_new", A1_HANDLED, member),
    deed(
        "mobility:transfer_new", {303: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}, member, data=outward
    ),
    page("mobility:transfer", SEEN, requested),
    page("mobility:transfer", SEEN, issued, note="issued"),
    page("mobility:transfer", SEEN, received, note="received"),
    # The receiving side sees the transfer and cannot agree for the sending one.
    deed(
        "mobility:transfer_agreement",
        {303: CLERK_A1 + ASHI + COUNTY, 403: BASHI, 404: CLERK_A2},
        requested,
        data=AGREE,
    ),
    deed("mobility:transfer_letter", {303: ASHI + COUNTY, 403: BASHI}, agreed),
    deed("mobility:transfer_letter_print", {200: ASHI + COUNTY, 403: BASHI}, issued),
    deed("mobility:transfer_new_letter", {303: ASHI + COUNTY, 403: BASHI}, issued, data=AGAIN),
    deed(
        "mobility:transfer_receipt",
        {303: BASHI + COUNTY, 403: CLERK_A1 + ASHI, 404: CLERK_A2},
        issued,
        data=RECEIPT,
    ),
    page("mobility:transfer_receipt_print", SEEN, received),
    deed("mobility:transfer_cancellation", {303: ENDS, 404: CLERK_A2}, issued, data=CANCEL),
    deed("mobility:transfer_old_number", {409: COMMITTEES + COUNTY}, received),
    page(
        "mobility:member_transfers",
        {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR + MEMBER, 404: CLERK_A2 + BASHI},
        member_with_transfer,
    ),
)
