"""Granting and revoking roles: written here, proposed and confirmed in ``proposals``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.accounts.actions.users import open_account
from zhibu.accounts.models import RoleAssignment, User
from zhibu.accounts.rules import ADMINISTRATORS, Held, check_compatible, check_not_twice
from zhibu.accounts.vocabulary import vocabulary
from zhibu.audit.actions import record
from zhibu.core.access import Denied, Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.organizations.models import Organization

PERMISSION = "accounts.manage_roles"


@transaction.atomic
def grant_role(
    *,
    by: Scope,
    user: User,
    role: str,
    organization: Organization,
    from_date: date,
    until: date | None = None,
) -> RoleAssignment:
    """The role on the organization and everything below it, on [from_date, until), by named system work.

    For the first set-up only. A person's grant is a proposal which another confirms: ``propose_grant``.
    """
    if not by.is_system:
        raise Denied(PERMISSION)
    user = User.objects.select_for_update().get(pk=user.pk)
    check_grant(user, role, organization, from_date=from_date, until=until)
    return write_grant(by, user, role, organization, from_date=from_date, until=until)


def check_grant(
    user: User, role: str, organization: Organization, *, from_date: date, until: date | None
) -> None:
    """Raise ``Refused`` when the role does not fit the place or does not go together with another of the same time.

    The row of the person has to be locked: two grants at once cannot each miss the other.
    """
    if not user.is_active:
        raise Refused(gettext_noop("这个账号已经停用，不能授予角色。"))
    roles = vocabulary().roles
    if role not in roles:
        raise Refused(gettext_noop("没有“{role}”这个角色。"), role=role)
    if organization.kind not in roles[role].places or organization.closed_on is not None:
        raise Refused(
            gettext_noop("“{role}”不能设在{organization}。"),
            role=roles[role].label,
            organization=organization.short_name,
            next_step=gettext_noop("请核对组织的类别，或换一个角色。"),
        )
    held = [
        Held(each.role, roles[each.role].kind, each.organization_id, each.from_date, each.until)
        for each in RoleAssignment.objects.of(user).not_over(on=from_date)
        if each.role in roles
    ]
    check_not_twice(role, organization.pk, held, from_date=from_date, until=until)
    check_compatible(
        role,
        {name: each.kind for name, each in roles.items()},
        {name: each.label for name, each in roles.items()},
        held,
        from_date=from_date,
        until=until,
    )


def write_grant(
    by: Scope,
    user: User,
    role: str,
    organization: Organization,
    *,
    from_date: date,
    until: date | None,
    proposed_by: int | None = None,
) -> RoleAssignment:
    """The row and its record. ``proposed_by``: who granted, where ``by`` confirms."""
    row = RoleAssignment.objects.create(
        user=user,
        role=role,
        organization=organization,
        from_date=from_date,
        until=until,
        granted_by_id=proposed_by,
        confirmed_by_id=by.user_id,
        granted_at=timezone.now(),
    )
    _record("accounts.role.granted", by, row, proposed_by)
    return row


@transaction.atomic
def revoke_role(*, by: Scope, assignment: RoleAssignment, on: date) -> RoleAssignment:
    """The role ends today: ``on`` is the first day on which it no longer holds. One not yet begun never begins.

    Business roles only: taking away power takes one person at once; an administrator's takes two.
    """
    row = locked_assignment(by, assignment, on=on)
    if row.role in ADMINISTRATORS:
        raise Refused(
            gettext_noop("管理员角色要由两类管理员一起收回。"),
            next_step=gettext_noop("请写明理由提出，由另一类管理员确认。"),
        )
    return write_revocation(by, row, on=on)


def locked_assignment(by: Scope, assignment: RoleAssignment, *, on: date) -> RoleAssignment:
    """The row, locked, for its revocation by a security administrator. Refused for the own role and one that is over."""
    row = (
        RoleAssignment.objects.select_for_update(of=("self",))
        .select_related("organization", "user")
        .get(pk=assignment.pk)
    )
    by.require(PERMISSION, row.organization.path)
    if by.user_id == row.user_id:
        raise Refused(
            gettext_noop("不能收回自己的角色。"), next_step=gettext_noop("请由另一位安全管理员办理。")
        )
    check_not_over(row, on=on)
    return row


def check_not_over(row: RoleAssignment, *, on: date) -> None:
    """Raise ``Refused`` when the role has ended."""
    if row.until is not None and row.until <= on:
        raise Refused(gettext_noop("这个角色已经结束。"))


def write_revocation(
    by: Scope, row: RoleAssignment, *, on: date, proposed_by: int | None = None
) -> RoleAssignment:
    """The role ends on that day, or never begins."""
    row.until = max(on, row.from_date)
    row.revoked_by_id = proposed_by or by.user_id
    row.save(update_fields=["until", "revoked_by"])
    _record("accounts.role.revoked", by, row, proposed_by)
    return row


@dataclass(frozen=True, slots=True)
class FirstPerson:
    """Somebody of the first set-up. An empty password is drawn."""

    username: str
    name: str
    role: str
    password: str = ""


@transaction.atomic
def first_administrators(
    *, by: Scope, county: Organization, people: Sequence[FirstPerson], on: date
) -> list[tuple[User, str]]:
    """Accounts and roles on the county for the first people; each with the one-time password.

    Only named system work may do it, and only while nobody administers: afterwards accounts and roles
    take two persons. All three administrators must be among them, each once.
    """
    if not by.is_system:
        by.require(PERMISSION, "")
    if RoleAssignment.objects.filter(role__in=ADMINISTRATORS).exists():
        raise Refused(
            gettext_noop("三个管理员已经设立，不能再次初始化。"),
            next_step=gettext_noop("新账号请由系统管理员开立，角色请由安全管理员授予。"),
        )
    named = sorted(each.role for each in people if each.role in ADMINISTRATORS)
    if named != sorted(ADMINISTRATORS):
        raise Refused(gettext_noop("初始化要有系统管理员、安全管理员、审计管理员各一人。"))
    opened = []
    for each in people:
        user, password = open_account(
            by=by, username=each.username, name=each.name, first_password=each.password
        )
        grant_role(by=by, user=user, role=each.role, organization=county, from_date=on)
        opened.append((user, password))
    return opened


def _record(event: str, by: Scope, row: RoleAssignment, proposed_by: int | None = None) -> None:
    organization = row.organization
    data = {
        "user": row.user_id,
        "role": row.role,
        "from_date": row.from_date.isoformat(),
        "until": row.until.isoformat() if row.until else None,
    } | ({"proposed_by": proposed_by} if proposed_by else {})
    record(event, by=by, on=row, chain=organization.pk, path=organization.path, data=data)
