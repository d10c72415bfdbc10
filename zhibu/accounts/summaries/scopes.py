"""The scope of a person, built from dated role assignments."""

from collections import defaultdict
from datetime import date
from types import MappingProxyType

from zhibu.accounts.models import AccountProposal, RoleAssignment, User
from zhibu.accounts.vocabulary import vocabulary
from zhibu.core.access import Scope


def scope_of(user: User, *, on: date) -> Scope:
    """What the person may do on that day. One query."""
    roles = vocabulary().roles
    held = (
        RoleAssignment.objects.in_force(on=on)
        .filter(user=user, organization__closed_on=None)
        .values_list("role", "organization__path")
        if user.is_active
        else ()
    )
    grants: dict[str, set[str]] = defaultdict(set)
    for role, path in held:
        if role in roles:
            for permission in roles[role].permissions:
                grants[permission].add(path)
    return Scope(
        user.pk, user.name, MappingProxyType({p: tuple(sorted(paths)) for p, paths in grants.items()})
    )


def scope_of_user_id(user_id: int | None, name: str, *, on: date) -> Scope:
    """The scope of a job's owner as it is on that day; named system work has no user."""
    if user_id is None:
        return Scope.system(name)
    return scope_of(User.objects.get(pk=user_id), on=on)


def takes_two(user: User, *, on: date) -> bool:
    """Whether deeds on the account take two administrators: it is one's, will be, or is proposed to be.

    At most two queries.
    """
    return (
        RoleAssignment.objects.administering(on=on).filter(user=user).exists()
        or AccountProposal.objects.making_administrators().filter(user=user).exists()
    )
