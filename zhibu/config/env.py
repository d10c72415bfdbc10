"""Readers of environment variables that fail loudly, and the list of what they read.

Each variable may also be given as a file: NAME_FILE holds its path. `zhibu docs settings` prints
the list into docs/operations/settings.md.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from zhibu.core import addresses


class SettingError(RuntimeError):
    """A variable holds something that cannot be meant."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One documented variable."""

    name: str
    kind: str
    default: str
    meaning: str


KNOWN: dict[str, Variable] = {}


def _read(name: str, kind: str, default: str, meaning: str) -> str | None:
    KNOWN[name] = Variable(name, kind, default, meaning)
    file = os.environ.get(f"{name}_FILE")
    if file:
        return Path(file).read_text("utf-8").strip()
    return os.environ.get(name)


def text(name: str, default: str, meaning: str) -> str:
    """A string."""
    value = _read(name, "text", default, meaning)
    return default if value is None else value


def flag(name: str, *, default: bool, meaning: str) -> bool:
    """1/0, true/false, yes/no, on/off."""
    value = _read(name, "flag", "1" if default else "0", meaning)
    if value is None or value == "":
        return default
    lowered = value.lower()
    if lowered in {"1", "true", "yes", "on"}:
        return True
    if lowered in {"0", "false", "no", "off"}:
        return False
    raise SettingError(f"{name}={value!r}: expected 1 or 0")


def number(name: str, default: int, meaning: str) -> int:
    """A whole number."""
    value = _read(name, "number", str(default), meaning)
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise SettingError(f"{name}={value!r}: expected a whole number") from None


def path(name: str, default: Path, meaning: str, *, shown: str) -> Path:
    """A file or folder; ``shown`` is the default as the documentation writes it."""
    value = _read(name, "path", shown, meaning)
    return Path(value).expanduser().resolve() if value else default


def names(name: str, default: tuple[str, ...], meaning: str) -> list[str]:
    """Words separated by commas."""
    value = _read(name, "list", ",".join(default), meaning)
    return [word.strip() for word in value.split(",") if word.strip()] if value else list(default)


def networks(name: str, meaning: str) -> tuple[addresses.Network, ...]:
    """IP addresses and networks separated by commas; none by default."""
    words = names(name, (), meaning)
    try:
        return addresses.networks(words)
    except ValueError as error:
        raise SettingError(f"{name}: {error}") from None
