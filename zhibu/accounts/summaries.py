"""The scope of a person, built from dated role assignments; accounts and roles as pages show them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from types import MappingProxyType

from zhibu.accounts.hands import Matter, matters
from zhibu.accounts.models import RoleAssignment, SignInFailures, User
from zhibu.accounts.rules import name_digest
from zhibu.accounts.vocabulary import Permission, Role, vocabulary
from zhibu.audit.summaries import event_label
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
    rows = RoleAssignment.objects.of(user).select_related("organization", "granted_by", "revoked_by")
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


def _held(row: RoleAssignment, on: date) -> HeldRole:
    roles = vocabulary().roles
    if row.until is not None and row.until <= on:
        state = "over"
    else:
        state = "to_come" if row.from_date > on else "in_force"
    label = roles[row.role].label if row.role in roles else row.role
    return HeldRole(row, label, row.organization.short_name, state)


def _state(user: User, *, is_locked: bool) -> str:
    if not user.is_active:
        return "closed"
    if is_locked:
        return "locked"
    return "first_password" if user.must_change_password else "open"


@dataclass(frozen=True, slots=True)
class RoleTable:
    """Roles across, permissions down; each line says for every role whether it holds."""

    roles: tuple[Role, ...]
    lines: tuple[tuple[Permission, tuple[tuple[Role, bool], ...]], ...]


@cache
def role_table() -> RoleTable:
    """The whole vocabulary as a table. No query."""
    words = vocabulary()
    roles = tuple(words.roles.values())
    lines = tuple(
        (permission, tuple((role, name in role.permissions) for role in roles))
        for name, permission in words.permissions.items()
    )
    return RoleTable(roles, lines)


@dataclass(frozen=True, slots=True)
class Deeds:
    """All deeds by matter with the words for what one person does alone; how many there are of each sort."""

    matters: tuple[tuple[Matter, tuple[str, ...]], ...]

    @property
    def of_two(self) -> int:
        """How many deeds take a second person."""
        return sum(len(matter.together) for matter, _alone in self.matters)

    @property
    def of_one(self) -> int:
        """How many deeds one person does alone."""
        return sum(len(alone) for _matter, alone in self.matters)


@cache
def deeds() -> Deeds:
    """The list of deeds and hands. No query."""
    return Deeds(tuple((each, tuple(event_label(event) for event in each.alone)) for each in matters()))


def roles_markdown() -> str:
    """Roles, permissions, deeds and hands as a page of the documentation (docs/operations/roles.md)."""
    table = role_table()
    head = "| 权限 | 敏感 | " + " | ".join(role.label for role in table.roles) + " |\n"
    line = "|---|---|" + ":-:|" * len(table.roles) + "\n"
    sensitivity = {"normal": "", "personal": "个人信息", "sealed": "每次记日志"}
    rows = "".join(
        f"| {permission.label} `{permission.name}` | {sensitivity[permission.sensitivity]} | "
        + " | ".join("●" if holds else "" for _role, holds in held)
        + " |\n"
        for permission, held in table.lines
    )
    return (
        "<!-- Written by `zhibu docs roles`; do not edit. -->\n"
        "# Roles and permissions\n\n"
        "From `zhibu/accounts/vocabulary.toml`. A role is held on an organization and reaches everything below "
        "it, from a day until before another. Nobody holds two of the three administrator roles, or one of them "
        "and a business role; nobody grants a role to himself or to an account he opened.\n\n"
        + head
        + line
        + rows
        + _hands_markdown()
    )


def _hands_markdown() -> str:
    listed = deeds()
    parts = [
        (
            "\n## Deeds and hands\n\n"
            "From `zhibu/accounts/hands.toml`: every deed the log knows. "
            f"{listed.of_two} take two persons, {listed.of_one} are done by one person with the right for it; "
            "some stand in both lists, for they take two under a condition. "
            "`tests/test_hands.py` walks each deed of two with one person who holds every role everywhere.\n"
        )
    ]
    for matter, alone in listed.matters:
        parts.append(f"\n### {matter.label}\n\n")
        if matter.together:
            parts.append("| 两人办的事 | 先办的人 | 后办的人 | 为什么 |\n|---|---|---|---|\n")
            parts += [
                f"| {each.what} `{each.key}` | {each.first} | {each.second} | {each.why} |\n"
                for each in matter.together
            ]
            parts.append("\n")
        parts.append(f"一人办的事：{'、'.join(alone)}。\n")
    return "".join(parts)
