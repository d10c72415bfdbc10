"""What tests of accounts do again and again."""

from datetime import date

from tests.world import TODAY, World
from zhibu.accounts import actions
from zhibu.accounts.models import AccountProposal, RoleAssignment, User
from zhibu.accounts.rules import Deed
from zhibu.organizations.models import Organization

REASON = "本人当面申请，已核实"


def proposed_grant(
    world: World,
    user: User,
    role: str,
    organization: Organization,
    *,
    from_date: date = TODAY,
    until: date | None = None,
    by: str = "security_admin",
    on: date = TODAY,
) -> AccountProposal:
    """The security administrator proposes the role."""
    return actions.propose_grant(
        by=world.scope(by),
        user=user,
        role=role,
        organization=organization,
        from_date=from_date,
        until=until,
        reason=REASON,
        on=on,
    )


def granted(
    world: World,
    user: User,
    role: str,
    organization: Organization,
    *,
    from_date: date = TODAY,
    until: date | None = None,
) -> RoleAssignment:
    """Proposed by the security administrator, confirmed by the audit administrator."""
    row = proposed_grant(world, user, role, organization, from_date=from_date, until=until)
    actions.confirm_proposal(by=world.scope("auditor"), proposal=row, on=TODAY)
    return RoleAssignment.objects.order_by("pk").last() or RoleAssignment()


def proposed(world: World, name: str, deed: Deed, *, by: str = "system_admin") -> tuple[AccountProposal, str]:
    """A deed on the account of the named person."""
    return actions.propose_deed(
        by=world.scope(by), user=world.people[name], deed=deed, reason=REASON, on=TODAY
    )


def confirmed(world: World, row: AccountProposal, *, by: str = "auditor") -> str:
    """Confirmed by the audit administrator; the second half of a password."""
    return actions.confirm_proposal(by=world.scope(by), proposal=row, on=TODAY)
