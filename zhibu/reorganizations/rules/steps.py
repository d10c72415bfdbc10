"""The steps of a deed as values, and as plain JSON. Pure.

A unit is named by its id; ``-n`` names the unit that step n of the same deed opens.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NewUnit(_Value):
    """A unit that a step opens. Without a parent it hangs where the first of the old units hung."""

    kind: str
    category: str
    code: str
    name: str
    short_name: str
    parent: int | None = None


class MergeBranches(_Value):
    """Branches close; their members go to ``into``, or to a new branch."""

    type: Literal["merge_branches"] = "merge_branches"
    sources: tuple[int, ...]
    into: int | None = None
    new: NewUnit | None = None


class MergeCommittees(_Value):
    """Committees (or general branches) close; all that hangs below them goes below ``into``, or a new one."""

    type: Literal["merge_committees"] = "merge_committees"
    sources: tuple[int, ...]
    into: int | None = None
    new: NewUnit | None = None


class SplitBranch(_Value):
    """Some members of a branch go to a new branch; the others stay."""

    type: Literal["split_branch"] = "split_branch"
    source: int
    members: tuple[int, ...]
    new: NewUnit


class SplitCommittee(_Value):
    """Some branches of a committee go below a new one; the others stay."""

    type: Literal["split_committee"] = "split_committee"
    source: int
    branches: tuple[int, ...]
    new: NewUnit


class Rename(_Value):
    """A unit gets a new name; the old one stays in the history."""

    type: Literal["rename"] = "rename"
    unit: int
    name: str
    short_name: str


class Move(_Value):
    """A unit, with all below it, comes under another parent."""

    type: Literal["move"] = "move"
    unit: int
    parent: int


class Dissolve(_Value):
    """An empty unit closes without a successor."""

    type: Literal["dissolve"] = "dissolve"
    unit: int


Step = MergeBranches | MergeCommittees | SplitBranch | SplitCommittee | Rename | Move | Dissolve
_STEPS: TypeAdapter[list[Step]] = TypeAdapter(list[Annotated[Step, Field(discriminator="type")]])


def load(steps: Sequence[Mapping[str, object]]) -> list[Step]:
    """Steps from their JSON. Raises pydantic's ``ValidationError`` for what no page wrote."""
    return _STEPS.validate_python(list(steps))


def dump(steps: Sequence[Step]) -> list[dict[str, object]]:
    """Steps as JSON."""
    return [step.model_dump(mode="json") for step in steps]


def units_named(steps: Sequence[Step]) -> set[int]:
    """Ids of the existing units that the steps name."""
    found: set[int] = set()
    for step in steps:
        match step:
            case MergeBranches() | MergeCommittees():
                found |= {*step.sources, step.into or 0}
            case SplitBranch():
                found.add(step.source)
            case SplitCommittee():
                found |= {step.source, *step.branches}
            case Move():
                found |= {step.unit, step.parent}
            case Rename() | Dissolve():
                found.add(step.unit)
    return {pk for pk in found if pk > 0}
