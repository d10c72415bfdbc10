"""Roles, permissions, deeds and hands as tables, on the page and in the documentation."""

from dataclasses import dataclass
from functools import cache

from zhibu.accounts.hands import Matter, matters
from zhibu.accounts.vocabulary import Permission, Role, vocabulary
from zhibu.audit.summaries.pages import event_label


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
    parts = [
        (
            "\n## Deeds and hands\n\n"
            "From `zhibu/accounts/hands.toml`: every deed the log knows. Some stand in both lists: they take two "
            "persons under a condition. `tests/test_hands.py` walks each deed of two with one person who holds "
            "every role everywhere.\n"
        )
    ]
    for matter, alone in deeds().matters:
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
