"""One rule in two shapes: the SQL condition and the check in Python always agree."""

from datetime import date
from itertools import count

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhibu.core.access import Scope
from zhibu.organizations.models import Organization

PERMISSION = "members.read"
_serial = count(1)

# A tree as the parent's position for each further node; ids are drawn, so that 1. and 10. meet.
trees = st.lists(st.integers(0, 30), min_size=1, max_size=14)
ids = st.lists(st.integers(1, 120), min_size=15, max_size=15, unique=True)


def _paths(parents: list[int], numbers: list[int]) -> list[str]:
    paths = [f"{numbers[0]}."]
    for position, parent in enumerate(parents, start=1):
        paths.append(f"{paths[parent % len(paths)]}{numbers[position]}.")
    return paths


def _plant(paths: list[str]) -> None:
    Organization.objects.bulk_create(
        Organization(
            path=path,
            kind="branch",
            category="village",
            code=f"t{next(_serial)}",
            name="支部",
            short_name="支部",
            pinyin="",
            initials="",
            opened_on=date(2000, 1, 1),
        )
        for path in paths
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parents=trees, numbers=ids, data=st.data())
def test_list_and_single_rule_agree(
    db: None, parents: list[int], numbers: list[int], data: st.DataObject
) -> None:
    paths = _paths(parents, numbers)
    granted = data.draw(st.lists(st.sampled_from(paths), max_size=3))
    scope = Scope(1, "甲", {PERMISSION: tuple(granted)} if granted else {})
    with transaction.atomic():
        _plant(paths)
        listed = set(Organization.objects.visible_to(scope, PERMISSION).values_list("path", flat=True))
        transaction.set_rollback(True)
    assert listed == {path for path in paths if scope.covers(PERMISSION, path)}


def test_a_step_ends_with_its_dot(db: None) -> None:
    paths = ["1.", "1.1.", "1.10.", "1.1.2.", "1.10.2."]
    _plant(paths)
    scope = Scope(1, "甲", {PERMISSION: ("1.1.",)})
    listed = set(Organization.objects.visible_to(scope, PERMISSION).values_list("path", flat=True))
    assert listed == {"1.1.", "1.1.2."}
    assert [path for path in paths if scope.covers(PERMISSION, path)] == ["1.1.", "1.1.2."]


def test_system_work_sees_all_and_a_visitor_nothing(db: None) -> None:
    _plant(["1.", "1.1."])
    everything = Organization.objects.visible_to(Scope.system("test"), PERMISSION)
    nothing = Organization.objects.visible_to(Scope.nobody(), PERMISSION)
    assert (everything.count(), nothing.count()) == (2, 0)
