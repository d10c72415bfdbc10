"""Inspections, sheets, findings: the committee inspects its branches, the county everyone, nobody oneself."""

from datetime import timedelta

from tests.access_matrix import (
    ASHI,
    BASHI,
    CLERK_A1,
    CLERK_A2,
    CLERKS,
    COMMITTEES,
    COUNTY,
    INSPECTOR,
    Captured,
    Row,
    deed,
    page,
)
from tests.world import TODAY, World
from zhibu.inspections.actions.inspections import mark_unreachable
from zhibu.inspections.models import Sample
from zhibu.inspections.rules.draw import Kind
from zhibu.inspections.tests import inspecting

READERS = CLERKS + COMMITTEES + COUNTY + INSPECTOR
INSPECT_ASHI = ASHI + COUNTY + INSPECTOR
SHEET = {200: INSPECT_ASHI, 404: BASHI}
DO = {303: INSPECT_ASHI, 404: BASHI}
LATER = (inspecting.DUE + timedelta(days=10)).isoformat()
DUE = {"owner": "阿措克布", "due_on": inspecting.DUE.isoformat()}


def ashi(world: World) -> Captured:
    return {"organization_id": world.ashi.pk}


def a1(world: World) -> Captured:
    return {"organization_id": world.a1.pk}


def quarterly(world: World) -> Captured:
    return {**ashi(world), "kind": "quarterly"}


def committee(world: World) -> Captured:
    return {**ashi(world), "kind": "committee"}


def spot_a1(world: World) -> Captured:
    return {**a1(world), "kind": "spot"}


def drawn(world: World) -> Captured:
    return {"pk": inspecting.drawn(world).pk}


def drawn_above(world: World) -> Captured:
    return {"pk": inspecting.drawn(world, Kind.COMMITTEE, person="county_organizer").pk}


def all_away(world: World) -> Captured:
    row = inspecting.drawn(world)
    for sample in Sample.objects.filter(inspection=row):
        mark_unreachable(by=world.scope("organizer_ashi"), sample=sample, reason="外出务工", on=TODAY)
    return {"pk": row.pk}


def sample(world: World) -> Captured:
    return {"pk": inspecting.a_sample(world).pk}


def full_sheet(world: World) -> Captured:
    row = inspecting.a_sample(world)
    inspecting.answered(world, row)
    return {"pk": row.pk}


def item(world: World) -> Captured:
    return {**sample(world), "item": "rewards"}


def committee_sheet(world: World) -> Captured:
    row = inspecting.drawn(world, Kind.COMMITTEE, person="county_organizer")
    return {"pk": Sample.objects.get(inspection=row).pk}


def finding(world: World) -> Captured:
    return {"pk": inspecting.a_finding(world).pk}


def mended(world: World) -> Captured:
    return {"pk": inspecting.mended(world).pk}


def other(world: World) -> dict[str, object]:
    return {**DUE, "branch": str(world.a1.pk), "text": "证本锁在村委会"}


ROWS: tuple[Row, ...] = (
    page("inspections:inspections", {200: READERS}),
    page("inspections:organization_inspections", {200: INSPECT_ASHI, 404: CLERKS + BASHI}, ashi),
    page(
        "inspections:organization_inspections",
        {200: CLERK_A1 + INSPECT_ASHI, 404: CLERK_A2 + BASHI},
        a1,
        note="of a branch",
    ),
    page("inspections:inspection_new", {200: INSPECT_ASHI, 404: BASHI}, quarterly),
    deed("inspections:inspection_new", {303: INSPECT_ASHI, 404: BASHI}, quarterly, data={"note": ""}),
    deed(
        "inspections:inspection_new", {303: INSPECT_ASHI, 404: BASHI}, spot_a1, data={"note": ""}, note="spot"
    ),
    page(
        "inspections:inspection_new",
        {200: COUNTY + INSPECTOR, 404: BASHI},
        committee,
        note="of the committee itself",
    ),
    page("inspections:inspection", {200: CLERK_A1 + INSPECT_ASHI, 404: CLERK_A2 + BASHI}, drawn),
    page(
        "inspections:inspection",
        {200: INSPECT_ASHI, 404: CLERKS + BASHI},
        drawn_above,
        note="of the committee itself",
    ),
    page("inspections:inspection_redraw", {200: CLERK_A1 + INSPECT_ASHI, 404: CLERK_A2 + BASHI}, drawn),
    page("inspections:population_download", {200: CLERK_A1 + INSPECT_ASHI, 404: CLERK_A2 + BASHI}, drawn),
    page("inspections:results_download", {200: INSPECT_ASHI, 404: CLERKS + BASHI}, ashi),
    page("inspections:inspection_print", SHEET, drawn),
    deed("inspections:inspection_done", DO, all_away),
    page("inspections:finding_new", SHEET, drawn),
    deed("inspections:finding_new", DO, drawn, data=other),
    page("inspections:sample", SHEET, sample),
    page(
        "inspections:sample",
        {200: COUNTY + INSPECTOR, 404: BASHI},
        committee_sheet,
        note="of the committee itself",
    ),
    deed("inspections:sample", DO, full_sheet, data={"note": ""}),
    deed("inspections:sample_answer", DO, item, data={"answer": "yes", "shown": "没有"}),
    deed("inspections:sample_unreachable", DO, sample, data={"reason": "外出务工"}),
    page("inspections:findings", {200: READERS}),
    page("inspections:organization_findings", {200: CLERK_A1 + INSPECT_ASHI, 404: CLERK_A2 + BASHI}, a1),
    page("inspections:findings_print", {200: CLERK_A1 + INSPECT_ASHI, 404: CLERK_A2 + BASHI}, a1),
    page("inspections:findings_download", {200: CLERK_A1 + INSPECT_ASHI, 404: CLERK_A2 + BASHI}, a1),
    deed(
        "inspections:finding_extension",
        {303: ASHI, 409: COUNTY + INSPECTOR, 404: BASHI},
        finding,
        data={"due_on": LATER, "reason": "书记外出学习，月底回来"},
    ),
    page("inspections:finding", {200: CLERK_A1 + INSPECT_ASHI, 404: CLERK_A2 + BASHI}, finding),
    deed(
        "inspections:finding_mending",
        {303: CLERK_A1 + ASHI + COUNTY, 404: CLERK_A2 + BASHI},
        finding,
        data={"mending": "已补登证本"},
    ),
    deed(
        "inspections:finding_recheck",
        {303: INSPECT_ASHI, 404: BASHI},
        mended,
        data={"result": "closed", "recheck": "看过证本，已改好"},
    ),
)
