"""Blank booklets at county, committees and branches; the void list."""

from tests.access_matrix import (
    ASHI,
    BASHI,
    CLERK_A1,
    CLERK_A2,
    CLERKS,
    COMMITTEES,
    COUNTY,
    INSPECTOR,
    Captured,
    Row,
    deed,
    page,
)
from tests.world import TODAY, World
from zhibu.certificates.actions import stock
from zhibu.certificates.models import StockEntry, StockTransfer, StockWriteOff

DAY = TODAY.isoformat()
KEEPERS = CLERKS + COMMITTEES + COUNTY
READERS = KEEPERS + INSPECTOR
A1 = {200: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}
DO_A1 = {303: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}
# The sender's end is Ashi's, the receiver's A1's; both ends are Ashi's and the county's.
ABOVE = {200: ASHI + COUNTY, 404: CLERKS + BASHI}
DO_ABOVE = {303: ASHI + COUNTY, 404: CLERKS + BASHI}


def delivered(world: World) -> StockEntry:
    return stock.receive_blanks(
        by=world.scope("organizer_ashi"), organization=world.ashi, quantity=50, day=TODAY, on=TODAY
    )


def parcel(world: World) -> StockTransfer:
    delivered(world)
    return stock.send_blanks(
        by=world.scope("organizer_ashi"),
        from_organization=world.ashi,
        to_organization=world.a1,
        quantity=20,
        day=TODAY,
        on=TODAY,
    )


def a1(world: World) -> Captured:
    return {"organization_id": world.a1.pk}


def a1_stocked(world: World) -> Captured:
    stock.confirm_transfer(
        by=world.scope("secretary_a1"), transfer=parcel(world), received=20, day=TODAY, on=TODAY
    )
    return a1(world)


def ashi(world: World) -> Captured:
    delivered(world)
    return {"organization_id": world.ashi.pk}


def entry(world: World) -> Captured:
    return {"entry_id": delivered(world).pk}


def on_its_way(world: World) -> Captured:
    return {"transfer_id": parcel(world).pk}


def short(world: World) -> Captured:
    row = stock.confirm_transfer(
        by=world.scope("secretary_a1"), transfer=parcel(world), received=18, day=TODAY, on=TODAY
    )
    return {"transfer_id": row.pk}


def a1_counted(world: World) -> Captured:
    a1_stocked(world)
    row = stock.count_blanks(by=world.scope("secretary_a1"), organization=world.a1, counted=19, on=TODAY)
    return {"count_id": row.pk}


def a1_written_off(world: World) -> Captured:
    a1_stocked(world)
    row = stock.spoil_blanks(
        by=world.scope("secretary_a1"), organization=world.a1, quantity=6, reason="受潮", day=TODAY, on=TODAY
    )
    assert isinstance(row, StockWriteOff)
    return {"write_off_id": row.pk}


def back(world: World) -> dict[str, object]:
    return {"to_organization": world.ashi.pk, "quantity": 2, "day": DAY}


REASON = {"reason": "登记错了"}

ROWS: tuple[Row, ...] = (
    page("certificates:stock", {200: KEEPERS}),
    page("certificates:organization_stock", A1, a1_stocked),
    page("certificates:stock_below", ABOVE, ashi),
    page("certificates:stock_workbook", A1, a1_stocked),
    page("certificates:stock_delivery", ABOVE, ashi),
    deed("certificates:stock_delivery", DO_ABOVE, ashi, data={"quantity": 5, "day": DAY}),
    page("certificates:stock_sending", A1, a1_stocked),
    deed("certificates:stock_sending", DO_A1, a1_stocked, data=back),
    page("certificates:stock_spoilage", A1, a1_stocked),
    deed("certificates:stock_spoilage", DO_A1, a1_stocked, data={"quantity": 1, "day": DAY, **REASON}),
    page("certificates:stock_use", A1, a1_stocked),
    deed("certificates:stock_use", DO_A1, a1_stocked, data={"quantity": 1, "day": DAY}),
    page("certificates:stock_count", A1, a1_stocked),
    deed("certificates:stock_count", DO_A1, a1_stocked, data={"counted": 20}),
    page("certificates:stock_explanation", A1, a1_counted),
    deed("certificates:stock_explanation", DO_A1, a1_counted, data={"explanation": "漏登1本"}),
    page("certificates:stock_arrival", A1, on_its_way),
    # The organizer of Ashi sent it: the refusal stands on the form.
    deed(
        "certificates:stock_arrival",
        {303: CLERK_A1 + COUNTY, 200: ASHI, 404: CLERK_A2 + BASHI},
        on_its_way,
        data={"received": 20, "day": DAY},
    ),
    page("certificates:stock_refusal", A1, on_its_way),
    deed(
        "certificates:stock_refusal",
        {303: CLERK_A1 + COUNTY, 200: ASHI, 404: CLERK_A2 + BASHI},
        on_its_way,
        data=REASON,
    ),
    page("certificates:stock_recall", ABOVE, on_its_way),
    deed("certificates:stock_recall", DO_ABOVE, on_its_way, data=REASON),
    page("certificates:stock_shortfall", ABOVE, short),
    deed(
        "certificates:stock_shortfall",
        {303: COUNTY, 200: ASHI, 404: CLERKS + BASHI},  # who sent it does not explain what is missing
        short,
        data={"resolution": "kept", "explanation": "发出时少装了"},
    ),
    page("certificates:stock_reversal", ABOVE, entry),
    deed("certificates:stock_reversal", DO_ABOVE, entry, data=REASON),
    page("certificates:stock_write_off", A1, a1_written_off),
    # The secretary of A1 proposed it: the refusal stands on the page.
    deed(
        "certificates:stock_write_off",
        {303: ASHI + COUNTY, 200: CLERK_A1, 404: CLERK_A2 + BASHI},
        a1_written_off,
        data={"confirmed": "on"},
    ),
    page("certificates:stock_write_off_decline", A1, a1_written_off),
    deed("certificates:stock_write_off_decline", DO_A1, a1_written_off, data=REASON),
    page("certificates:void_list", {200: READERS}),
    page("certificates:void_list_file", {200: READERS}),
    page("certificates:void_list_keys", {200: READERS}),
)
