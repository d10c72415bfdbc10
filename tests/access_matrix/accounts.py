"""Accounts are the system administrator's, roles the security administrator's; nobody has both."""

from tests.access_matrix import (
    ADMINISTRATORS,
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
from tests.world import TODAY, World, grant, make_user
from zhibu.accounts import actions as accounts
from zhibu.accounts.tests.cases import proposed_grant

ONLY_SYSTEM = {303: SYSTEM}


def nobody(world: World) -> Captured:
    return {"user_id": world.people["nobody"].pk}


def closed(world: World) -> Captured:
    user = make_user("left_last_year", "李四")
    accounts.close_account(by=world.scope("system_admin"), user=user, on=TODAY)
    return {"user_id": user.pk}


def role_of_clerk(world: World) -> Captured:
    return {"assignment_id": assignment(world, "secretary_a2").pk}


def grant_audit(world: World) -> dict[str, object]:
    return {
        "role": "audit_administrator",
        "place": world.county.code,
        "from_date": TODAY.isoformat(),
        "last_day": "",
        "reason": "接替调走的人",
    }


def a_second_auditor(world: World) -> Captured:
    user = make_user("auditor_2", "李四")
    return {"assignment_id": grant(user, "audit_administrator", world.county).pk}


def auditor(world: World) -> Captured:
    return {"user_id": world.people["auditor"].pk}


def proposal(world: World) -> Captured:
    return {"proposal_id": proposed_grant(world, world.people["nobody"], "branch_clerk", world.a1).pk}


def ticked(world: World) -> dict[str, object]:
    return {"proposal": proposal(world)["proposal_id"]}


ROWS: tuple[Row, ...] = (
    page("accounts:users", {200: ADMINISTRATORS}),
    page("accounts:opening", {200: SYSTEM}),
    deed("accounts:opening", ONLY_SYSTEM, data={"name": "马小燕", "username": "maxiaoyan"}),
    page("accounts:user", {200: ADMINISTRATORS}, nobody),
    deed("accounts:closing", ONLY_SYSTEM, nobody),
    deed("accounts:reopening", ONLY_SYSTEM, closed),
    deed("accounts:password", ONLY_SYSTEM, nobody),
    deed("accounts:unlocking", {409: SYSTEM}, nobody, note="not locked"),
    deed("accounts:second_factor", {409: SYSTEM}, nobody, note="has none"),
    deed("accounts:grants", {303: ADMINISTRATORS}, nobody, data=grant_audit),
    deed(
        "accounts:deed_proposals",
        {303: SYSTEM + SECURITY, 409: AUDITOR},
        auditor,
        data={"deed": "password", "reason": "本人忘记密码"},
        note="never on the own account",
    ),
    deed("accounts:revocation", {303: SECURITY}, role_of_clerk),
    deed("accounts:revocation_proposals", {303: SECURITY}, a_second_auditor, data={"reason": "本人调离县里"}),
    page("accounts:proposals", {200: ADMINISTRATORS}),
    deed("accounts:confirmation", {303: SYSTEM + AUDITOR, 409: SECURITY}, proposal),
    deed("accounts:grant_confirmations", {303: SYSTEM + AUDITOR, 409: SECURITY}, data=ticked),
    deed("accounts:declining", {303: ADMINISTRATORS}, proposal, data={"reason": "支部没有换届"}),
    page("accounts:roles", {200: OFFICES + INSPECTOR + ADMINISTRATORS}),
    page("accounts:me", {200: SIGNED_IN}),
)
