"""Accounts and the roles of a person as pages show them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from zhibu.accounts.models import RoleAssignment, SignInFailures, User
from zhibu.accounts.rules import name_digest
from zhibu.accounts.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role somebody holds, held, or will hold. ``state``: in_force, to_come, over."""

    assignment: RoleAssignment
    label: str
    place: str
    state: str

    @property
    def last_day(self) -> date | None:
        """The last day it holds or held, as people say it; None without an end and when it never began."""
        row = self.assignment
        if row.until is None or row.until <= row.from_date:
            return None
        return row.until - timedelta(days=1)


def roles_of(user: User, *, on: date) -> list[HeldRole]:
    """All roles the person ever got, latest first. One query."""
    rows = RoleAssignment.objects.of(user).select_related(
        "organization", "granted_by", "confirmed_by", "revoked_by"
    )
    return [_held(row, on) for row in rows]


@dataclass(frozen=True, slots=True)
class Account:
    """A line of the list of accounts. ``state``: open, first_password, locked, closed."""

    user: User
    state: str
    roles: tuple[HeldRole, ...]


def accounts(users: Iterable[User], *, on: date, at: datetime) -> list[Account]:
    """Users with their roles in force and to come. Two queries for any number."""
    listed = list(users)
    held: dict[int, list[HeldRole]] = defaultdict(list)
    rows = RoleAssignment.objects.filter(user__in=listed).not_over(on=on).select_related("organization")
    for row in rows.order_by("-from_date", "-pk"):
        held[row.user_id].append(_held(row, on))
    names = [name_digest(user.username) for user in listed]
    locked = set(
        SignInFailures.objects.filter(pk__in=names, locked_until__gt=at).values_list("pk", flat=True)
    )
    return [
        Account(user, _state(user, is_locked=name in locked), tuple(held[user.pk]))
        for user, name in zip(listed, names, strict=True)
    ]


def role_label(role: str) -> str:
    """The Chinese name of a role; the code itself when the vocabulary knows it no longer."""
    roles = vocabulary().roles
    return roles[role].label if role in roles else role


def _held(row: RoleAssignment, on: date) -> HeldRole:
    if row.until is not None and row.until <= on:
        state = "over"
    else:
        state = "to_come" if row.from_date > on else "in_force"
    return HeldRole(row, role_label(row.role), row.organization.short_name, state)


def _state(user: User, *, is_locked: bool) -> str:
    if not user.is_active:
        return "closed"
    if is_locked:
        return "locked"
    return "first_password" if user.must_change_password else "open"
