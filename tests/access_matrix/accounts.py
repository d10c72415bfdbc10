"""Accounts are the system administrator's, roles the security administrator's; nobody has both."""

from tests.access_matrix import (
    AUDITOR,
    INSPECTOR,
    OFFICES,
    SECURITY,
    SIGNED_IN,
    SYSTEM,
    Captured,
    Row,
    deed,
    page,
)
from tests.things import assignment
from tests.world import World, make_user
from zhibu.accounts import actions as accounts

BOTH = SYSTEM + SECURITY
ONLY_SYSTEM = {303: SYSTEM}


def nobody(world: World) -> Captured:
    return {"user_id": world.people["nobody"].pk}


def closed(world: World) -> Captured:
    user = make_user("left_last_year", "李四")
    accounts.close_account(by=world.scope("system_admin"), user=user)
    return {"user_id": user.pk}


def role_of_clerk(world: World) -> Captured:
    return {"assignment_id": assignment(world, "secretary_a2").pk}


def grant_a1(world: World) -> dict[str, object]:
    return {"role": "branch_clerk", "place": world.a1.code, "from_date": "2026-11-24", "last_day": ""}


ROWS: tuple[Row, ...] = (
    page("accounts:users", {200: BOTH}),
    page("accounts:opening", {200: SYSTEM}),
    deed("accounts:opening", ONLY_SYSTEM, data={"name": "马小燕", "username": "maxiaoyan"}),
    page("accounts:user", {200: BOTH}, nobody),
    deed("accounts:closing", ONLY_SYSTEM, nobody),
    deed("accounts:reopening", ONLY_SYSTEM, closed),
    deed("accounts:password", ONLY_SYSTEM, nobody),
    deed("accounts:unlocking", {409: SYSTEM}, nobody, note="not locked"),
    deed("accounts:second_factor", {409: SYSTEM}, nobody, note="has none"),
    deed("accounts:grants", {303: SECURITY}, nobody, data=grant_a1),
    deed("accounts:revocation", {303: SECURITY}, role_of_clerk),
    page("accounts:roles", {200: OFFICES + INSPECTOR + BOTH + AUDITOR}),
    page("accounts:me", {200: SIGNED_IN}),
)
