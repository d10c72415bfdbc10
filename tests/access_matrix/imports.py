"""Spreadsheets in and out. An upload is its owner's alone."""

from tests.access_matrix import CLERKS, COMMITTEES, COUNTY, OFFICES, Captured, Row, deed, page
from tests.things import checked_run
from tests.world import World

OWNER = ("organizer_ashi",)
OTHERS = tuple(name for name in OFFICES if name not in OWNER)


def own_run(world: World) -> Captured:
    return {"run_id": checked_run(world, OWNER[0]).pk}


def roster(world: World) -> Captured:
    return {"key": "roster"}


def organizations(world: World) -> Captured:
    return {"key": "organizations"}


ROWS: tuple[Row, ...] = (
    page("imports:runs", {200: OFFICES}),
    page("imports:template", {200: OFFICES}, roster, note="roster"),
    page("imports:template", {200: COUNTY, 404: CLERKS + COMMITTEES}, organizations, note="organizations"),
    page("imports:export", {200: OFFICES}, roster),
    page("imports:extract", {200: OFFICES}, roster),
    page("imports:run", {200: OWNER, 404: OTHERS}, own_run),
    page("imports:error_workbook", {200: OWNER, 404: OTHERS}, own_run),
    deed("imports:check", {303: OWNER, 404: OTHERS}, own_run),
    deed("imports:application", {303: OWNER, 404: OTHERS}, own_run),
    deed("imports:discard", {303: OWNER, 404: OTHERS}, own_run),
)
