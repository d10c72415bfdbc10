"""Deeds that take two persons take two: each is walked by one person who may do everything, and refused at the end."""

import json
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

from tests.hands import WALKS, alone, with_every_role
from tests.world import TODAY, World
from zhibu.accounts.hands import matters, together
from zhibu.accounts.summaries.scopes import scope_of
from zhibu.audit.models import AuditRecord
from zhibu.audit.summaries.pages import event_labels
from zhibu.core.access import Denied, Refused

for _module in sorted((Path(__file__).parent / "hands").glob("[a-z]*.py")):
    import_module(f"tests.hands.{_module.stem}")

_LOGGED = {"audit.auditrecord", "audit.audithead"}
"""A refusal may be logged; nothing else may change."""


def everything() -> dict[str, str]:
    """All rows of all our tables but the log, as text."""
    return {
        model._meta.label_lower: json.dumps(
            list(model._default_manager.order_by("pk").values_list()), default=repr, sort_keys=True
        )
        for model in apps.get_models()
        if model.__module__.startswith("zhibu.") and model._meta.label_lower not in _LOGGED
    }


def test_every_deed_of_the_log_says_how_many_hands_it_takes() -> None:
    listed = {event for matter in matters() for event in matter.alone}
    listed |= {deed.event for deed in together().values()}
    assert listed == set(event_labels()), "zhibu/accounts/hands.toml and zhibu/audit/events.toml differ"


def test_every_deed_of_two_has_a_walk() -> None:
    assert set(WALKS) == set(together())


@pytest.mark.parametrize("key", sorted(together()))
def test_one_person_alone_is_refused_at_the_last_step(world: World, key: str) -> None:
    one = with_every_role(world, "everything", "吉克阿鲁")
    other = with_every_role(world, "everything_too", "沙马依古")
    last = WALKS[key](world, alone(world, one))
    before = everything()
    with pytest.raises(Refused) as refused:
        last(scope_of(one, on=TODAY))
    assert everything() == before
    assert not isinstance(refused.value, Denied), "refused for a missing right, not for the one hand"
    last(scope_of(other, on=TODAY))
    recorded = AuditRecord.objects.filter(actor_id=other.pk).values_list("event", flat=True)
    assert together()[key].event in recorded
