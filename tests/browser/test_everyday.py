"""What an office does every day: correct a record, look at a number with a reason, mend a sheet."""

import re
import time
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.instance import Instance
from tests.spreadsheets import with_cell


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_clerk_corrects_a_record_and_the_reason_stays(
    served: Instance, signed_in: SignIn, *, scripts: bool
) -> None:
    page = signed_in(served, "secretary_a1", scripts=scripts)
    place = "四川甘洛" if scripts else "四川喜德"
    page.goto("/members/?q=%E7%8E%8B%E4%BC%9F")
    page.get_by_role("link", name="王伟").first.click()
    page.get_by_role("link", name="更正信息").click()
    page.locator("[name=native_place]").fill(place)
    page.locator("[name=reason]").fill("按档案更正籍贯")
    page.locator("main form button[type=submit]").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("王伟")
    expect(page.locator("main")).to_contain_text(place)
    expect(page.locator("main")).to_contain_text("按档案更正籍贯")


def test_a_whole_number_is_shown_once_for_a_reason(served: Instance, signed_in: SignIn) -> None:
    page = signed_in(served, "organizer_ashi")
    page.goto("/members/?q=%E7%8E%8B%E4%BC%9F")
    page.get_by_role("link", name="王伟").first.click()
    whole = re.compile(r"999999\d{11}[\dX]")
    expect(page.locator("main")).not_to_contain_text(whole)
    page.get_by_role("link", name="查看完整号码").first.click()
    page.locator("[name=reason]").fill("核对入党志愿书")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main")).to_contain_text(whole)
    assert not whole.search(page.url)
    page.go_back()
    page.goto("/members/?q=%E7%8E%8B%E4%BC%9F")
    page.get_by_role("link", name="王伟").first.click()
    expect(page.locator("main")).not_to_contain_text(whole)


def test_a_damaged_sheet_comes_back_with_its_reasons_and_is_mended(
    served: Instance, signed_in: SignIn, tmp_path: Path
) -> None:
    page = signed_in(served, "organizer_ashi", scripts=False)
    page.goto("/imports/")
    with page.expect_download() as fetched:
        page.locator("a[href$='/exports/roster.xlsx']").click()
    sheet = tmp_path / "名册.xlsx"
    fetched.value.save_as(sheet)
    sheet.write_bytes(with_cell(sheet.read_bytes(), "身份证号", "9.99E+17"))
    page.get_by_label("表格种类").select_option(label="党员名册")
    page.locator("main input[type=file]").set_input_files(sheet)
    page.get_by_role("button", name="上传并核对").click()
    _refresh_until_checked(page)
    expect(page.locator("main")).to_contain_text("科学计数")
    expect(page.get_by_role("button", name=re.compile("^写入"))).to_be_disabled()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="下载带原因的表格").click()
    returned = tmp_path / "带原因.xlsx"
    fetched.value.save_as(returned)
    reasons = [
        str(cell) for row in load_workbook(returned).worksheets[0].iter_rows(values_only=True) for cell in row
    ]
    assert any("科学计数" in reason for reason in reasons)


def _refresh_until_checked(page: Page) -> None:
    """Without scripts the person asks for the progress."""
    until = time.monotonic() + 60
    while page.get_by_role("link", name="刷新进度").count() and time.monotonic() < until:
        page.get_by_role("link", name="刷新进度").click()


def test_a_list_narrowed_in_place_is_taken_away_as_it_is_shown(
    served: Instance, signed_in: SignIn, tmp_path: Path
) -> None:
    page = signed_in(served, "county_organizer")
    page.goto("/members/?organization=")
    page.get_by_label("按姓名或拼音查找").fill("wang")
    page.wait_for_url(re.compile("q=wang"))
    expect(page.locator("main")).not_to_contain_text("吉则日果")
    expect(page.locator("#results")).to_have_count(1)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="导出名册").click()
    fetched.value.save_as(tmp_path / "名册.xlsx")
    sheet = load_workbook(tmp_path / "名册.xlsx").worksheets[0]
    assert "只列　查找：wang" in str(sheet["A1"].value)
    assert "王伟" in [cell.value for row in sheet.iter_rows(min_row=3) for cell in row]
    assert "吉则日果" not in [cell.value for row in sheet.iter_rows(min_row=3) for cell in row]


def test_a_print_asked_for_by_a_form_goes_out_with_the_conditions_of_its_list(
    served: Instance, signed_in: SignIn
) -> None:
    page = signed_in(served, "organizer_ashi")
    page.goto("/certificates/dispositions/")
    page.get_by_label("按编号、姓名或拼音查找").fill("wang")
    page.wait_for_url(re.compile("q=wang"))
    with page.expect_download() as fetched:
        page.get_by_role("button", name="下载清单").click()
    assert "q=wang" in fetched.value.url and "view=waiting" in fetched.value.url
