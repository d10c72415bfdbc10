"""A document asked for before there is one: a sentence or an empty form, never an error page."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.urls import reverse

from tests.access_matrix import certificates as booklets
from tests.access_matrix import (
    certificates_keeping,
    dues,
    inspections,
    jobs,
    meetings,
    mobility_transfers,
)
from tests.access_matrix import certificates_overprint as overprint
from tests.access_matrix import conduct as rewards
from tests.days import TODAY, ago, month_back
from tests.things import waiting_job
from tests.urls import addresses
from tests.world import World
from zhibu.imports import actions as imports
from zhibu.imports.summaries import sheets_of

PERSON = "county_organizer"
LATER = ago(-5 * 366).isoformat()
_DOCUMENT = re.compile(r"\.(pdf|xlsx|txt|toml)$|print/$|sheet/$|/result/$")
_NO_DOCUMENT = {"conduct:appeal_result", "certificates:overprint_branches"}
Captured = Mapping[str, object]


def a1(world: World, **more: object) -> Captured:
    return {"organization_id": world.a1.pk, **more}


def branch(world: World, **more: object) -> Captured:
    return {"branch_id": world.a1.pk, **more}


def unchecked(world: World) -> Captured:
    by = world.scope(PERSON)
    run = imports.upload_file(by=by, sheet=sheets_of(by)[0], name="名册.xlsx", data=b"not yet read", on=TODAY)
    return {"run_id": run.pk}


def step_to_come(world: World) -> Captured:
    return {"matter_id": meetings.matter(world).pk, "number": 5}


EARLY: list[tuple[str, Callable[[World], Captured], dict[str, Any]]] = [
    ("certificates:register_workbook", a1, {}),
    ("certificates:register_print", a1, {}),
    ("certificates:signing_list", a1, {}),
    ("certificates:stock_workbook", a1, {}),
    ("certificates:void_list_file", lambda world: {}, {}),
    ("certificates:void_list_keys", lambda world: {}, {}),
    ("certificates:request_print", certificates_keeping.a_reported, {}),
    ("certificates:custodies_workbook", lambda world: {}, {}),
    ("certificates:disposition_print", a1, {}),
    ("certificates:calibration_sheet", overprint.printer, {}),
    ("certificates:overprint_file", lambda world: booklets.a1_numbered(world) and {}, {}),
    ("certificates:continuation_file", lambda world: booklets.a1_numbered(world) and {}, {}),
    ("conduct:rewards_download", rewards.a1, {}),
    ("conduct:penalties_print", rewards.a1, {}),
    ("dues:ledger_workbook", a1, {}),
    ("dues:ledger_workbook", a1, {"month": LATER[:7], "year": LATER[:4]}),
    ("dues:receipts_print", a1, {}),
    ("dues:receipts_print", a1, {"month": LATER[:7], "year": LATER[:4]}),
    ("dues:receipt_print", lambda world: {"receipt_id": 1}, {}),
    ("dues:remittance_print", dues.sent, {}),
    ("dues:remittances_workbook", a1, {}),
    ("dues:arrears_workbook", a1, {}),
    ("imports:template", lambda world: {"key": "roster"}, {}),
    ("imports:export", lambda world: {"key": "roster"}, {}),
    ("imports:error_workbook", unchecked, {}),
    ("jobs:result", lambda world: {"job_id": waiting_job(world, PERSON).pk}, {}),
    ("jobs:result", jobs.failed_job, {}),
    ("meetings:attendance_download", branch, {}),
    ("meetings:attendance_download", branch, {"year": LATER[:4]}),
    ("meetings:notice_print", step_to_come, {}),
    ("meetings:minutes_print", meetings.a_planned, {}),
    ("meetings:sign_in_print", meetings.a_planned, {}),
    ("mobility:movements_print", a1, {}),
    ("mobility:movements_print", a1, {"year": LATER[:4]}),
    ("mobility:movements_download", a1, {"year": LATER[:4]}),
    ("mobility:transfer_letter_print", mobility_transfers.requested, {}),
    ("mobility:transfer_letter_print", mobility_transfers.agreed, {}),
    ("mobility:transfer_receipt_print", mobility_transfers.requested, {}),
    ("mobility:transfer_receipt_print", mobility_transfers.agreed, {}),
    ("mobility:transfer_receipt_print", mobility_transfers.issued, {}),
    ("points:workbook", a1, {}),
    ("points:workbook", a1, {"month": LATER[:7], "year": LATER[:4]}),
    ("points:year_workbook", lambda world: a1(world, number=TODAY.year + 5), {}),
    ("points:publicity_print", lambda world: a1(world, month=month_back(1)), {}),
    ("points:publicity_print", lambda world: a1(world, month=month_back(-60)), {}),
    ("inspections:results_download", a1, {}),
    ("inspections:population_download", inspections.drawn, {}),
    ("inspections:inspection_print", inspections.drawn, {}),
    ("inspections:findings_print", a1, {}),
    ("inspections:findings_download", a1, {}),
    ("accountability:cases_download", lambda world: {}, {}),
    ("reviews:reviews_print", a1, {}),
    ("reviews:reviews_print", a1, {"year": LATER[:4]}),
    ("months:month_sheet", lambda world: branch(world, month=month_back()), {}),
    ("months:month_sheet", lambda world: branch(world, month=month_back(-60)), {}),
    ("imports:extract", lambda world: {"key": "roster"}, {}),
    ("rulebook:toml", lambda world: {"key": "dues"}, {"number": "9"}),
]


@pytest.mark.parametrize("case", EARLY, ids=lambda case: f"{case[0]} {case[2] or ''}".strip())
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_document_that_does_not_exist_yet_is_told_in_a_sentence(
    world: World, method: str, case: tuple[str, Callable[[World], Captured], dict[str, Any]]
) -> None:
    name, captured, query = case
    address = reverse(name, kwargs=dict(captured(world)))
    answer = getattr(world.client(PERSON), method)(address, query)
    assert answer.status_code in (200, 202, 303, 404, 405, 409)
    content = b"".join(answer) if answer.streaming else answer.content
    words = re.findall(r"[\u4e00-\u9fff]{4,}", content.decode(errors="ignore"))
    assert answer.status_code not in (404, 409) or words, "an answer without a sentence"


@pytest.mark.parametrize("number", [0, 1, 13, TODAY.year * 100, TODAY.year * 100 + 13, 999_999_999])
@pytest.mark.parametrize("name", ["months:month_sheet", "points:publicity_print"])
def test_a_month_that_never_is_has_no_document(world: World, name: str, number: int) -> None:
    place = branch if name == "months:month_sheet" else a1
    answer = world.client(PERSON).get(reverse(name, kwargs=dict(place(world, month=number))))
    assert answer.status_code in (404, 409)


def test_every_document_is_asked_for_too_early() -> None:
    documents = {
        each.name
        for each in addresses()
        if _DOCUMENT.search(each.route) and not each.name.startswith(("audit:", "ui:"))
    }
    assert documents - _NO_DOCUMENT == {name for name, _captured, _query in EARLY}
