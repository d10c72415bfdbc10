"""What grows with the county is made by the worker, whichever download it is; what stays small goes out at once."""

import inspect
import re
from typing import Any, cast
from urllib.parse import unquote, urlencode

import openpyxl
import pytest
from django.conf import LazySettings
from django.urls import reverse

from tests.access_matrix import Row
from tests.test_access_matrix import ROWS
from tests.things import numbered
from tests.urls import Address, addresses
from tests.world import World
from zhibu.accounts.models import RoleAssignment
from zhibu.jobs import files
from zhibu.jobs.actions import run_job
from zhibu.jobs.models import Job

Answer = Any

# Files that no growth of the county makes longer: address -> what bounds them.
BOUNDED = {
    "certificates:calibration_sheet": "one sheet",
    "certificates:request_print": "one request",
    "certificates:void_list_keys": "a line a key",
    "certificates:overprint_file": "what one page showed",
    "certificates:continuation_file": "what one page showed",
    "months:month_sheet": "a branch",
    "inspections:results_download": "units directly below",
    "dues:ledger_workbook": "a branch, or units directly below",
    "dues:receipt_print": "one receipt",
    "dues:receipts_print": "300 receipts",
    "dues:remittance_print": "one remittance",
    "imports:template": "an empty sheet",
    "meetings:attachment": "one file, of the county's limit",
    "meetings:attendance_download": "a branch",
    "meetings:minutes_print": "one meeting",
    "meetings:notice_print": "one matter",
    "meetings:sign_in_print": "one meeting",
    "meetings:step_file": "one file, of the county's limit",
    "mobility:movements_download": "units directly below",
    "mobility:movements_print": "units directly below",
    "mobility:transfer_letter_print": "one transfer",
    "mobility:transfer_receipt_print": "one transfer",
    "points:publicity_print": "a branch",
    "rulebook:toml": "one policy",
}
_HANDS_OUT = re.compile(r"\b(attachment|download|_download|_file)\(")


def _is_large(address: Address) -> bool:
    return getattr(address.view, "is_large_by_worker", False)


LARGE = {address.name for address in addresses() if _is_large(address)}
LARGE_ROWS = [
    row for row in ROWS if row.name in LARGE and row.method == "GET" and 200 in row.expected.values()
]


def test_every_download_is_bounded_or_made_by_the_worker() -> None:
    handing_out = {
        address.name
        for address in addresses()
        if address.view.__module__.startswith("zhibu.")
        and _HANDS_OUT.search(inspect.getsource(inspect.unwrap(address.view)).partition(":\n")[2])
    }
    assert handing_out - LARGE == BOUNDED.keys()


def test_every_large_download_is_walked() -> None:
    assert {row.name for row in LARGE_ROWS} == LARGE


def _file_name(answer: Answer) -> str:
    return unquote(answer.headers["Content-Disposition"].rpartition("''")[2].strip('"'))


@pytest.mark.parametrize("row", LARGE_ROWS, ids=str)
def test_the_worker_makes_the_file_the_page_would_have_given(
    world: World, row: Row, settings: LazySettings
) -> None:
    url = reverse(row.name, kwargs=dict(row.captured(world)))
    person = next(person for person, status in row.expected.items() if status == 200)
    client, data = world.client(person), cast("dict[str, str]", row.data(world))
    at_once = client.get(url, data)
    assert at_once.status_code == 200
    settings.DIRECT_ROWS = -1

    answer = client.get(url, data)

    job = Job.objects.get(kind="jobs.download")
    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("jobs:job", args=[job.pk]))
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.sentence) == ("done", "文件已生成。")
    assert job.result_name == _file_name(at_once)
    assert (files.results_folder() / job.result_file).stat().st_size > 0
    assert client.get(reverse("jobs:result", args=[job.pk])).status_code == 200


def _register(world: World, **conditions: str) -> str:
    numbered(world)
    url = reverse("certificates:register_workbook", args=[world.a1.pk])
    return f"{url}?{urlencode(conditions)}"


def test_a_branch_register_opens_at_once(world: World) -> None:
    answer = world.client("secretary_a1").get(_register(world))
    assert answer.status_code == 200
    assert _file_name(answer) == f"{world.a1.short_name}党员证登记台账.xlsx"
    assert not Job.objects.filter(kind="jobs.download").exists()


def test_pressing_twice_makes_one_job(world: World, settings: LazySettings) -> None:
    settings.DIRECT_ROWS = 1
    client, url = world.client("organizer_ashi"), _register(world, page="2")
    first, second = client.get(url), client.get(url.replace("page=2", "page=3"))
    assert first.headers["Location"] == second.headers["Location"]
    assert Job.objects.filter(kind="jobs.download").count() == 1


def test_the_conditions_of_the_list_travel_with_the_job(world: World, settings: LazySettings) -> None:
    settings.DIRECT_ROWS = 0
    wanted, other = world.members_a1[:2]
    world.client("organizer_ashi").get(_register(world, q=wanted.name))
    job = Job.objects.get(kind="jobs.download")
    run_job(job.pk)
    job.refresh_from_db()
    book = openpyxl.load_workbook(files.results_folder() / job.result_file)
    cells = {cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row}
    assert wanted.name in cells
    assert other.name not in cells


def test_the_worker_asks_again_whether_the_owner_may(world: World, settings: LazySettings) -> None:
    settings.DIRECT_ROWS = 0
    world.client("organizer_ashi").get(_register(world))
    RoleAssignment.objects.filter(user=world.people["organizer_ashi"]).delete()
    job = Job.objects.get(kind="jobs.download")
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result_file) == ("failed", "")
    assert job.sentence == "您的职责不包括这项操作，需要时请联系上级组织部门授权。"


def test_what_has_left_the_scope_is_not_found(world: World, settings: LazySettings) -> None:
    settings.DIRECT_ROWS = 0
    world.client("organizer_ashi").get(_register(world))
    RoleAssignment.objects.filter(user=world.people["organizer_ashi"]).update(organization=world.bashi)
    job = Job.objects.get(kind="jobs.download")
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result_file) == ("failed", "")
    assert job.sentence.startswith("要下载的内容找不到了，或者它已不在您的职责范围内。")


def test_the_owner_can_stop_it_between_two_rows(world: World, settings: LazySettings) -> None:
    settings.DIRECT_ROWS = 0
    client = world.client("organizer_ashi")
    client.get(_register(world))
    job = Job.objects.get(kind="jobs.download")
    files.ask_to_stop(job.pk)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result_file) == ("canceled", "")
