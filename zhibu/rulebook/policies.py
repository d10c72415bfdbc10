"""What a policy is, and which of its values hold on a day.

Apps above declare a ``Policy`` and name it in settings.POLICIES; the rulebook never imports them.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from django.conf import settings
from django.db.models import QuerySet, Subquery
from django.utils.module_loading import import_string
from pydantic import BaseModel

from zhibu.rulebook.models import PolicyVersion

S = TypeVar("S", bound=BaseModel)


@dataclass(frozen=True, eq=False, slots=True)
class Policy(Generic[S]):
    """A set of values people may change by the rulebook's procedure.

    ``schema`` is a frozen pydantic model; each field carries its Chinese label in ``Field(title=...)``
    and, where needed, a help text in ``description``. ``default`` are the shipped values that hold
    until a first version is confirmed: a TOML file or a mapping. ``title`` and ``note`` are Chinese
    message ids.
    """

    key: str
    title: str
    schema: type[S]
    default: Path | Mapping[str, object]
    note: str = ""

    def shipped(self) -> S:
        """The values the product comes with. Fails loudly when they do not fit the schema."""
        return self.schema.model_validate(_shipped(self))

    def read(self, values: Mapping[str, object]) -> S:
        """Stored values as the schema's object. Fields added to the schema later take their shipped value."""
        known = {name: value for name, value in values.items() if name in self.schema.model_fields}
        return self.schema.model_validate({**_shipped(self), **known})


@dataclass(frozen=True, slots=True)
class InForce(Generic[S]):
    """Values with the version they come from; ``number`` 0 and no day: the shipped ones."""

    number: int
    effective_from: date | None
    values: S


@cache
def policies() -> Mapping[str, Policy[BaseModel]]:
    """All declared policies by key, in the order of settings.POLICIES."""
    return {policy.key: policy for policy in map(import_string, settings.POLICIES)}


def values_in_force(policy: Policy[S], *, on: date) -> S:
    """The values that hold on that day: the latest confirmed version in effect, else the shipped ones. One query."""
    return version_in_force(policy, on=on).values


def stored_in_force(policy: Policy[S], *, on: date) -> Subquery:
    """The stored values of that day as a column beside another row; ``read_in_force`` makes them the policy's."""
    return Subquery(_in_force(policy, on).values("values")[:1])


def read_in_force(policy: Policy[S], stored: Mapping[str, object] | None) -> S:
    """What ``stored_in_force`` has read: the version in effect, else the shipped values."""
    return policy.shipped() if stored is None else policy.read(stored)


def _in_force(policy: Policy[S], on: date) -> QuerySet[PolicyVersion]:
    rows = PolicyVersion.objects.filter(policy=policy.key, state="confirmed", effective_from__lte=on)
    return rows.order_by("-effective_from")


def version_in_force(policy: Policy[S], *, on: date) -> InForce[S]:
    """Like ``values_in_force``, with the number of the version. One query."""
    found = _in_force(policy, on).values_list("number", "effective_from", "values").first()
    if found is None:
        return InForce(0, None, policy.shipped())
    number, effective_from, values = found
    return InForce(number, effective_from, policy.read(values))


@cache
def _shipped(policy: Policy[S]) -> Mapping[str, object]:
    """The shipped values as plain data, read once."""
    if isinstance(policy.default, Path):
        return tomllib.loads(policy.default.read_text("utf-8"))
    return dict(policy.default)
