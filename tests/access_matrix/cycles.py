"""Reorganizations: the county's alone, and carried out by another person than planned."""

from tests.access_matrix import COUNTY, Captured, Row, deed, page
from tests.days import ago
from tests.world import TODAY, World
from zhibu.cycles import actions
from zhibu.cycles.models import Reorganization
from zhibu.cycles.rules.steps import MergeCommittees

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
    page("cycles:reorganizations", READ),
    page("cycles:new", READ),
    deed("cycles:new", {303: COUNTY}, data=FRAME),
    page("cycles:reorganization", READ, plan, note="planned"),
    page("cycles:reorganization", READ, done, note="done"),
    page("cycles:step", READ, merging),
    deed("cycles:step", {303: COUNTY}, renaming, data=new_name),
    deed("cycles:removal", {303: COUNTY}, last_step),
    deed("cycles:check", {303: COUNTY}, plan),
    deed("cycles:execution", {303: DOER, 409: PLANNER}, plan),
    deed("cycles:undoing", {409: COUNTY}, plan),
    deed("cycles:dropping", {303: COUNTY}, plan),
)
