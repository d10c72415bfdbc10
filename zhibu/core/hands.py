"""Deeds that take two people: who did the first part, and that somebody else does the second. Pure."""

from dataclasses import dataclass

from zhibu.core.access import Refused, Scope


@dataclass(frozen=True, slots=True)
class Person:
    """Who did something; ``user`` None where only the name was kept."""

    user: int | None
    name: str

    @classmethod
    def of(cls, by: Scope) -> "Person":
        """The person who acts, with the name as rows keep it."""
        return cls(by.user_id, by.name)

    def is_same(self, other: "Person") -> bool:
        """By account where both are known, else by name.

        >>> Person(1, "张敏").is_same(Person(2, "张敏")), Person(None, "张敏").is_same(Person(2, "张敏"))
        (False, True)
        """
        if self.user is not None and other.user is not None:
            return self.user == other.user
        return self.name == other.name


def check_another(by: Scope, first: Person, message: str, *, next_step: str, **params: object) -> None:
    """Raise ``Refused`` with the sentence when ``by`` is who did the first part.

    ``message`` may name that person by ``{name}`` and hold places for ``params``; ``next_step`` says who can
    do it instead. Accounts count, not names: two clerks of one name are two people. Nobody did the first part:
    nothing to compare.
    """
    if by.is_system or (first.user is None and not first.name):
        return
    if first.is_same(Person.of(by)):
        raise Refused(message, next_step=next_step, name=first.name, **params)
