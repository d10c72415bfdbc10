"""Months: the branch fills in and hands in, the committee seals or gives back, inspectors read."""

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
from tests.days import ago, day_in
from tests.world import World
from zhibu.months.tests.month_steps import MONTH, book, counted, opened, sealed, submitted

READ_A1 = {200: CLERK_A1 + ASHI + COUNTY + INSPECTOR, 404: CLERK_A2 + BASHI}
FILL_A1 = CLERK_A1 + ASHI + COUNTY
CONFIRM_A1 = ASHI + COUNTY


def _captured(world: World) -> Captured:
    return {"branch_id": world.a1.pk, "month": MONTH}


def unopened(world: World) -> Captured:
    return _captured(world)


def is_open(world: World) -> Captured:
    opened(world)
    return _captured(world)


def is_submitted(world: World) -> Captured:
    submitted(world, opened(world))
    return _captured(world)


def is_sealed(world: World) -> Captured:
    sealed(world)
    return _captured(world)


def month_alone(world: World) -> Captured:
    return {"month": MONTH}


def count(world: World) -> dict[str, object]:
    row = book(opened(world)).branch_month
    found = counted(row)
    return {
        "cash": f"{found.cash / 100:.2f}",
        "heads": found.heads,
        "attended": found.attended,
        "collected_on": day_in(MONTH, 15).isoformat(),
        "receiver": "阿措克布",
    }


ROWS: tuple[Row, ...] = (
    page("months:months", {200: CLERKS + COMMITTEES + COUNTY + INSPECTOR}),
    # A2 and Bashi have nobody: there is nothing to open.
    deed("months:months_opening", {303: CLERK_A1 + ASHI + COUNTY, 409: CLERK_A2 + BASHI}, month_alone),
    page("months:month", READ_A1, unopened, note="not open"),
    page("months:month", READ_A1, is_open, note="open"),
    page("months:month", READ_A1, is_sealed, note="sealed"),
    deed("months:month_operations", {409: FILL_A1, 404: CLERK_A2 + BASHI}, is_open, note="no page"),
    deed("months:month_submission", {303: FILL_A1, 404: CLERK_A2 + BASHI}, is_open, data=count),
    deed(
        "months:month_return",
        {303: CONFIRM_A1, 404: BASHI},
        is_submitted,
        data={"reason": "第3行没有写代交人"},
    ),
    deed("months:month_seal", {303: CONFIRM_A1, 404: BASHI}, is_submitted),
    page("months:month_exception", {200: CONFIRM_A1, 404: BASHI}, is_sealed),
    deed(
        "months:month_exception",
        {303: CONFIRM_A1, 404: BASHI},
        is_sealed,
        data=lambda world: {
            "granted_to": world.people["secretary_a1"].pk,
            "reason": "一笔代交人写错",
            "until": ago(-7).isoformat(),
        },
    ),
    deed("months:month_exception_end", {303: CONFIRM_A1, 404: BASHI}, is_sealed, note="nothing open"),
    deed("months:month_opening", {303: FILL_A1, 404: CLERK_A2 + BASHI}, unopened),
    page("months:month_sheet", READ_A1, is_open),
)
