"""Permissions and roles, read once from vocabulary.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Permission:
    """One right, as it is shown to people."""

    name: str
    label: str
    sensitivity: str


@dataclass(frozen=True, slots=True)
class Role:
    """A bundle of rights and the kinds of organization it may be held on."""

    name: str
    label: str
    kind: str
    places: tuple[str, ...]
    permissions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All permissions and roles."""

    permissions: Mapping[str, Permission]
    roles: Mapping[str, Role]


@cache
def vocabulary() -> Vocabulary:
    """Read the file; fails at start when a role names an unknown permission."""
    raw = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    permissions = {
        name: Permission(name, each["label"], each["sensitivity"])
        for name, each in raw["permissions"].items()
    }
    roles = {
        name: Role(name, each["label"], each["kind"], tuple(each["places"]), tuple(each["permissions"]))
        for name, each in raw["roles"].items()
    }
    unknown = {p for role in roles.values() for p in role.permissions} - permissions.keys()
    if unknown:
        raise ValueError(f"vocabulary.toml: unknown permissions {sorted(unknown)}")
    return Vocabulary(permissions, roles)
