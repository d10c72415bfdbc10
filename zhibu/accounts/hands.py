"""The deeds of the product and the hands each takes, read once from hands.toml."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Together:
    """A deed of two persons: ``first`` begins, ``second`` ends it. ``key``: the event, maybe with a case."""

    key: str
    what: str
    first: str
    second: str
    why: str

    @property
    def event(self) -> str:
        """What the last hand records in the log."""
        return self.key.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Matter:
    """Deeds of one kind: those of two persons, and the events of those that one person does alone."""

    name: str
    label: str
    together: Sequence[Together]
    alone: Sequence[str]


@cache
def matters() -> tuple[Matter, ...]:
    """All deeds by matter, in the order of the file. Fails where a deed names no known matter."""
    raw = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    unknown = {each["matter"] for each in raw["together"].values()} - raw["matters"].keys()
    if unknown:
        raise ValueError(f"hands.toml: unknown matters {sorted(unknown)}")
    return tuple(
        Matter(
            name,
            matter["label"],
            tuple(
                Together(key, each["what"], each["first"], each["second"], each["why"])
                for key, each in raw["together"].items()
                if each["matter"] == name
            ),
            tuple(matter["alone"]),
        )
        for name, matter in raw["matters"].items()
    )


def together() -> dict[str, Together]:
    """The deeds of two persons by their key."""
    return {each.key: each for matter in matters() for each in matter.together}
