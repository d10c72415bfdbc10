"""Who may do what, as one immutable value. Pure: no Django, no database, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


class Refused(Exception):
    """A rule says no. Carries a Chinese sentence (a gettext message id) and its parameters.

    ``message`` may hold ``{name}`` places that ``params`` fill after translation.
    ``next_step`` says, in Chinese, what the person can do instead; may be empty.
    """

    def __init__(self, message: str, /, *, next_step: str = "", **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step
        self.params = params

    def __str__(self) -> str:
        return self.message.format(**self.params) if self.params else self.message


class Denied(Refused):
    """The scope does not cover the permission at that place."""

    def __init__(
        self, permission: str, message: str = "您的职责不包括这项操作，需要时请联系上级组织部门授权。"
    ) -> None:
        super().__init__(message)
        self.permission = permission


@dataclass(frozen=True, slots=True)
class Scope:
    """What one person may do: permission -> subtrees, as path prefixes ("1.12.").

    A value: built once per request, it makes no query and needs no request.
    Pages, lists, jobs, exports and the command line all ask the same object.
    ``user_id`` is None for named system work and for visitors.
    """

    user_id: int | None
    name: str
    grants: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    is_system: bool = False

    @classmethod
    def system(cls, name: str) -> "Scope":
        """Named work without a person (set-up, sweeps). The audit log shows the name."""
        return cls(user_id=None, name=name, is_system=True)

    @classmethod
    def nobody(cls) -> "Scope":
        """A visitor who has not signed in."""
        return cls(user_id=None, name="")

    def prefixes(self, permission: str) -> tuple[str, ...]:
        """Path prefixes under which the permission holds; empty when it holds nowhere."""
        return ("",) if self.is_system else self.grants.get(permission, ())

    def has(self, permission: str) -> bool:
        """True when the permission holds somewhere."""
        return self.is_system or permission in self.grants

    def covers(self, permission: str, path: str) -> bool:
        """True when the permission holds at the node with this path."""
        return path.startswith(self.prefixes(permission))

    def includes(self, grants: Mapping[str, Iterable[str]]) -> bool:
        """True when the scope covers all that these grants (permission -> path prefixes) cover."""
        return all(
            self.covers(permission, prefix) for permission, prefixes in grants.items() for prefix in prefixes
        )

    def require(self, permission: str, path: str) -> None:
        """Raise ``Denied`` unless the permission holds at the path."""
        if not self.covers(permission, path):
            raise Denied(permission)

    def require_any(self, permission: str) -> None:
        """Raise ``Denied`` unless the permission holds somewhere."""
        if not self.has(permission):
            raise Denied(permission)
