"""Pages of imports, as their owner and as others."""

from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.world import World
from zhibu.audit.models import AuditRecord
from zhibu.imports.models import ImportRun
from zhibu.imports.tests.files import ROW, TITLES, xlsx
from zhibu.imports.tests.shelf import BOOKS
from zhibu.jobs.actions import run_job
from zhibu.jobs.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]


def upload(world: World, data: bytes, who: str = "county_organizer") -> ImportRun:
    response = world.client(who).post(
        reverse("imports:runs"), {"sheet": "shelf", "file": SimpleUploadedFile("图书.xlsx", data)}
    )
    run = ImportRun.objects.latest("created_at")
    assert (response.status_code, response.headers["Location"]) == (303, f"/imports/{run.pk}/")
    return run


def checked(world: World, data: bytes) -> ImportRun:
    run = upload(world, data)
    run_job(str(run.job_id))
    run.refresh_from_db()
    return run


def test_from_upload_to_written(world: World) -> None:
    run = upload(world, xlsx(TITLES, ROW))
    client, address = world.client("county_organizer"), reverse("imports:run", args=[run.pk])
    waiting = client.get(address).content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    assert "<noscript>" in waiting
    run_job(str(run.job_id))
    preview = client.get(address).content.decode()
    assert "核对无误，可以写入：新增1行，更新0行。" in preview
    assert "写入1本" in preview
    response = client.post(reverse("imports:application", args=[run.pk]))
    assert response.headers["Location"] == address
    run_job(Job.objects.get(kind="imports.apply").pk)
    assert "已写入：新增1行" in client.get(address).content.decode()
    assert set(BOOKS) == {"0012"}


def test_the_preview_says_what_is_wrong_and_keeps_the_button_shut(world: World) -> None:
    run = checked(world, xlsx(TITLES, ROW, ["12", "果树", "", 5.13e17, "", 45989, "", ""]))
    client = world.client("county_organizer")
    text = client.get(reverse("imports:run", args=[run.pk])).content.decode()
    assert "有1行出错，现在还不能写入。" in text
    assert "<b>F3</b>" in text
    assert "对应2025-11-28" in text
    assert "先改好出错和冲突的行" in text
    assert reverse("imports:application", args=[run.pk]) not in text
    new = client.get(reverse("imports:run", args=[run.pk]), {"state": "new"}).content.decode()
    assert "乡村振兴读本" in new
    assert "果树" not in new
    response = client.get(reverse("imports:error_workbook", args=[run.pk]))
    assert quote("图书（带原因）.xlsx") in response.headers["Content-Disposition"]
    assert response.content[:2] == b"PK"


def test_the_waiting_page_asks_and_is_told_to_load_anew(world: World) -> None:
    run = upload(world, xlsx(TITLES, ROW))
    client, address = world.client("county_organizer"), reverse("imports:run", args=[run.pk])
    headers = {"HX-Request": "true", "HX-Target": "results"}
    assert "正在核对" in client.get(address, headers=headers).content.decode()
    run_job(str(run.job_id))
    assert client.get(address, headers=headers).headers["HX-Refresh"] == "true"


def test_others_find_nothing(world: World) -> None:
    run = checked(world, xlsx(TITLES, ROW))
    for name in ("run", "error_workbook"):
        address = reverse(f"imports:{name}", args=[run.pk])
        assert world.client("county_organizer").get(address).status_code == 200
        assert world.client("county_organizer_2").get(address).status_code == 404
        assert world.client("inspector").get(address).status_code == 403
    for name in ("application", "check", "discard"):
        address = reverse(f"imports:{name}", args=[run.pk])
        assert world.client("county_organizer_2").post(address).status_code == 404
        assert world.client("county_organizer").get(address).status_code == 405


def test_a_sheet_outside_the_duties_is_neither_offered_nor_served(world: World) -> None:
    clerk, organizer = world.client("secretary_a1"), world.client("county_organizer")
    assert "图书" not in clerk.get(reverse("imports:runs")).content.decode()
    assert "图书" in organizer.get(reverse("imports:runs")).content.decode()
    for name in ("template", "export"):
        address = reverse(f"imports:{name}", args=["shelf"])
        assert clerk.get(address).status_code == 404
        assert organizer.get(address).status_code == 200
    exported = AuditRecord.objects.filter(event="audit.file.handed_out", data__route="imports:export")
    assert exported.get().data["ids_of"] == {"key": "shelf"}


def test_an_empty_file_is_refused_on_the_form(world: World) -> None:
    client = world.client("county_organizer")
    response = client.post(
        reverse("imports:runs"), {"sheet": "shelf", "file": SimpleUploadedFile("空.xlsx", b"")}
    )
    assert response.status_code == 422
    assert "“空.xlsx”是空文件" in response.content.decode()
    response = client.post(reverse("imports:runs"), {"sheet": "shelf"})
    assert "还没有选文件" in response.content.decode()


def test_a_file_that_cannot_be_read_says_why_and_how_to_go_on(world: World) -> None:
    run = checked(world, b"a,b\n1,2\n")
    text = world.client("county_organizer").get(reverse("imports:run", args=[run.pk])).content.decode()
    assert "没找到表头" in text
    assert "改好重传" in text


def test_discarding_goes_back_to_the_list(world: World) -> None:
    run = checked(world, xlsx(TITLES, ROW))
    client = world.client("county_organizer")
    response = client.post(reverse("imports:discard", args=[run.pk]))
    assert response.headers["Location"] == reverse("imports:runs")
    assert "已作废" in client.get(reverse("imports:runs")).content.decode()


def test_the_list_costs_the_same_for_many_runs(world: World, django_assert_max_num_queries: object) -> None:
    for number in range(12):
        upload(world, xlsx(TITLES, [f"{number:04d}", *ROW[1:]]))
    client = world.client("county_organizer")
    client.get(reverse("imports:runs"))  # the first request after the sign-in also renews the session
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        client.get(reverse("imports:runs"))
