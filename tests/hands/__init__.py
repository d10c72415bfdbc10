"""Walks of the deeds that take two persons (zhibu/accounts/hands.toml), read by tests/test_hands.py.

A walk is registered under the key of its deed. It gets the test county twice: ``world`` with its cast, for what
has to be there before, and ``alone``, the same county where every name of the cast is one person who holds
every role everywhere. With ``alone`` it does the first hand's steps, and returns the last step as a function
of who does it::

    @walk("dues.relief.approved")
    def relief(world: World, alone: World) -> Last:
        asked = cases.relief(alone)
        return lambda by: dues.settle_relief(by=by, relief=asked, approve=True, on=TODAY)

The test calls it for that person, who must be refused with nothing changed, and for another with the same
roles, who must succeed. Walks of a matter stand in a module of its name beside this file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date

from tests.world import CAST, NOW, TODAY, World, make_user
from zhibu.accounts.models import RoleAssignment, User
from zhibu.accounts.summaries.scopes import scope_of
from zhibu.accounts.vocabulary import vocabulary
from zhibu.core.access import Scope
from zhibu.organizations.models import Organization

Last = Callable[[Scope], object]
Walk = Callable[[World, World], Last]
WALKS: dict[str, Walk] = {}


def walk(key: str) -> Callable[[Walk], Walk]:
    """Register the walk of a deed."""

    def register(made: Walk) -> Walk:
        if key in WALKS:
            raise ValueError(f"{key} is walked twice")
        WALKS[key] = made
        return made

    return register


@dataclass
class Alone(World):
    """The test county where one person does everything under every name."""

    def scope(self, name: str) -> Scope:
        return scope_of(next(iter(self.people.values())), on=TODAY)


def alone(world: World, person: User) -> Alone:
    """The county with this person in every part of the cast."""
    known = {each.name: getattr(world, each.name) for each in fields(World)}
    return Alone(**(known | {"people": dict.fromkeys(CAST, person)}))


def with_every_role(world: World, username: str, name: str) -> User:
    """Somebody who holds every role at every place that can have it: more than the product would ever grant."""
    person = make_user(username, name)
    places: Sequence[Organization] = (world.county, world.ashi, world.bashi, world.a1, world.a2, world.b1)
    RoleAssignment.objects.bulk_create(
        RoleAssignment(
            user=person, role=role.name, organization=place, from_date=date(2020, 1, 1), granted_at=NOW
        )
        for role in vocabulary().roles.values()
        for place in places
        if place.kind in role.places
    )
    return person
