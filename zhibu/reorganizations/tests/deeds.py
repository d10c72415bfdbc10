"""What the tests of reorganization share: a plan, a deed, a dump of all tables."""

import json
from datetime import date

from django.apps import apps

from tests.days import ago
from tests.world import TODAY, World
from zhibu.reorganizations import actions
from zhibu.reorganizations.models import Reorganization
from zhibu.reorganizations.rules.steps import MergeCommittees, NewUnit, Step

DAY = ago(4)
DOCUMENT = "凉委发〔2026〕12号"
NEW_TOWN = NewUnit(
    kind="committee",
    category="township",
    code="513400199",
    name="中国共产党凉县新市镇委员会",
    short_name="新市镇党委",
)


def planned(world: World, *steps: Step, effective_on: date = DAY) -> Reorganization:
    """A plan of the first county organizer."""
    return actions.plan_reorganization(
        by=world.scope("county_organizer"),
        title="撤并乡镇",
        document=DOCUMENT,
        effective_on=effective_on,
        steps=steps,
        on=TODAY,
    )


def done(world: World, *steps: Step, effective_on: date = DAY) -> Reorganization:
    """The plan, carried out by the second."""
    return actions.do_reorganization(
        by=world.scope("county_organizer_2"), deed=planned(world, *steps, effective_on=effective_on), on=TODAY
    )


def undone(world: World, deed: Reorganization) -> Reorganization:
    return actions.undo_reorganization(by=world.scope("county_organizer"), deed=deed, on=TODAY)


def merge_towns(world: World) -> MergeCommittees:
    return MergeCommittees(sources=(world.bashi.pk,), into=world.ashi.pk)


def village(n: int) -> NewUnit:
    return NewUnit(
        kind="branch",
        category="village",
        code=f"V{n}",
        name=f"中共凉县新{n}村支部委员会",
        short_name=f"新{n}村党支部",
    )


def dump(*, without: set[str]) -> dict[str, dict[object, str]]:
    """All rows of our tables, by table and id, as text."""
    found = {}
    for model in apps.get_models():
        label = model._meta.label_lower
        if model.__module__.startswith("zhibu.") and label not in without:
            found[label] = {
                row["pk"]: json.dumps(row, default=str, sort_keys=True)
                for row in model._default_manager.order_by().values(
                    "pk", *[f.attname for f in model._meta.concrete_fields]
                )
            }
    return found


JOURNAL = {
    "audit.auditrecord",
    "audit.audithead",
    "reorganizations.reorganization",
    "reorganizations.reorganizationchange",
}
# What an undoing leaves behind: the history of the members, segments that stay retired, units closed again.
STAYS = {
    "members.membershipevent",
    "organizations.retiredsegment",
    "organizations.organization",
    "organizations.organizationname",
    "organizations.organizationparent",
}
