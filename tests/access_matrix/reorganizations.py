"""Reorganizations: the county's alone, and carried out by another person than planned."""

from tests.access_matrix import COUNTY, Captured, Row, deed, page
from tests.days import ago
from tests.world import TODAY, World
from zhibu.reorganizations import actions
from zhibu.reorganizations.models import Reorganization
from zhibu.reorganizations.rules.steps import MergeCommittees

PLANNER, DOER = ("county_organizer",), ("county_organizer_2",)
READ = {200: COUNTY}


def _plan(world: World) -> Reorganization:
    return actions.plan_reorganization(
        by=world.scope("county_organizer"),
        title="撤并乡镇",
        document="凉委发〔2026〕12号",
        effective_on=ago(4),
        steps=[MergeCommittees(sources=(world.bashi.pk,), into=world.ashi.pk)],
        on=TODAY,
    )


def plan(world: World) -> Captured:
    return {"pk": _plan(world).pk}


def done(world: World) -> Captured:
    row = actions.do_reorganization(by=world.scope("county_organizer_2"), deed=_plan(world), on=TODAY)
    return {"pk": row.pk}


def merging(world: World) -> Captured:
    return {**plan(world), "kind": "merge_committees"}


def renaming(world: World) -> Captured:
    return {**plan(world), "kind": "rename"}


def last_step(world: World) -> Captured:
    return {**plan(world), "number": 1}


def new_name(world: World) -> dict[str, object]:
    return {"unit": world.a1.pk, "name": "中共凉县阿市镇新村支部委员会", "short_name": "新村党支部"}


FRAME = {"title": "撤并乡镇", "document": "凉委发〔2026〕12号", "effective_on": ago(4).isoformat()}

ROWS: tuple[Row, ...] = (
    page("reorganizations:reorganizations", READ),
    page("reorganizations:new", READ),
    deed("reorganizations:new", {303: COUNTY}, data=FRAME),
    page("reorganizations:reorganization", READ, plan, note="planned"),
    page("reorganizations:reorganization", READ, done, note="done"),
    page("reorganizations:step", READ, merging),
    deed("reorganizations:step", {303: COUNTY}, renaming, data=new_name),
    deed("reorganizations:removal", {303: COUNTY}, last_step),
    deed("reorganizations:check", {303: COUNTY}, plan),
    deed("reorganizations:execution", {303: DOER, 409: PLANNER}, plan),
    deed("reorganizations:undoing", {409: COUNTY}, plan),
    deed("reorganizations:dropping", {303: COUNTY}, plan),
)
