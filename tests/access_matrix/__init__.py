"""Who gets what answer at which address: one table for each app, read by tests/test_access_matrix.py.

A row names an address and the people for each status. Who is not named gets 403 (signed in) or 302
(the visitor, sent to sign in). ``page`` is tried with GET, ``deed`` with POST. An address without a
row fails the test; add rows in ``tests/access_matrix/<app>.py``::

    page("members:detail", {200: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI}, member_a1)
    deed("members:correction", {303: ...}, member_a1, data={"name": "王伟"})

The third argument makes the rows the address needs in the test county and returns what the URL captures.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from tests.world import CAST, World

VISITOR = "visitor"
PEOPLE = (*CAST, VISITOR)
Names = tuple[str, ...]
Captured = Mapping[str, object]

CLERK_A1: Names = ("secretary_a1",)
CLERK_A2: Names = ("secretary_a2",)
CLERKS: Names = CLERK_A1 + CLERK_A2
ASHI: Names = ("organizer_ashi",)
BASHI: Names = ("organizer_bashi",)
COMMITTEES: Names = ASHI + BASHI
COUNTY: Names = ("county_organizer", "county_organizer_2")
INSPECTOR: Names = ("inspector",)
MEMBER: Names = ("member_a1",)
SYSTEM: Names = ("system_admin",)
SECURITY: Names = ("security_admin",)
AUDITOR: Names = ("auditor",)
ADMINISTRATORS: Names = SYSTEM + SECURITY + AUDITOR
NOBODY: Names = ("nobody",)
OFFICES: Names = CLERKS + COMMITTEES + COUNTY  # those who work on members' records
SIGNED_IN: Names = tuple(CAST)
EVERYONE: Names = (*CAST, VISITOR)


def nothing(world: World) -> Captured:
    """The address captures nothing."""
    return {}


@dataclass(frozen=True, slots=True)
class Row:
    """One address, one method, the expected status of every person."""

    name: str
    method: str
    expected: Mapping[str, int]
    captured: Callable[[World], Captured] = nothing
    data: Callable[[World], Mapping[str, object]] = nothing
    note: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.name}{' ' + self.note if self.note else ''}"


def page(
    name: str,
    statuses: Mapping[int, Names],
    captured: Callable[[World], Captured] = nothing,
    *,
    data: Mapping[str, object] | Callable[[World], Mapping[str, object]] | None = None,
    others: int = 403,
    visitor: int = 302,
    note: str = "",
) -> Row:
    """A row tried with GET; ``data`` is the query."""
    return _row("GET", name, statuses, captured, data, others, visitor, note)


def deed(
    name: str,
    statuses: Mapping[int, Names],
    captured: Callable[[World], Captured] = nothing,
    *,
    data: Mapping[str, object] | Callable[[World], Mapping[str, object]] | None = None,
    others: int = 403,
    visitor: int = 302,
    note: str = "",
) -> Row:
    """A row tried with POST; ``data`` is the form."""
    return _row("POST", name, statuses, captured, data, others, visitor, note)


def _row(
    method: str,
    name: str,
    statuses: Mapping[int, Names],
    captured: Callable[[World], Captured],
    data: Mapping[str, object] | Callable[[World], Mapping[str, object]] | None,
    others: int,
    visitor: int,
    note: str,
) -> Row:
    expected = dict.fromkeys(CAST, others) | {VISITOR: visitor}
    for status, people in statuses.items():
        unknown = set(people) - expected.keys()
        if unknown:
            raise ValueError(f"{name}: nobody is called {sorted(unknown)}")
        expected |= dict.fromkeys(people, status)
    make = data if callable(data) else partial(_fixed, data or {})
    return Row(name, method, expected, captured, make, note)


def _fixed(data: Mapping[str, object], world: World) -> Mapping[str, object]:
    return data
