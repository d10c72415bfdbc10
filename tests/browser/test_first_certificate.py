"""From a county's spreadsheets to a printed booklet that anyone can verify."""

import re
import sqlite3
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Download, Page, expect

from tests.browser.conftest import SignIn, Visits
from tests.browser.instance import Instance
from tests.browser.paper import page_count, page_text, qr_codes

PAGES = 36  # 32 inside and the four of the cover
LONG = 120_000  # a job of the whole county on a slow machine


@pytest.fixture(scope="module")
def sheets(empty_county: Instance) -> tuple[Path, Path]:
    """The two demo spreadsheets, reduced to three townships: organizations and roster."""
    printed = empty_county.prepare("sheets", str(empty_county.var / "sheets"), "3").splitlines()
    return Path(printed[0]), Path(printed[1])


def _upload(page: Page, sheet: str, file: Path) -> None:
    page.goto("/imports/")
    page.get_by_label("表格种类").select_option(label=sheet)
    page.locator("main input[type=file]").set_input_files(file)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_role("button", name=re.compile(r"^写入\d+"))).to_be_visible(timeout=LONG)


def _apply(page: Page) -> None:
    page.get_by_role("button", name=re.compile(r"^写入\d+")).dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已写入", timeout=LONG)


def _row_count(file: Path) -> int:
    return sum(
        1 for row in load_workbook(file, read_only=True).worksheets[0].iter_rows(values_only=True) if any(row)
    )


def test_first_certificate(
    empty_county: Instance, sheets: tuple[Path, Path], visits: Visits, signed_in: SignIn, tmp_path: Path
) -> None:
    organizations, roster = sheets
    page = signed_in(empty_county, "county_organizer")

    _upload(page, "党组织", organizations)
    expect(page.get_by_role("table")).to_contain_text("将新增")
    _apply(page)
    _upload(page, "党员名册", roster)
    expect(page.get_by_role("navigation", name="按结果筛选")).to_contain_text("新增")
    _apply(page)

    page.goto("/certificates/register/")
    page.get_by_role("button", name="核定编号").click()
    expect(page.get_by_role("table")).to_contain_text(re.compile(r"\d{3}-\d{3}-\d{3}-[\dX]"))

    (branch, _), (sibling, sibling_code) = (
        line.split() for line in empty_county.prepare("branches").splitlines()
    )
    page.goto(f"/certificates/register/{branch}/")
    page.get_by_role("link", name="打印党员证").click()
    page.get_by_role("button", name="开始打印").click()
    with page.expect_download(timeout=LONG) as fetched:
        page.get_by_role("link", name="下载结果").click(timeout=LONG)
    pdf = _saved(fetched.value, tmp_path).read_bytes()

    page.goto(f"/certificates/register/{branch}/")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="下载表格").click()
    register = load_workbook(_saved(fetched.value, tmp_path))
    numbers = {
        str(cell)
        for row in register.worksheets[0].iter_rows(values_only=True)
        for cell in row
        if re.fullmatch(r"\d{3}-\d{3}-\d{3}-[\dX]", str(cell))
    }
    assert page_count(pdf) == len(numbers) * PAGES

    (address,) = {code for code in qr_codes(pdf, pages=4) if "/v/" in code}
    assert address.startswith(empty_county.url)
    anyone = visits.page(empty_county, scripts=False, phone=True)
    anyone.goto(address)
    expect(anyone.locator("body")).to_contain_text("有效")
    shown = re.search(r"\d{3}-\d{3}-\d{3}-[\dX]", anyone.locator("body").inner_text())
    assert shown is not None
    assert shown.group() in numbers
    assert shown.group() in "".join(page_text(pdf, n) for n in range(4))
    assert empty_county.zhibu("verify", address).returncode == 0
    assert empty_county.zhibu("verify", _altered(address), check=False).returncode != 0
    anyone.goto(_altered(address))
    expect(anyone.locator("body")).to_contain_text("查无此证")

    empty_county.prepare("clerk", "sibling_clerk", sibling_code)
    clerk = signed_in(empty_county, "sibling_clerk")
    for path in (
        f"/certificates/register/{branch}/",
        f"/certificates/register/{branch}/register.xlsx",
        f"/organizations/{branch}/",
    ):
        assert _status(clerk, path) == 404, path
    for path in (f"/certificates/prints/organizations/{branch}/", "/audit/records/"):
        assert _status(clerk, path) == 403, path
    assert _status(clerk, page.url) == 404
    assert _status(clerk, f"/certificates/register/{sibling}/") == 200

    _the_same_file_changes_nothing(page, roster)
    _one_changed_byte_is_found(empty_county)


def _the_same_file_changes_nothing(page: Page, roster: Path) -> None:
    page.goto("/imports/")
    page.get_by_label("表格种类").select_option(label="党员名册")
    page.locator("main input[type=file]").set_input_files(roster)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.locator("main")).to_contain_text("没有要写入的内容", timeout=LONG)
    expect(page.get_by_role("navigation", name="按结果筛选")).not_to_contain_text("有变化")


def _one_changed_byte_is_found(county: Instance) -> None:
    copy = county.var / "copy.sqlite3"
    with sqlite3.connect(county.database) as database:
        database.execute("VACUUM INTO ?", (str(copy),))
    on_copy = {"DATABASE_URL": f"sqlite:///{copy}"}
    assert county.zhibu("audit", "verify", more=on_copy).returncode == 0
    raw = bytearray(copy.read_bytes())
    place = raw.index(b"]", raw.index(b'"members":[')) - 1  # the last digit of a member's id in a record
    raw[place] ^= 1
    copy.write_bytes(raw)
    broken = county.zhibu("audit", "verify", check=False, more=on_copy)
    assert broken.returncode != 0
    assert re.search(r"\d", broken.stdout + broken.stderr)  # names chain and record


def _saved(download: Download, folder: Path) -> Path:
    target = folder / download.suggested_filename
    download.save_as(target)
    return target


def _altered(address: str) -> str:
    return address[:-20] + ("A" if address[-20] != "A" else "B") + address[-19:]


def _status(page: Page, path: str) -> int:
    return page.request.get(path).status
