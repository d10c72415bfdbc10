"""Walks of the deeds of administrators. The one person is all three of them, which the product refuses to make."""

from allauth.mfa.models import Authenticator

from tests.hands import Last, walk
from tests.world import TODAY, World
from zhibu.accounts import actions
from zhibu.accounts.models import AccountProposal, RoleAssignment, User
from zhibu.accounts.rules import Deed


def _proposed(alone: World, user: User, deed: Deed) -> Last:
    proposal, _half = actions.propose_deed(
        by=alone.scope("system_admin"), user=user, deed=deed, reason="本人当面申请，已核实", on=TODAY
    )
    return _confirmed(proposal)


def _confirmed(proposal: AccountProposal) -> Last:
    return lambda by: actions.confirm_proposal(by=by, proposal=proposal, on=TODAY)


@walk("accounts.role.granted:business")
def business_role(world: World, alone: World) -> Last:
    """Granted by the one person."""
    return _confirmed(
        actions.propose_grant(
            by=alone.scope("security_admin"),
            user=world.people["nobody"],
            role="branch_clerk",
            organization=world.a1,
            from_date=TODAY,
            reason="当选支部书记",
            on=TODAY,
        )
    )


@walk("accounts.role.granted:administrator")
def administrator_role(world: World, alone: World) -> Last:
    """Granted by the one person."""
    return _confirmed(
        actions.propose_grant(
            by=alone.scope("security_admin"),
            user=world.people["nobody"],
            role="audit_administrator",
            organization=world.county,
            from_date=TODAY,
            reason="接替调走的审计管理员",
            on=TODAY,
        )
    )


@walk("accounts.role.revoked")
def revocation(world: World, alone: World) -> Last:
    """Proposed by the one person."""
    held = RoleAssignment.objects.get(user=world.people["auditor"])
    return _confirmed(
        actions.propose_revocation(
            by=alone.scope("security_admin"), assignment=held, reason="本人调离", on=TODAY
        )
    )


@walk("accounts.password.reset")
def password(world: World, alone: World) -> Last:
    """Proposed by the one person."""
    return _proposed(alone, world.people["security_admin"], Deed.PASSWORD)


@walk("accounts.second_factor.forgotten")
def second_factor(world: World, alone: World) -> Last:
    """Proposed by the one person."""
    user = world.people["security_admin"]
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    return _proposed(alone, user, Deed.SECOND_FACTOR)


@walk("accounts.user.closed")
def closing(world: World, alone: World) -> Last:
    """Proposed by the one person."""
    return _proposed(alone, world.people["security_admin"], Deed.CLOSING)


@walk("accounts.user.reopened")
def reopening(world: World, alone: World) -> Last:
    """Proposed by the one person."""
    User.objects.filter(pk=world.people["auditor"].pk).update(is_active=False)
    return _proposed(alone, world.people["auditor"], Deed.REOPENING)


@walk("accounts.user.unlocked")
def unlocking(world: World, alone: World) -> Last:
    """Locked by wrong passwords, proposed by the one person."""
    user = world.people["auditor"]
    for _ in range(5):
        actions.note_failure(user.username)
    return _proposed(alone, user, Deed.UNLOCKING)
